import type { AttemptOutcome, SlotFacts } from '../pool/contract.ts';
import type { PriceFacts, PriceTable } from '../prices/table.ts';
import {
  CallError,
  type EnhanceCall,
  type EnhanceProvider,
  type EnhanceRequest,
  type EnhanceResult,
} from '../providers/enhance.ts';
import type { CostRange } from '../providers/model.ts';
import type { Secret } from '../secret.ts';
import { type AdmitParts, admit } from './admit.ts';
import type { PaidFacts, PaidStore } from './book.ts';
import { keep, keepAddress } from './keep.ts';
import { type Accepted, note, noteJob } from './note.ts';

export type AttemptId = string;

/** A slot with the key it stands for. */
export interface Payer extends SlotFacts {
  readonly baseUrl: string;
  readonly organisation?: string;
  readonly project?: string;
  /** Undefined for a server that asks for none. */
  secret(): Promise<Secret | undefined>;
  /** The key in the place of one that was refused; undefined when there is no other. */
  again(refused: Secret): Promise<Secret | undefined>;
}

export interface AttemptParts extends AdmitParts {
  readonly provider: EnhanceProvider;
  readonly store: PaidStore;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly prices: PriceTable;
  /** Kept with each call; undefined where no price is known. */
  readonly price: PriceFacts | undefined;
  /** Ends calls under way, which may then have been charged. */
  readonly kill: AbortSignal;
  /** Aborted, with a CommandError, when the run may buy nothing more: something paid could not be kept. */
  readonly ended: AbortController;
  /** Takes room for what is about to be paid, and answers how to give it back; throws where there is none. */
  takeRoom(signal: AbortSignal): Promise<() => void>;
  /** Resolves when writing is worth another try, the disk having been full; rejects with the error when it is not. */
  whenWritable(error: unknown): Promise<void>;
  /** A last place for what was paid for: the file, or undefined. */
  keepElsewhere(id: AttemptId, bytes: Buffer): Promise<string | undefined>;
  /** Awaited before each call that `payer` may be charged for. */
  beforePaying?(payer: Payer): Promise<void>;
  /** What an answer or a refusal tells of the key it was made with. */
  observe(payer: Payer, outcome: AttemptOutcome): void;
}

/** What was asked for, as far as its cost depends on it. */
export interface Expecting {
  readonly request: Pick<EnhanceRequest, 'model'>;
  readonly expected: CostRange | undefined;
}

export interface AttemptJob extends Expecting {
  readonly key: string;
  readonly request: EnhanceRequest;
  /** Told as soon as the bytes are in the store and the ledger knows. */
  readonly onPaid: (id: AttemptId, facts: PaidFacts) => void;
}

/**
 * One call with one key, every step of it in the ledger before it is acted on. A key that is refused is read once more,
 * since it may just have been rotated. Until it is sent, `signal` ends it. Rejects only for what the service is not to
 * blame for.
 */
export async function attempt(
  job: AttemptJob,
  payer: Payer,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const secret = await payer.secret();
  await parts.beforePaying?.(payer);
  const first = await callOnce(job, payer, secret, parts, signal);
  const isRefused = !first.ok && first.error.kind === 'auth' && first.error.charge === 'none';
  const next = isRefused && secret !== undefined ? await payer.again(secret) : undefined;
  const outcome = next === undefined ? first : await callOnce(job, payer, next, parts, signal);
  parts.observe(payer, outcome);
  return outcome;
}

async function callOnce(
  job: AttemptJob,
  payer: Payer,
  secret: Secret | undefined,
  parts: AttemptParts,
  drain: AbortSignal,
): Promise<AttemptOutcome> {
  const signal = AbortSignal.any([drain, parts.ended.signal]);
  signal.throwIfAborted();
  const giveBack = await parts.takeRoom(signal);
  try {
    return await callWithRoom(job, payer, secret, parts, signal);
  } finally {
    giveBack();
  }
}

async function callWithRoom(
  job: AttemptJob,
  payer: Payer,
  secret: Secret | undefined,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { book, provider, ended } = parts;
  const reservation = {
    keyName: payer.keyName,
    reservedMicrousd: job.expected?.mostMicrousd,
    expectedMicrousd: job.expected && { low: job.expected.lowMicrousd, high: job.expected.highMicrousd },
    price: parts.price,
  };
  const id = await admit(job.key, reservation, parts, signal);
  let sent = false;
  let accepted: Accepted | undefined;
  const beforeSend = async () => {
    ended.signal.throwIfAborted();
    await book.sent(id);
    sent = true;
  };
  const onAccepted = async (name: string) => {
    accepted = await noteJob(id, name, parts);
  };
  let result: EnhanceResult;
  try {
    result = await provider.enhance(job.request, {
      ...callFor(payer, id, parts),
      ...{ beforeSend, onAccepted },
      ...(secret !== undefined && { secret }),
    });
  } catch (error) {
    if (!(error instanceof CallError)) {
      await (sent ? book.unsettle(id, 'ended by a defect of imgsys', undefined) : book.release(id));
      throw error;
    }
    return { ok: false, error: await note(id, { sent, accepted }, error, job, parts) };
  }
  await keep(id, result, job, parts);
  return { ok: true, result };
}

/** The means of a call with a key of `payer`, but for the secret and what is told of its steps. */
export function callFor(
  { baseUrl, organisation, project }: Payer,
  id: AttemptId,
  parts: AttemptParts,
): Omit<EnhanceCall, 'secret' | 'beforeSend' | 'onAccepted'> {
  const { clock, fetch, timeoutMs, kill } = parts;
  return {
    ...{ baseUrl, fetch, timeoutMs, signal: kill },
    onAnswer: (body) => keepAddress(id, body, parts),
    sleep: (ms, until) => clock.sleep(ms, until),
    ...(organisation !== undefined && { organisation }),
    ...(project !== undefined && { project }),
  };
}
