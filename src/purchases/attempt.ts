import type { AttemptOutcome, SlotFacts } from '../pool/contract.ts';
import type { PriceFacts, PriceTable } from '../prices/table.ts';
import {
  CallError,
  type EnhanceProvider,
  type EnhanceRequest,
  type EnhanceResult,
} from '../providers/enhance.ts';
import type { CostRange } from '../providers/model.ts';
import type { Secret } from '../secret.ts';
import { sha256InTurns } from '../turns.ts';
import { type AdmitParts, admit } from './admit.ts';
import type { PaidFacts, PaidStore } from './book.ts';

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
  /** Throws when there is no room left for what is about to be paid. */
  checkRoom(): Promise<void>;
  /** Keeps trying to write what was paid for while the disk is full; rejects when that is to end. */
  whenWritable(error: unknown): Promise<void>;
  /** What an answer or a refusal tells of the key it was made with. */
  observe(payer: Payer, outcome: AttemptOutcome): void;
}

export interface AttemptJob {
  readonly key: string;
  readonly request: EnhanceRequest;
  readonly expected: CostRange | undefined;
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
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { book, provider, fetch, timeoutMs, kill } = parts;
  await parts.checkRoom();
  const reservation = {
    keyName: payer.keyName,
    reservedMicrousd: job.expected?.mostMicrousd,
    expectedMicrousd: job.expected && { low: job.expected.lowMicrousd, high: job.expected.highMicrousd },
    price: parts.price,
  };
  const id = await admit(job.key, reservation, parts, signal);
  let sent = false;
  const beforeSend = async () => {
    await book.sent(id);
    sent = true;
  };
  const { baseUrl, organisation, project } = payer;
  let result: EnhanceResult;
  try {
    result = await provider.enhance(job.request, {
      ...{ baseUrl, fetch, timeoutMs, beforeSend, signal: kill },
      ...(secret !== undefined && { secret }),
      ...(organisation !== undefined && { organisation }),
      ...(project !== undefined && { project }),
    });
  } catch (error) {
    if (!(error instanceof CallError)) {
      await (sent ? book.unsettle(id, 'ended by a defect of imgsys', undefined) : book.release(id));
      throw error;
    }
    await note(id, sent, error, job, parts);
    return { ok: false, error };
  }
  await keep(id, result, job, parts);
  return { ok: true, result };
}

async function note(
  id: AttemptId,
  sent: boolean,
  error: CallError,
  { expected }: AttemptJob,
  { book, store }: AttemptParts,
): Promise<void> {
  const { requestId, charge, message, evidence } = error;
  if (!sent) return book.release(id);
  if (charge === 'none') return book.refuse(id, message, requestId);
  if (charge === 'unsettled') return book.unsettle(id, message, requestId);
  // The ledger first: what was charged counts, also where the evidence finds no room.
  await book.payForNothing(id, message, { ...derivedCost(expected), ...(requestId && { requestId }) });
  if (evidence !== undefined) await store.putEvidence(id, evidence);
}

// The bytes are on the disk before the ledger calls them paid, and nothing local comes before that.
async function keep(
  id: AttemptId,
  { bytes, usage, requestId }: EnhanceResult,
  job: AttemptJob,
  { provider, prices, book, store, whenWritable }: AttemptParts,
): Promise<void> {
  const measured = usage && provider.costOf(job.request.model, usage, prices);
  const cost =
    measured === undefined
      ? derivedCost(job.expected)
      : { costMicrousd: measured, costKind: 'measured' as const };
  const sha256 = await sha256InTurns(bytes);
  const facts: PaidFacts = { ...cost, usage, requestId, sha256, bytes: bytes.length };
  for (;;) {
    try {
      await store.put(id, bytes, facts);
      await book.pay(id, facts);
      return job.onPaid(id, facts);
    } catch (error) {
      await whenWritable(error);
    }
  }
}

function derivedCost(expected: CostRange | undefined): Pick<PaidFacts, 'costMicrousd' | 'costKind'> {
  if (expected === undefined) return { costMicrousd: undefined, costKind: 'unknown' };
  return { costMicrousd: expected.highMicrousd, costKind: 'derived' };
}
