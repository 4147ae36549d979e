import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ItemError } from '../../src/errors.ts';
import type { PaidFacts } from '../../src/ledger/attempts.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { localDay, tzOffsetMinutes } from '../../src/ledger/local-day.ts';
import { openLedger, openLedgerToRead } from '../../src/ledger/open-ledger.ts';
import type { ProcessIdentity } from '../../src/ledger/process.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import type { PurchaseBook } from '../../src/purchases/book.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { always, never, newRun, paidFacts, purchase, reserve } from './rows.ts';

let clock: FakeClock;
let file: string;
let ledger: Ledger;
let run: Run;
let book: PurchaseBook;
// What the store of paid pictures holds; undefined for a fault of the disk.
let store: Map<string, PaidFacts>;
let isStoreGone: boolean;
const opened: Ledger[] = [];

// A process on a machine that cannot be looked at: only its heartbeat tells whether it lives.
const elsewhere: ProcessIdentity = { machine: 'another machine', pid: 4711, startedAt: '1' };
const reserved = { keyName: 'openai/team', reservedMicrousd: 60_000 };

async function open(owner?: ProcessIdentity): Promise<Ledger> {
  const find = async (id: string) => {
    if (isStoreGone) throw new ItemError('read-failed', 'cannot be looked at');
    return store.get(id);
  };
  const other = await openLedger(file, clock, owner, find);
  opened.push(other);
  return other;
}

async function other() {
  const theirs = await open(elsewhere);
  const theirRun = await theirs.beginRun(newRun);
  return { theirs, theirRun, theirBook: bindPurchases(theirs, theirRun) };
}

async function sent(by: PurchaseBook = book, key = 'k'): Promise<string> {
  const id = await reserve(by, key, reserved);
  await by.sent(id);
  return id;
}

const die = () => clock.advance(31_000);
const row = (id: string) =>
  ledger.purchases.attemptsOf(id.slice(0, id.lastIndexOf('-'))).find((attempt) => attempt.id === id);

