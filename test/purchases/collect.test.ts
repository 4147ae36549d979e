// What a service took on as a job is fetched, however the run that submitted it ended, and not bought again.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CommandError, exitCodes, GivenUp, ItemError } from '../../src/errors.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { CallError } from '../../src/providers/enhance.ts';
import { Secret } from '../../src/secret.ts';
import { tempFolder } from '../helpers/temp.ts';
import { always, paidFacts, purchase } from '../ledger/rows.ts';
import {
  customer,
  failure,
  type JobService,
  type JobShopOptions,
  jobService,
  openJobShop,
  picture,
} from './job-shop.ts';

let folder: string;
let service: JobService;

beforeEach(async () => {
  folder = await tempFolder();
  service = jobService();
});

// One run that buys one picture; answers what it came to, and its call.
async function buyOnce(options: JobShopOptions = {}) {
  const opened = await openJobShop(folder, service, options);
  const outcome = await opened.shop.buy(purchase('k'), customer).catch((error: unknown) => error);
  const [attempt, ...later] = allAttempts(opened.ledger);
  await opened.end();
  return { outcome, attempt, later, notices: opened.notices, run: opened.run };
}

const allAttempts = (ledger: Awaited<ReturnType<typeof openJobShop>>['ledger']) => [
  ...ledger.purchases.report({}),
];

// A run that submitted and did not hear of it any more.
async function leaveJob() {
  service.submitted = () => failure('network', 'unsettled', true, 'the service says nothing');
  const left = await buyOnce();
  expect(left.attempt).toMatchObject({ state: 'unsettled', job: 'job-1' });
  return left;
}

describe('a job whose picture did not come', () => {
  it('is told as such, and collected by the next run', async () => {
    const left = await leaveJob();
    expect(left.outcome).toBeInstanceOf(ItemError);
    expect(left.outcome).toMatchObject({
      reason: 'unsettled',
      message: 'Replicate: the service says nothing; the call may have been charged',
      hint: 'run the same command again: the picture is collected, not bought again',
    });
    const { outcome, attempt } = await buyOnce();
    expect(service).toMatchObject({ jobs: ['job-1'], collected: [['job-1', 'CANARY-replicate/team']] });
    expect(attempt).toMatchObject({
      ...{ state: 'paid', costMicrousd: 50_000, costKind: 'derived', runId: left.run.id },
      ...{ reason: undefined, settled: undefined },
    });
    expect(outcome).toMatchObject({ id: attempt?.id, isReused: true, facts: { costMicrousd: 50_000 } });
    expect(readFileSync((outcome as { path: string }).path, 'utf8')).toBe('a picture');
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
    expect([service.jobs.length, service.collected.length]).toEqual([1, 1]);
  });

  it.each([
    ['network', 'none', false, 'unsettled', 'job-1', 1],
    ['network', 'unsettled', false, 'unsettled', 'job-1', 1],
    ['cancelled', 'unsettled', false, 'unsettled', 'job-1', 1],
    ['auth', 'none', false, 'unsettled', 'job-1', 1],
    ['rate', 'none', true, 'unsettled', 'job-1', 1],
    ['protocol', 'paid', true, 'unsettled', 'job-1', 1],
    ['protocol', 'unsettled', false, 'unsettled', undefined, 1],
    ['protocol', 'paid', false, 'paid', 'job-1', 1],
    ['refused', 'none', false, 'refused', 'job-1', 1],
    // Trouble of the service, free of charge: the pool tries again.
    ['busy', 'none', false, 'refused', 'job-1', 2],
  ] as const)('by %s, charge %s, collectable %s: %s as %s, submitted %d times', async (...row) => {
    const [kind, charge, collectable, state, job, times] = row;
    service.submitted = () => (service.jobs.length === 1 ? failure(kind, charge, collectable) : picture());
    const { attempt } = await buyOnce();
    expect(attempt).toMatchObject({ state, reason: `${kind}, ${charge}` });
    expect(attempt?.job).toBe(job);
    expect(service.jobs).toHaveLength(times);
  });

  it('is asked for again by the next run where it is not known at once, and is gone where it is unknown then', async () => {
    const facts = { provider: 'replicate', kind: 'invalid', charge: 'unsettled', status: 404 } as const;
    const unknown = () => new CallError('there is none', facts);
    service.submitted = unknown;
    expect((await buyOnce()).attempt).toMatchObject({ state: 'unsettled', job: 'job-1' });
    service.later = unknown;
    expect((await buyOnce()).attempt).toMatchObject({ state: 'unsettled', job: undefined });
    expect(service.jobs).toEqual(['job-1']);
  });

  it('by a defect stays collectable', async () => {
    service.submitted = () => {
      throw new TypeError('a defect');
    };
    const { outcome, attempt } = await buyOnce();
    expect(outcome).toBeInstanceOf(TypeError);
    expect(attempt).toMatchObject({ state: 'unsettled', job: 'job-1' });
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
  });

  it('stays known where the ledger could not note it at first, and the user is told its name', async () => {
    let faults = 1;
    service.submitted = () => failure('network', 'unsettled', true);
    const { attempt, notices } = await buyOnce({
      book: (book) => ({
        ...book,
        async accepted(id, job) {
          if (faults-- > 0) throw new CommandError('no space left', { exitCode: exitCodes.temporary });
          await book.accepted(id, job);
        },
      }),
    });
    expect(notices).toEqual([expect.stringMatching(/could not note .* is the job job-1: no space left/)]);
    expect(attempt).toMatchObject({ state: 'unsettled', job: 'job-1' });
  });
});

