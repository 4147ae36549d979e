// A process of its own that works on a ledger: claimant.ts VERB FILE. Speaks in lines.
import { once } from 'node:events';
import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/clock.ts';
import { CommandError } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { item, newRun, output, request } from './rows.ts';

const [verb, file = ''] = process.argv.slice(2);

if (verb === 'make') await makeAll(2_000);
else if (verb === 'hold') await holdOne();
else if (verb === 'rename') await renameOne();
else if (verb === 'lock') await lock();
else if (verb === 'open') await open();

// Makes every output that nobody else makes or has made.
async function makeAll(count: number) {
  console.log('ready');
  await once(process.stdin, 'data');
  const ledger = await openLedger(file, systemClock);
  const run = await ledger.beginRun(newRun);
  const made: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = `${index}.jpg`;
    const claim = await ledger.claim(run, request(name));
    if (claim.kind !== 'mine') continue;
    if (claim.standing !== undefined) {
      await ledger.release(run, `/out/${name}`);
      continue;
    }
    await ledger.done(run, output(name), item(name));
    made.push(name);
  }
  await ledger.endRun(run, { state: 'finished', counts: { enhanced: made.length } });
  ledger.close();
  console.log(JSON.stringify(made));
  process.stdin.destroy();
}

async function holdOne() {
  const ledger = await openLedger(file, systemClock);
  const run = await ledger.beginRun({ ...newRun, inPlace: true });
  await ledger.claim(run, request('held.jpg'));
  console.log(run.id);
  await once(process.stdin, 'end');
}

// Gives an output its name, and waits before it would be recorded.
async function renameOne() {
  const ledger = await openLedger(file, systemClock);
  const run = await ledger.beginRun(newRun);
  const outputPath = join(dirname(file), 'made.jpg');
  await ledger.claim(run, { collisionKey: outputPath, outputPath, sourcePath: '/photos/made.jpg' });
  writeFileSync(`${outputPath}.tmp`, 'the result');
  const { size, mtimeNs, ino } = lstatSync(`${outputPath}.tmp`, { bigint: true });
  const stamp = { size: Number(size), mtimeNs, inode: ino, sha256: 'b'.repeat(64) };
  await ledger.intend(run, { ...output('made.jpg'), outputPath, output: stamp });
  renameSync(`${outputPath}.tmp`, outputPath);
  console.log(run.id);
  await once(process.stdin, 'end');
}

async function lock() {
  const db = new DatabaseSync(file);
  db.exec('BEGIN IMMEDIATE');
  console.log('locked');
  await once(process.stdin, 'data');
  db.exec('COMMIT');
  db.close();
  process.stdin.destroy();
}

async function open() {
  try {
    (await openLedger(file, systemClock)).close();
    console.log('opened');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.log(JSON.stringify({ message: error.message, exitCode: error.exitCode, hint: error.hint }));
  }
}
