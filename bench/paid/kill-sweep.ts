// kill -9 at every durable step of a paid run. Run: npm run build && node bench/paid/kill-sweep.ts [pictures [every nth [calls at once]]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canTrace, killAndGoOn, readCourse } from '../../test/helpers/paid-kill.ts';

if (!canTrace) throw new Error('strace is needed, and to be allowed to trace');
const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const [pictures = 3, every = 1, atOnce = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
let breaches = 0;
try {
  const course = await readCourse(program, folder, pictures, atOnce);
  const points = course.points.filter((_, at) => at % every === 0);
  console.log(`${points.length} of ${course.points.length} steps, ${pictures} pictures, ${atOnce} at once`);
  for (const point of points) {
    const name = `${point.thread} ${point.call} ${point.when}`;
    try {
      const { killed, billed, kept, unsettled } = await killAndGoOn(program, folder, course, point);
      const end = killed ? 'killed' : 'ended before';
      console.log(`${name}: ${end}, ${billed} billed, ${kept} kept, ${unsettled} unsettled`);
    } catch (error) {
      breaches += 1;
      console.log(`${name}: BREACH`, error);
    }
  }
  console.log(`${breaches} breaches`);
  process.exitCode = breaches === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
