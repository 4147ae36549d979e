// Calls that a service accepted as jobs: who may fetch their pictures, and when nobody buys them again.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCollectable, type PaidFacts } from '../../src/ledger/attempts.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { ProcessIdentity } from '../../src/ledger/process.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import type { PurchaseBook } from '../../src/purchases/book.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { always, never, newRun, paidFacts, purchase, reserve } from './rows.ts';

let clock: FakeClock;
let file: string;
let ledger: Ledger;
let book: PurchaseBook;
let store: Map<string, PaidFacts>;
const opened: Ledger[] = [];

const elsewhere: ProcessIdentity = { machine: 'another machine', pid: 4711, startedAt: '1' };
const reserved = { keyName: 'replicate/team', reservedMicrousd: 60_000 };
const fit = { width: 1024, height: 1024, content: { left: 0, top: 128, width: 1024, height: 768 } };

async function open(owner?: ProcessIdentity): Promise<Ledger> {
  const other = await openLedger(file, clock, owner, async (id) => store.get(id));
  opened.push(other);
  return other;
}

async function process(owner?: ProcessIdentity) {
  const theirs = await open(owner);
  const run = await theirs.beginRun(newRun);
  return { run, book: bindPurchases(theirs, run) };
}

// A call that is a job of the service, by `by`, which holds its purchase.
async function job(by: PurchaseBook = book, key = 'k'): Promise<string> {
  expect(await by.open({ ...purchase(key), fit }, never)).toEqual({ kind: 'mine' });
  const id = await reserve(by, key, reserved);
  await by.sent(id);
  await by.accepted(id, `job of ${key}`);
  return id;
}

const die = () => clock.advance(31_000);
const row = (id: string) =>
  ledger.purchases.attemptsOf(id.slice(0, id.lastIndexOf('-'))).find((attempt) => attempt.id === id);
const openAgain = async (repeat = never, by = book) => {
  await by.close('k');
  return by.open(purchase('k'), repeat);
};