describe('a job that is collected', () => {
  beforeEach(async () => void (await leaveJob()));

  it.each([
    // What the service says it cost, what it comes to.
    [47_123, 47_123, 'measured'],
    [undefined, 50_000, 'derived'],
    [9e12, 60_000, 'derived'],
    [-1, 60_000, 'derived'],
    [0.5, 60_000, 'derived'],
  ] as const)('at a cost told as %s is booked at %d, %s', async (told, costMicrousd, costKind) => {
    service.later = () => picture(told);
    const { attempt, notices } = await buyOnce();
    expect(attempt).toMatchObject({ state: 'paid', costMicrousd, costKind });
    expect(notices).toHaveLength(told !== undefined && costKind === 'derived' ? 1 : 0);
  });

  it.each([
    ['network', 'none', false],
    ['network', 'unsettled', true],
    ['busy', 'none', true],
    ['busy', 'unsettled', true],
    ['cancelled', 'none', false],
    ['permission', 'none', false],
    ['protocol', 'paid', true],
  ] as const)('in vain by %s, charge %s, collectable %s: stays, also for the one who allows all', async (kind, charge, collectable) => {
    service.later = () => failure(kind, charge, collectable, 'not now');
    for (const repeat of [undefined, always]) {
      const { outcome, attempt, later } = await buyOnce(repeat && { repeat });
      const settle = `imgsys usage settle ${attempt?.id} --charged (or --free)`;
      expect(outcome).toMatchObject({
        reason: 'unsettled',
        message: 'Replicate: not now; the call may have been charged',
        hint: `run the same command again: the picture is collected, not bought again; if it never comes: ${settle}`,
      });
      expect(attempt).toMatchObject({ state: 'unsettled', job: 'job-1', reason: 'not now' });
      expect(later).toEqual([]);
    }
    service.later = () => picture();
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
    expect(service.jobs).toEqual(['job-1']);
  });

  it('and is over for good: asks for the word that any unsettled call asks for', async () => {
    service.later = () => failure('invalid', 'unsettled', false, 'there is no such job');
    const { outcome, attempt } = await buyOnce();
    expect(outcome).toMatchObject({
      reason: 'unsettled',
      hint: expect.stringContaining('usage settle --run'),
    });
    expect(attempt).toMatchObject({ state: 'unsettled', reason: 'there is no such job', job: undefined });
    expect((await buyOnce()).outcome).toMatchObject({ reason: 'unsettled' });
    expect([service.jobs.length, service.collected.length]).toEqual([1, 1]);
    service.submitted = () => picture();
    const bought = await buyOnce({ repeat: always });
    expect(bought.outcome).toMatchObject({ isReused: false });
    expect(bought.attempt).toMatchObject({ settled: 'again' });
    expect(service.jobs).toHaveLength(2);
  });

  it('and is over for good: is bought again at once where the user said so', async () => {
    service.later = () => failure('protocol', 'unsettled');
    service.submitted = () => picture();
    const { outcome } = await buyOnce({ repeat: always });
    expect(outcome).toMatchObject({ isReused: false });
    expect([service.jobs.length, service.collected.length]).toEqual([2, 1]);
  });

  it('and failed free of charge: is refused, and bought in the same run', async () => {
    service.later = () => failure('busy', 'none', false, 'it failed there');
    service.submitted = () => picture();
    const { outcome, attempt, later } = await buyOnce();
    expect(outcome).toMatchObject({ isReused: false });
    expect(attempt).toMatchObject({ state: 'refused', reason: 'it failed there' });
    expect(later).toMatchObject([{ state: 'paid', job: 'job-2' }]);
  });

  it('and was paid for nothing: is not bought again without a word', async () => {
    service.later = () => failure('protocol', 'paid', false, 'no picture in it');
    const { outcome, attempt } = await buyOnce();
    expect(outcome).toMatchObject({ reason: 'answer-unusable' });
    expect(attempt).toMatchObject({
      state: 'paid',
      useless: true,
      costMicrousd: 50_000,
      costKind: 'derived',
    });
    expect((await buyOnce()).outcome).toMatchObject({ reason: 'answer-unusable' });
    expect(service.jobs).toHaveLength(1);
  });

  it('needs no room under a limit', async () => {
    expect((await buyOnce({ maxRunMicrousd: 1 })).outcome).toMatchObject({ isReused: true });
  });

  it('is not asked for once settled', async () => {
    const { ledger, end } = await openJobShop(folder, service);
    await ledger.purchases.settle('all', 'free');
    await end();
    service.submitted = () => picture();
    expect((await buyOnce()).outcome).toMatchObject({ isReused: false });
    expect([service.jobs.length, service.collected]).toEqual([2, []]);
  });

  it('submits nothing, whatever the provider tries', async () => {
    for (const step of ['beforeSend', 'onAccepted'] as const) {
      service.later = async (call) => {
        await call[step]('job-2');
        return picture();
      };
      expect((await buyOnce()).outcome).toMatchObject({
        message: 'a job that is collected is not submitted',
      });
    }
    service.later = () => picture();
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
  });

  it('whose bytes came before the ledger knew is paid without asking, also offline', async () => {
    const { ledger, end } = await openJobShop(folder, service);
    const [left] = ledger.purchases.unsettled();
    const bytes = Buffer.from('a picture');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const store = openPaidStore(join(folder, 'paid'));
    await store.put(left?.id ?? '', bytes, { ...paidFacts, bytes: bytes.length, sha256 });
    await end();
    const { outcome, attempt } = await buyOnce({ offline: true });
    expect(outcome).toMatchObject({ isReused: true, facts: { costMicrousd: paidFacts.costMicrousd } });
    expect(attempt).toMatchObject({ state: 'paid', costKind: 'measured' });
    expect(service.collected).toEqual([]);
  });

  it('offline is left where it is, and told', async () => {
    expect((await buyOnce({ offline: true })).outcome).toMatchObject({
      reason: 'unsettled',
      message: expect.stringContaining('its picture can still be collected'),
      hint: expect.stringContaining('nothing is fetched from a service now'),
    });
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
  });
});