beforeEach(async () => {
  clock = fakeClock();
  store = new Map();
  isStoreGone = false;
  file = join(await tempFolder(), 'ledger.sqlite');
  ledger = await open();
  run = await ledger.beginRun(newRun);
  book = bindPurchases(ledger, run);
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

describe('a purchase', () => {
  it('is bought step by step, and then known', async () => {
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'mine' });
    const id = await reserve(book, 'k', reserved);
    expect(id).toMatch(new RegExp(`^${run.id}-[a-z2-9]{6}$`));
    expect(row(id)).toEqual({
      id,
      purchaseKey: 'k',
      runId: run.id,
      provider: 'openai',
      model: 'gpt-image-1',
      keyName: 'openai/team',
      state: 'reserved',
      sourcePath: '/photos/k.jpg',
      reservedMicrousd: 60_000,
      expectedMicrousd: undefined,
      price: undefined,
      costMicrousd: undefined,
      costKind: 'unknown',
      usage: undefined,
      requestId: undefined,
      reason: undefined,
      useless: false,
      settled: undefined,
      localDay: localDay(clock.now()),
      tzOffsetMinutes: tzOffsetMinutes(clock.now()),
      reservedAtMs: clock.now(),
      sentAtMs: undefined,
      endedAtMs: undefined,
    });
    clock.advance(10);
    await book.sent(id);
    expect(row(id)).toMatchObject({ state: 'sent', sentAtMs: clock.now() });
    clock.advance(10_000);
    await book.pay(id, paidFacts);
    const { costMicrousd, usage, requestId } = paidFacts;
    const paid = { state: 'paid', costMicrousd, costKind: 'measured', usage, requestId, useless: false };
    expect(row(id)).toMatchObject({ ...paid, endedAtMs: clock.now() });
    await book.close('k');
    expect(await book.open(purchase('k'), never)).toMatchObject({ kind: 'paid', attempt: { id, ...paid } });
    expect(await book.open(purchase('k'), always)).toMatchObject({ kind: 'paid' });
  });

  it('whose price is not known is bought like others', async () => {
    await book.open(purchase('k'), never);
    const id = await reserve(book, 'k', { keyName: 'x', reservedMicrousd: undefined });
    await book.sent(id);
    await book.pay(id, { ...paidFacts, costMicrousd: undefined, costKind: 'unknown', usage: undefined });
    expect(row(id)).toMatchObject({
      reservedMicrousd: undefined,
      costMicrousd: undefined,
      costKind: 'unknown',
    });
  });

  it('belongs to one run at a time, and to one who asks in it', async () => {
    const { theirBook } = await other();
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'mine' });
    expect(await theirBook.open(purchase('k'), always)).toEqual({ kind: 'other', pid: process.pid });
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'other', pid: process.pid });
    expect(await theirBook.open(purchase('k2'), never)).toEqual({ kind: 'mine' });
    await book.close('k2');
    expect(await book.open(purchase('k2'), never)).toEqual({ kind: 'other', pid: 4711 });
    await book.close('k');
    expect(await theirBook.open(purchase('k'), never)).toEqual({ kind: 'mine' });
  });

  it('is given up when its run ends', async () => {
    const { theirs, theirRun, theirBook } = await other();
    await theirBook.open(purchase('k'), never);
    await theirs.endRun(theirRun, { state: 'finished', counts: null });
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'mine' });
  });

  it('cannot be reserved by who does not hold it', async () => {
    await expect(reserve(book, 'k', reserved)).rejects.toMatchObject({ reason: 'collision' });
    const { theirBook } = await other();
    await theirBook.open(purchase('k'), never);
    await expect(reserve(book, 'k', reserved)).rejects.toMatchObject({ reason: 'collision' });
  });

  it('is known for each source it was wanted for', async () => {
    await book.open(purchase('k'), never);
    await book.open({ ...purchase('k'), sourcePath: '/photos/a/copy.jpg', relative: 'a/copy.jpg' }, never);
    await book.open(purchase('k2'), never);
    expect(ledger.purchases.sourcesOf(run.id)).toMatchObject([
      { key: 'k', sourcePath: '/photos/a/copy.jpg', relative: 'a/copy.jpg' },
      { key: 'k', sourcePath: '/photos/k.jpg', relative: 'k.jpg' },
      { key: 'k2', sourcePath: '/photos/k2.jpg', relative: 'k2.jpg' },
    ]);
    expect(ledger.purchases.sourcesOf('another run')).toEqual([]);
  });

  it('is known for each service that was asked for one source, with how it was sent', async () => {
    const fit = { width: 1024, height: 1024, content: { left: 0, top: 128, width: 1024, height: 768 } };
    await book.open({ ...purchase('k'), fit }, never);
    const other = {
      key: 'z',
      sourcePath: purchase('k').sourcePath,
      provider: 'openai-compatible',
      model: '',
    };
    await book.open({ ...purchase('k'), ...other }, never);
    expect(ledger.purchases.sourcesOf(run.id)).toMatchObject([
      { key: 'k', provider: 'openai', model: 'gpt-image-1' },
      { key: 'z', provider: 'openai-compatible', model: '' },
    ]);
    expect([ledger.purchases.fitOf('k'), ledger.purchases.fitOf('z')]).toEqual([fit, undefined]);
  });
});

