// A process of its own that works on a ledger: claimant.ts VERB FILE. Speaks in lines.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/clock.ts';
import { CommandError } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { bindPurchases, bindSlots } from '../../src/purchase-book.ts';
import { item, never, newRun, output, paidFacts, purchase, request, reserve } from './rows.ts';

const [verb, file = ''] = process.argv.slice(2);

if (verb === 'make') await makeAll(2_000);
else if (verb === 'hold') await holdOne();
else if (verb === 'rename') await renameOne();
else if (verb === 'lock') await lock();
else if (verb === 'open') await open();
else if (verb === 'count') await count();
else if (verb === 'buy') await buyAll(300);
else if (verb === 'send') await sendOne();

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
  await untilKilled();
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
  await untilKilled();
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

// Changes the state of a slot, and looks whether time ran back between the two processes that do.
async function count() {
  const ledger = await openLedger(file, systemClock);
  const slots = bindSlots(ledger);
  let ordered = true;
  for (let index = 0; index < 500; index++) {
    ordered &&= await slots.update<{ n: number; atMs: number }, boolean>('shared', (state, atMs) => ({
      state: { n: (state?.n ?? 0) + 1, atMs },
      result: (state?.atMs ?? 0) <= atMs,
    }));
  }
  ledger.close();
  console.log(ordered ? 'in order' : 'out of order');
}

// Buys every picture that nobody else buys or has bought.
async function buyAll(many: number) {
  console.log('ready');
  await once(process.stdin, 'data');
  const ledger = await openLedger(file, systemClock);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  const bought: string[] = [];
  for (let index = 0; index < many; index++) {
    const key = `key ${index}`;
    if ((await book.open(purchase(key), never)).kind !== 'mine') continue;
    const id = await reserve(book, key, { keyName: 'openai/team', reservedMicrousd: 60_000 });
    await book.sent(id);
    bought.push(key);
    await book.pay(id, paidFacts);
    await book.close(key);
  }
  await ledger.endRun(run, { state: 'finished', counts: null });
  ledger.close();
  console.log(JSON.stringify(bought));
  process.stdin.destroy();
}

// Goes as far as STEP with one purchase, says so and waits.
async function sendOne() {
  const step = process.argv[4];
  const ledger = await openLedger(file, systemClock);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  const opening = await book.open(purchase('k'), never);
  if (opening.kind === 'mine' && step !== 'opened') {
    const id = await reserve(book, 'k', { keyName: 'openai/team', reservedMicrousd: 60_000 });
    if (step !== 'reserved') await book.sent(id);
    const bytes = Buffer.from('a picture');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const facts = { ...paidFacts, sha256, bytes: bytes.length };
    if (step === 'stored') await openPaidStore(join(dirname(file), 'paid')).put(id, bytes, facts);
  }
  console.log(run.id);
  await untilKilled();
}

// Waiting for standard input alone does not keep a process alive; reading it does.
async function untilKilled() {
  process.stdin.resume();
  await once(process.stdin, 'end');
}
