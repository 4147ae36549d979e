// One of several threads that open new ledgers together: round by round, each begins when all have come.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../src/clock.ts';
import { openLedger, openLedgerToRead } from '../../src/ledger/open-ledger.ts';

const { files, barrier, threads, reads } = workerData as {
  files: string[];
  barrier: SharedArrayBuffer;
  threads: number;
  reads: boolean;
};
const arrived = new Int32Array(barrier);
const problems: string[] = [];
// Whoever has to wait asks again at once, and so looks at every moment of the making.
const clock = { ...systemClock, sleep: async () => {} };

for (const [round, file] of files.entries()) {
  meet(round);
  try {
    const ledger = await (reads ? openLedgerToRead : openLedger)(file, clock);
    ledger.lastRun();
    ledger.close();
  } catch (error) {
    problems.push(String(error));
  }
}
parentPort?.postMessage(problems);

// Spins: threads that were woken would come one after the other.
function meet(round: number): void {
  const all = (round + 1) * threads;
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < all);
}