describe('the key that collects', () => {
  beforeEach(async () => void (await leaveJob()));

  it('is the one that submitted, where it is at hand', async () => {
    await buyOnce({ keyNames: ['replicate/other', 'replicate/team'] });
    expect(service.collected).toEqual([['job-1', 'CANARY-replicate/team']]);
  });

  it('may be another, whose no says nothing', async () => {
    for (const error of [
      failure('invalid', 'unsettled', false, 'there is no such job'),
      failure('refused', 'none', false, 'there is no such job'),
    ]) {
      service.later = () => error;
      const { outcome, attempt } = await buyOnce({ keyNames: ['replicate/other'] });
      expect(outcome).toMatchObject({
        reason: 'unsettled',
        hint: 'run the same command again with --key replicate/team: the picture is collected, not bought again',
      });
      expect(attempt).toMatchObject({ state: 'unsettled', job: 'job-1' });
    }
    service.later = () => picture();
    expect((await buyOnce({ keyNames: ['replicate/other'] })).outcome).toMatchObject({ isReused: true });
    expect(service.jobs).toHaveLength(1);
  });

  it('is read once more where it was refused, since it may have been rotated', async () => {
    service.later = (call) =>
      call.secret?.reveal() === 'CANARY-new' ? picture() : failure('auth', 'none', false);
    const { outcome } = await buyOnce({ again: async () => new Secret('CANARY-new') });
    expect(outcome).toMatchObject({ isReused: true });
    expect(service.collected.map(([, secret]) => secret)).toEqual(['CANARY-replicate/team', 'CANARY-new']);
  });
});

