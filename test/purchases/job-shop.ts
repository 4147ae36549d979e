// A shop over a real ledger and a real store, whose service takes pictures on as jobs.
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Repeat } from '../../src/ledger/opening.ts';
import type { Run } from '../../src/ledger/runs.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import type { Pool, SlotFacts } from '../../src/pool/contract.ts';
import { countTry, judge, type Tries } from '../../src/pool/judge.ts';
import type { PriceTable } from '../../src/prices/table.ts';
import {
  CallError,
  type EnhanceCall,
  type EnhanceProvider,
  type EnhanceResult,
} from '../../src/providers/enhance.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import type { AttemptParts, Payer } from '../../src/purchases/attempt.ts';
import type { PurchaseBook } from '../../src/purchases/book.ts';
import { groupPayers } from '../../src/purchases/payer-group.ts';
import { type Customer, createShop, type Shop } from '../../src/purchases/shop.ts';
import { Secret } from '../../src/secret.ts';
import { fakeClock } from '../helpers/clock.ts';
import { newRun } from '../ledger/rows.ts';

/** What a job comes to when it is asked for: once submitted, or later. */
export type End = (call: EnhanceCall, job: string) => EnhanceResult | CallError | Promise<EnhanceResult>;

export interface JobService {
  readonly provider: EnhanceProvider;
  /** Every job that was submitted. */
  readonly jobs: string[];
  /** Every job that was asked for later, with the key. */
  readonly collected: [job: string, secret: string | undefined][];
  /** What the call that submits comes to, and what later ones do. */
  submitted: End;
  later: End;
}

export const picture = (costMicrousd?: number): EnhanceResult => ({
  bytes: Buffer.from('a picture'),
  headers: {},
  ...(costMicrousd !== undefined && { costMicrousd }),
});

export const failure = (
  kind: CallError['kind'],
  charge: CallError['charge'],
  collectable = false,
  message = `${kind}, ${charge}`,
) => new CallError(message, { provider: 'replicate', kind, charge, collectable });

export function jobService(): JobService {
  const end = async (what: End, call: EnhanceCall, job: string) => {
    const came = await what(call, job);
    if (came instanceof CallError) throw came;
    return came;
  };
  const service: JobService = {
    jobs: [],
    collected: [],
    submitted: () => picture(),
    later: () => picture(),
    provider: {
      id: 'replicate',
      costOf: () => undefined,
      async enhance(_request: unknown, call: EnhanceCall) {
        await call.beforeSend();
        const job = `job-${service.jobs.length + 1}`;
        service.jobs.push(job);
        await call.onAccepted(job);
        return end(service.submitted, call, job);
      },
      async collect(job: string, _model: string, call: EnhanceCall) {
        service.collected.push([job, call.secret?.reveal()]);
        return end(service.later, call, job);
      },
    } as unknown as EnhanceProvider,
  };
  return service;
}

export interface JobShop {
  readonly shop: Shop;
  readonly ledger: Ledger;
  readonly run: Run;
  readonly book: PurchaseBook;
  readonly notices: string[];
  readonly drain: AbortController;
  readonly kill: AbortController;
  /** Ends the run, as a process does that comes to its end. */
  end(): Promise<void>;
}

export interface JobShopOptions {
  readonly clock?: Clock;
  readonly baseUrl?: string;
  /** What every key is; one made of its name unless given. */
  readonly secret?: Secret;
  readonly keyNames?: readonly string[];
  readonly repeat?: Repeat;
  readonly offline?: boolean;
  readonly maxRunMicrousd?: number;
  readonly again?: Payer['again'];
  /** Changes what the ledger does. */
  readonly book?: (book: PurchaseBook) => PurchaseBook;
}

/** Opens the ledger and the store below `folder`, and a run in it. */
export async function openJobShop(
  folder: string,
  { provider }: Pick<JobService, 'provider'>,
  options: JobShopOptions = {},
): Promise<JobShop> {
  const {
    clock = fakeClock(),
    baseUrl = 'http://127.0.0.1/v1',
    keyNames = ['replicate/team'],
    again = async () => undefined,
  } = options;
  const store = openPaidStore(join(folder, 'paid'));
  const ledger = await openLedger(join(folder, 'ledger.sqlite'), clock, undefined, (id) => store.find(id));
  const run = await ledger.beginRun(newRun);
  const bound = bindPurchases(ledger, run, options.maxRunMicrousd);
  const book = options.book?.(bound) ?? bound;
  const [drain, kill, notices] = [new AbortController(), new AbortController(), [] as string[]];
  const groups = keyNames.map((keyName) => {
    const secret = async () => options.secret ?? new Secret(`CANARY-${keyName}`);
    const payer = { id: `slot of ${keyName}`, keyName, weight: 1, baseUrl };
    return groupPayers([{ ...payer, secret, again }], () => {});
  });
  const attempts: AttemptParts = {
    ...{ provider, book, store, clock, fetch, timeoutMs: 60_000, price: undefined, prices: {} as PriceTable },
    ...{ kill: kill.signal, ended: new AbortController(), takeRoom: async () => () => {} },
    notice: (message) => void notices.push(message),
    whenWritable: async (error) => {
      throw error;
    },
    ...{ keepElsewhere: async () => undefined, observe: () => {} },
  };
  const payers = new Map(groups.map((group) => [group.id, group]));
  const shop = createShop({
    ...{ book, store, clock, drain: drain.signal, service: 'Replicate' },
    repeat: options.repeat ?? { unsettled: false, useless: false },
    market: options.offline ? undefined : { pool: patientPool(groups), payers, attempts },
  });
  return {
    ...{ shop, ledger, run, book, notices, drain, kill },
    async end() {
      await ledger.endRun(run, { state: 'finished', counts: null });
      ledger.close();
    },
  };
}

// Tries again what the pool tries again, without waiting for anything.
function patientPool([slot]: readonly SlotFacts[]): Pool {
  if (slot === undefined) throw new Error('a pool without a slot');
  return {
    async run(job, signal) {
      let tries: Tries = { rate: 0, trouble: 0, broken: 0 };
      for (;;) {
        signal.throwIfAborted();
        const outcome = await job.attempt(slot, signal);
        if (outcome.ok) return outcome.result;
        tries = countTry(tries, outcome.error);
        if (judge(outcome.error, tries).kind !== 'again') throw outcome.error;
      }
    },
    ready: async () => () => {},
    inFlight: () => 0,
  };
}

/** Somebody who wants a picture bought that is likely to cost 40 to 50 and at most 60 thousand micro-dollars. */
export const customer: Customer = {
  letGo: async () => {},
  prepare: async () => ({
    request: {
      ...{ model: 'owner/name', prompt: '', wish: { operation: 'enhance' }, options: {} },
      image: { bytes: Buffer.from('x'), type: 'image/png', width: 8, height: 8 },
    },
    expected: { lowMicrousd: 40_000, highMicrousd: 50_000, mostMicrousd: 60_000, tokens: 0 },
    cost: { requests: 1, images: 1, tokens: 0 },
  }),
};