beforeEach(async () => {
  clock = fakeClock();
  store = new Map();
  file = join(await tempFolder(), 'ledger.sqlite');
  ledger = await open();
  book = bindPurchases(ledger, await ledger.beginRun(newRun));
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

describe('a call that is a job', () => {
  it.each([
    ['sent, its process alive', 'other', undefined],
    ['sent, its process dead', 'collect', 'job of k'],
    ['sent, its process dead, its bytes in the store', 'paid', 'job of k'],
    ['unsettled, its process alive', 'other', undefined],
    ['unsettled, its process dead', 'collect', 'job of k'],
    ['abandoned', 'unsettled', undefined],
    ['refused', 'mine', undefined],
    ['settled as free', 'mine', undefined],
    ['settled as charged', 'useless', undefined],
  ])('%s: %s, the same to a look', async (left, kind, name) => {
    const { book: theirs } = await process(elsewhere);
    const id = await job(theirs);
    if (left.includes('store')) store.set(id, paidFacts);
    if (left.startsWith('unsettled') || left.startsWith('settled'))
      await theirs.unsettle(id, 'no answer', undefined);
    if (left === 'abandoned') await theirs.abandon(id, 'it is not known any more', 'req_9');
    if (left === 'refused') await theirs.refuse(id, 'it failed, for nothing', undefined);
    if (left.startsWith('settled'))
      await ledger.purchases.settle({ ids: [id] }, left.endsWith('free') ? 'free' : 'charged');
    if (!left.includes('alive')) die();
    expect(await ledger.buying.look('k')).toMatchObject({ kind });
    const opening = await book.open(purchase('k'), never);
    expect(opening).toMatchObject({ kind, ...(name && { attempt: { id, job: name } }) });
    if (left === 'abandoned') {
      expect(row(id)).toMatchObject({
        reason: 'it is not known any more',
        requestId: 'req_9',
        job: undefined,
      });
    }
  });

  it('is collected, not bought again, whatever the user allows', async () => {
    const id = await job();
    await book.unsettle(id, 'stopped', undefined);
    await book.close('k');
    const { book: later } = await process();
    expect(await later.open(purchase('k'), always)).toMatchObject({ kind: 'collect', attempt: { id } });
  });

  it('is collected by one process at a time, and neither bought nor collected by others meanwhile', async () => {
    const id = await job();
    expect(await openAgain()).toMatchObject({ kind: 'collect', attempt: { id, state: 'unsettled' } });
    const { book: theirs } = await process(elsewhere);
    expect(await theirs.open(purchase('k'), always)).toMatchObject({ kind: 'other' });
    await book.close('k');
    expect(await theirs.open(purchase('k'), always)).toMatchObject({ kind: 'collect', attempt: { id } });
    expect(await book.open(purchase('k'), always)).toEqual({ kind: 'other', pid: 4711 });
    die();
    expect(await book.open(purchase('k'), always)).toMatchObject({ kind: 'collect', attempt: { id } });
  });

  it('keeps how it was sent, whoever collects it', async () => {
    await job();
    await book.close('k');
    const other = { ...fit, width: 512 };
    expect(await book.open({ ...purchase('k'), fit: other }, never)).toMatchObject({ kind: 'collect' });
    expect(ledger.purchases.fitOf('k')).toEqual(fit);
  });

  it('counts at what was reserved until it is paid', async () => {
    const id = await job();
    await openAgain();
    const [before] = ledger.purchases.totals('all');
    expect(before).toMatchObject({ unsettled: 1, unsettledMicrousd: 60_000, paid: 0 });
    expect(ledger.purchases.unsettled().map(isCollectable)).toEqual([true]);
    await book.pay(id, paidFacts);
    const [after] = ledger.purchases.totals('all');
    expect(after).toMatchObject({ unsettled: 0, paid: 1, costMicrousd: paidFacts.costMicrousd });
    expect(await openAgain()).toMatchObject({ kind: 'paid', attempt: { id, reason: undefined } });
  });

  it('is settled like any unsettled call, and then not collected', async () => {
    const id = await job();
    await book.unsettle(id, 'stopped', undefined);
    const [settled] = await ledger.purchases.settle('all', 'charged');
    expect(settled && isCollectable(settled)).toBe(false);
    expect(await openAgain()).toMatchObject({ kind: 'useless', attempt: { id } });
  });

  it('may be bought again by a word once it is over', async () => {
    const id = await job();
    await book.abandon(id, 'gone', undefined);
    await book.close('k');
    const { book: later } = await process();
    expect(await later.open(purchase('k'), never)).toMatchObject({ kind: 'unsettled', attempt: { id } });
    expect(await later.open(purchase('k'), always)).toEqual({ kind: 'mine' });
  });

  it('is known also when this process was taken for dead before it heard of it', async () => {
    const { book: theirs } = await process(elsewhere);
    await theirs.open(purchase('k'), never);
    const id = await reserve(theirs, 'k', reserved);
    await theirs.sent(id);
    die();
    expect(await book.open(purchase('k'), never)).toMatchObject({ kind: 'unsettled', attempt: { id } });
    await theirs.accepted(id, 'job 1');
    expect(await book.open(purchase('k'), never)).toMatchObject({
      kind: 'collect',
      attempt: { job: 'job 1' },
    });
  });

  it('that another process collected stays paid, whatever the one that sent it says later', async () => {
    const { book: theirs } = await process(elsewhere);
    const id = await job(theirs);
    die();
    await book.open(purchase('k'), never);
    await book.pay(id, paidFacts);
    await theirs.unsettle(id, 'stopped', undefined);
    await theirs.refuse(id, 'not known', undefined);
    expect(row(id)).toMatchObject({ state: 'paid', costMicrousd: paidFacts.costMicrousd });
  });

  it.each([
    'reserved',
    'paid',
    'refused',
    'unknown',
  ])('cannot be noted of a call that is %s', async (state) => {
    await book.open(purchase('k'), never);
    const id = state === 'unknown' ? 'none' : await reserve(book, 'k', reserved);
    if (state === 'paid' || state === 'refused') await book.sent(id);
    if (state === 'paid') await book.pay(id, paidFacts);
    if (state === 'refused') await book.refuse(id, 'no', undefined);
    await expect(book.accepted(id, 'job 1')).rejects.toThrow(`is ${state} and cannot be a job`);
  });
});