describe('a call that brought no picture', () => {
  beforeEach(async () => void (await book.open(purchase('k'), never)));

  // Words to repeat are about earlier runs.
  async function openAgain(repeat = never) {
    await book.close('k');
    if (repeat !== never) book = bindPurchases(ledger, await ledger.beginRun(newRun));
    return book.open(purchase('k'), repeat);
  }

  it('refused or never sent: the picture may be bought', async () => {
    await book.refuse(await sent(), 'too fast', 'req_2');
    expect(ledger.purchases.attemptsOf(run.id)).toMatchObject([
      { state: 'refused', reason: 'too fast', requestId: 'req_2' },
    ]);
    await book.release(await reserve(book, 'k', reserved));
    expect(await openAgain()).toEqual({ kind: 'mine' });
  });

  it('unsettled: not bought again without a word', async () => {
    const id = await sent();
    await book.unsettle(id, 'no complete answer', undefined);
    const attempt = { id, state: 'unsettled', reason: 'no complete answer', settled: undefined };
    expect(await openAgain()).toMatchObject({ kind: 'unsettled', attempt });
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
    // The word is used up only by a call that counts.
    await book.refuse(await sent(), 'too fast', undefined);
    expect(await openAgain()).toMatchObject({ kind: 'unsettled', attempt });
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
    const second = await sent();
    await book.unsettle(second, 'no answer either', undefined);
    expect(row(id)).toMatchObject({ settled: 'again' });
    expect(await openAgain()).toMatchObject({ kind: 'unsettled', attempt: { id: second } });
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
    await book.pay(await sent(), paidFacts);
    expect(row(second)).toMatchObject({ settled: 'again' });
    expect(await openAgain()).toMatchObject({ kind: 'paid' });
    expect(ledger.purchases.unsettled()).toEqual([]);
  });

  it('of the very run that asks: not bought again by its own word', async () => {
    await book.unsettle(await sent(), 'no complete answer', undefined);
    await book.close('k');
    expect(await book.open(purchase('k'), always)).toMatchObject({ kind: 'unsettled' });
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
    await book.payForNothing(await sent(), 'no picture in it', {});
    await book.close('k');
    expect(await book.open(purchase('k'), always)).toMatchObject({ kind: 'useless' });
  });

  it('is bought again by the word that is meant alone', async () => {
    await book.unsettle(await sent(), 'no complete answer', undefined);
    expect(await openAgain({ unsettled: false, useless: true })).toMatchObject({ kind: 'unsettled' });
    expect(await openAgain({ unsettled: true, useless: false })).toEqual({ kind: 'mine' });
    await book.payForNothing(await sent(), 'no picture in it', {});
    expect(await openAgain({ unsettled: true, useless: false })).toMatchObject({ kind: 'useless' });
    expect(await openAgain({ unsettled: false, useless: true })).toEqual({ kind: 'mine' });
  });

  it.each([
    ['free', 'mine'],
    ['charged', 'useless'],
  ] as const)('settled as %s: %s', async (how, kind) => {
    await book.unsettle(await sent(), 'no complete answer', undefined);
    await ledger.purchases.settle('all', how);
    expect(await openAgain()).toMatchObject({ kind });
    await book.close('k');
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
  });

  it('paid for nothing: not bought again without a word', async () => {
    const id = await sent();
    await book.payForNothing(id, 'no picture in it', { costMicrousd: 50_000, costKind: 'derived' });
    const attempt = { id, state: 'paid', useless: true, reason: 'no picture in it', costMicrousd: 50_000 };
    expect(await openAgain()).toMatchObject({ kind: 'useless', attempt });
    expect(await openAgain(always)).toEqual({ kind: 'mine' });
    await book.pay(await sent(), paidFacts);
    expect(await openAgain()).toMatchObject({ kind: 'paid', attempt: { useless: false } });
  });

  it('paid, and then found to be no picture: keeps what is known of it', async () => {
    const id = await sent();
    await book.pay(id, paidFacts);
    await book.payForNothing(id, 'damaged', {});
    expect(row(id)).toMatchObject({
      ...{ state: 'paid', useless: true, reason: 'damaged', costKind: 'measured' },
      ...{ costMicrousd: paidFacts.costMicrousd, usage: paidFacts.usage, requestId: 'req_1' },
    });
  });

  it('goes no way that cannot be', async () => {
    const id = await reserve(book, 'k', reserved);
    await expect(book.pay(id, paidFacts)).rejects.toThrow(/is reserved and cannot become paid/);
    await expect(book.unsettle(id, 'x', undefined)).rejects.toThrow(/cannot become unsettled/);
    await book.sent(id);
    await expect(book.release(id)).rejects.toThrow(/is sent and cannot become released/);
    await expect(book.sent(id)).rejects.toMatchObject({ reason: 'collision' });
    await book.refuse(id, 'no', undefined);
    await expect(book.pay(id, paidFacts)).rejects.toThrow(/is refused and cannot become paid/);
    await expect(book.pay('none', paidFacts)).rejects.toThrow(/is unknown/);
  });

  it('is settled when the right to buy is given up', async () => {
    const [first, second] = [await sent(), await sent()];
    const third = await reserve(book, 'k', reserved);
    store.set(second, paidFacts);
    expect(await openAgain()).toMatchObject({ kind: 'paid', attempt: { id: second } });
    expect([first, second, third].map((id) => row(id)?.state)).toEqual(['unsettled', 'paid', 'released']);
    expect(row(first)).toMatchObject({ reason: 'imgsys ended before the answer was there' });
  });

  it('is settled when its run ends', async () => {
    const [first, second] = [await sent(), await sent()];
    const third = await reserve(book, 'k', reserved);
    store.set(first, paidFacts);
    await ledger.endRun(run, { state: 'interrupted', counts: null });
    expect([first, second, third].map((id) => row(id)?.state)).toEqual(['paid', 'unsettled', 'released']);
  });
});

