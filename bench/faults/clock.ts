// Clocks that are wrong or jump, and what becomes of money and pictures: a table of counts. Needs libfaketime.
// Run: npm run build && node bench/faults/clock.ts [part of a name]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockTrials, openClockLab } from './clock-trials.ts';

const [pattern = ''] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
let [trials, bad] = [0, 0];
try {
  console.log('clock | exit codes | billed | booked | first line');
  for (const { name, run } of clockTrials.filter((trial) => trial.name.includes(pattern))) {
    const lab = await openClockLab(place);
    try {
      const { codes, billed, booked, says, breaches } = await run(lab);
      trials += 1;
      console.log(`${name} | ${codes.join(' ')} | ${billed} | ${booked} | ${says.slice(0, 160)}`);
      if (breaches.length === 0) continue;
      bad += 1;
      console.log('  BREACH', breaches);
    } finally {
      await lab.server.close();
    }
  }
  console.log(`${trials} trials, ${bad} with breaches`);
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true });
}
