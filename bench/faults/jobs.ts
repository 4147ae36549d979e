// A service that works in jobs, with faults while they are asked for and while their pictures are fetched: a table of
// what the built program makes of each. Run: npm run build && node bench/faults/jobs.ts [pattern [trials at a time]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobFaults } from './jobs-faults.ts';
import { tryJobs } from './jobs-trial.ts';

const [pattern = '', atATime = '4'] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
let [trials, bad] = [0, 0];
try {
  console.log('fault | exit codes until all is there | seconds | ordered | booked as paid | first line');
  const queue = jobFaults.filter(({ name }) => new RegExp(pattern).test(name));
  const work = async () => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const { codes, seconds, ordered, paid, says, breaches } = await tryJobs(place, fault);
      trials += 1;
      bad += Number(breaches.length > 0);
      const cells = [fault.name, codes.join(' '), seconds.toFixed(0), ordered, paid, says.slice(0, 190)];
      console.log(cells.join(' | '));
      if (breaches.length > 0) console.log('  BREACH', fault.name, breaches);
    }
  };
  await Promise.all(Array.from({ length: Number(atATime) }, work));
  console.log(`${trials} trials, ${bad} with breaches`);
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true });
}