describe('what a dead process left', () => {
  it.each([
    ['reserved', 'mine', 'released'],
    ['sent', 'unsettled', 'unsettled'],
    ['sent, its bytes in the store', 'paid', 'paid'],
  ])('%s: %s', async (left, kind, state) => {
    const { theirRun, theirBook } = await other();
    await theirBook.open(purchase('k'), never);
    const id = left === 'reserved' ? await reserve(theirBook, 'k', reserved) : await sent(theirBook);
    if (left.includes('store')) store.set(id, paidFacts);
    expect(await book.open(purchase('k'), never)).toEqual({ kind: 'other', pid: 4711 });
    expect(await ledger.buying.look('k')).toEqual({ kind: 'other', pid: 4711 });
    die();
    const looked = await ledger.buying.look('k');
    expect(looked).toMatchObject({ kind });
    expect(await book.open(purchase('k'), never)).toMatchObject({ kind });
    expect(ledger.purchases.attemptsOf(theirRun.id)).toMatchObject([{ id, state }]);
    // It stood still only: what it sends after all must not leave.
    if (left === 'reserved') await expect(theirBook.sent(id)).rejects.toMatchObject({ reason: 'collision' });
    await expect(reserve(theirBook, 'k', reserved)).rejects.toMatchObject({ reason: 'collision' });
  });

  it('is settled by the next run, whatever that does', async () => {
    const { theirRun, theirBook } = await other();
    await theirBook.open(purchase('k'), never);
    await theirBook.open(purchase('k2'), never);
    await sent(theirBook);
    const whole = await sent(theirBook, 'k2');
    store.set(whole, paidFacts);
    die();
    isStoreGone = true;
    await ledger.beginRun(newRun);
    expect(ledger.purchases.attemptsOf(theirRun.id).map(({ state }) => state)).toEqual(['sent', 'sent']);
    await expect(book.open(purchase('k'), never)).rejects.toMatchObject({ reason: 'read-failed' });
    isStoreGone = false;
    await ledger.beginRun(newRun);
    expect(ledger.purchases.attemptsOf(theirRun.id).map(({ state }) => state)).toEqual(['unsettled', 'paid']);
  });

  it('is paid after all when it stood still only, and says so', async () => {
    const { theirBook } = await other();
    await theirBook.open(purchase('k'), never);
    const id = await sent(theirBook);
    die();
    expect(await book.open(purchase('k'), never)).toMatchObject({ kind: 'unsettled' });
    await theirBook.pay(id, paidFacts);
    expect(await book.open(purchase('k'), never)).toMatchObject({
      kind: 'paid',
      attempt: { id, reason: undefined, settled: undefined },
    });
  });
});

describe('a ledger opened to read', () => {
  it('tells what is bought and what is unsettled', async () => {
    await book.open(purchase('k'), never);
    await book.unsettle(await sent(), 'no answer', undefined);
    await book.open(purchase('k2'), never);
    const paid = await sent(book, 'k2');
    await book.pay(paid, paidFacts);
    await ledger.endRun(run, { state: 'finished', counts: null });
    const reading = await openLedgerToRead(file, clock);
    opened.push(reading);
    expect(await reading.buying.look('k')).toMatchObject({ kind: 'unsettled' });
    expect(await reading.buying.look('k2')).toMatchObject({ kind: 'paid', attempt: { id: paid } });
    expect(await reading.buying.look('k3')).toEqual({ kind: 'mine' });
    expect(reading.purchases.unsettled()).toHaveLength(1);
    expect(reading.purchases.totalsOf(run.id)).toMatchObject({ paid: 1, unsettled: 1 });
    await expect(reading.purchases.settle('all', 'free')).rejects.toMatchObject({ exitCode: 2 });
  });

  it('knows nothing where there is none', async () => {
    const reading = await openLedgerToRead(join(await tempFolder(), 'none.sqlite'), clock);
    opened.push(reading);
    expect(await reading.buying.look('k')).toEqual({ kind: 'mine' });
    expect(reading.purchases.unsettled()).toEqual([]);
    expect(reading.purchases.totals('all')).toEqual([]);
  });
});
