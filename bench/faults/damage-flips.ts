// Bits changed anywhere in a ledger, or in a WAL that holds what was bought: is a purchase out of sight, and untold?
// Run: node bench/faults/damage-flips.ts [trials of each [seed]]
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { ledgerGap } from '../../src/ledger-gap.ts';
import { buyIn } from '../../test/faults/damage-bought.ts';
import { fakeClock } from '../../test/helpers/clock.ts';
import { flipBits, randomOf } from './damage-kinds.ts';

const [trials = 500, seed = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const files = ['ledger.sqlite', 'ledger.sqlite-wal'] as const;
type File = (typeof files)[number];
let bad = 0;
try {
  console.log('damage | trials | told | as if sound | a purchase out of sight | other errors');
  const closed = await home('closed', false);
  await sweep('one bit of a ledger', closed, files[0], 1);
  await sweep('40 bits of a ledger', closed, files[0], 40);
  const died = await home('died', true);
  await sweep('one bit of a WAL left by a process that died', died, files[1], 1);
  await sweep('40 bits of such a WAL', died, files[1], 40);
  await sweep('one bit of the ledger beside such a WAL', died, files[0], 1);
  rmSync(join(died.whole, files[1]));
  await sweep('such a WAL deleted, and one bit of its ledger', died, files[0], 1);
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Home {
  readonly ledger: string;
  readonly paid: string;
  /** Where the sound files are kept. */
  readonly whole: string;
  readonly ids: readonly string[];
}

// Buys pictures; its files are kept as they are at the end, or as a process leaves them that dies before it.
async function home(name: string, dies: boolean): Promise<Home> {
  const at = join(folder, name);
  const [paid, whole, ledger] = [join(at, 'paid'), join(at, 'whole'), join(at, files[0])];
  mkdirSync(whole, { recursive: true });
  const copy = () => {
    for (const file of files) if (existsSync(join(at, file))) copyFileSync(join(at, file), join(whole, file));
  };
  const ids = await buyIn({ ledger, paid }, dies ? copy : undefined);
  if (!dies) copy();
  return { ledger, paid, whole, ids };
}

async function sweep(name: string, home: Home, file: File, bits: number): Promise<void> {
  const random = randomOf(seed);
  const counts = { told: 0, sound: 0, hidden: 0, other: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    for (const ending of ['', '-wal', '-shm']) rmSync(home.ledger + ending, { force: true });
    for (const each of files) {
      const from = join(home.whole, each);
      if (existsSync(from)) copyFileSync(from, join(home.ledger, '..', each));
    }
    flipBits(join(home.ledger, '..', file), random, bits);
    counts[await look(home)] += 1;
  }
  const { told, sound, hidden, other } = counts;
  bad += hidden + other;
  console.log([name, trials, told, sound, hidden, other].join(' | '));
}

async function look(home: Home): Promise<'told' | 'sound' | 'hidden' | 'other'> {
  try {
    const ledger = await openLedger(home.ledger, fakeClock());
    try {
      if ((await ledgerGap(ledger, home)) !== undefined) return 'told';
      const known = new Set([...ledger.purchases.report({})].map(({ id }) => id));
      return home.ids.every((id) => known.has(id)) ? 'sound' : 'hidden';
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (error instanceof CommandError) return 'told';
    console.log('  BREACH', error);
    return 'other';
  }
}