describe('a stop', () => {
  // A job that ends when it is let go, or with the second stop.
  function held() {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    return {
      letGo: resolve,
      begun: begun.promise,
      end: async ({ signal }: { signal?: AbortSignal }) => {
        begun.resolve();
        const stopped = new Promise<void>((_, reject) => {
          const stop = () => reject(failure('cancelled', 'unsettled', true, 'stopped') satisfies CallError);
          signal?.addEventListener('abort', stop);
        });
        await Promise.race([promise, stopped]);
        return picture();
      },
    };
  }

  it.each(['submitted', 'later'] as const)('lets a job come to its end: %s', async (which) => {
    if (which === 'later') await leaveJob();
    const job = held();
    service[which] = job.end;
    const { shop, drain, end } = await openJobShop(folder, service);
    const buying = shop.buy(purchase('k'), customer);
    await job.begun;
    drain.abort();
    job.letGo();
    expect(await buying).toMatchObject({ facts: { costMicrousd: 50_000 } });
    await end();
  });

  it.each(['submitted', 'later'] as const)('the second leaves it to be collected: %s', async (which) => {
    if (which === 'later') await leaveJob();
    const job = held();
    service[which] = job.end;
    const { shop, drain, kill, end } = await openJobShop(folder, service);
    const buying = shop.buy(purchase('k'), customer).catch((error: unknown) => error);
    await job.begun;
    drain.abort();
    kill.abort();
    expect(await buying).toMatchObject({ reason: 'unsettled', hint: expect.stringContaining('collected') });
    await end();
    service.later = () => picture();
    expect((await buyOnce()).attempt).toMatchObject({ state: 'paid', job: 'job-1' });
    expect(service.jobs).toHaveLength(1);
  });

  it('begins to collect nothing', async () => {
    await leaveJob();
    const { shop, drain, end } = await openJobShop(folder, service);
    drain.abort();
    await expect(shop.buy(purchase('k'), customer)).rejects.toBeInstanceOf(GivenUp);
    await end();
    expect(service.collected).toEqual([]);
    expect((await buyOnce()).outcome).toMatchObject({ isReused: true });
  });
});

it('many jobs are collected, some at once, each once', async () => {
  service.submitted = () => failure('network', 'unsettled', true);
  const keys = Array.from({ length: 50 }, (_, at) => `k${at}`);
  const first = await openJobShop(folder, service);
  for (const key of keys) await first.shop.buy(purchase(key), customer).catch(() => {});
  await first.end();
  let [now, most] = [0, 0];
  service.later = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return picture();
  };
  const second = await openJobShop(folder, service);
  const bought = await Promise.all(keys.map((key) => second.shop.buy(purchase(key), customer)));
  await second.end();
  expect(bought).toHaveLength(50);
  expect(new Set(service.collected.map(([job]) => job)).size).toBe(50);
  expect([service.jobs.length, service.collected.length, now]).toEqual([50, 50, 0]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(32);
});
