// What is kept of an answer, and what the ledger is told of it.
import { ItemError } from '../errors.ts';
import { dollars } from '../money.ts';
import { CallError, type EnhanceResult, type TokenUsage } from '../providers/enhance.ts';
import { redactor } from '../redact.ts';
import { printable } from '../text.ts';
import { sha256InTurns } from '../turns.ts';
import type { AttemptId, AttemptParts, Expecting } from './attempt.ts';
import type { PaidFacts } from './book.ts';
import { withoutSecrets } from './evidence.ts';
import { messageOf, rescue } from './rescue.ts';

/**
 * The bytes are on the disk before the ledger calls them paid, and nothing local comes before that. Throws the CommandError
 * that ends the run where they cannot be kept.
 */
export async function keep(
  id: AttemptId,
  result: EnhanceResult,
  job: Expecting & { readonly onPaid: (id: AttemptId, facts: PaidFacts) => void },
  parts: AttemptParts,
): Promise<void> {
  const { book, store } = parts;
  const { bytes, usage } = result;
  const requestId = result.requestId && namedAs(result.requestId);
  const sha256 = await sha256InTurns(bytes);
  const facts = { ...costOf(id, result, job, parts), usage, requestId, sha256, bytes: bytes.length };
  try {
    await whileFull(() => store.put(id, bytes, facts), parts);
  } catch (error) {
    await rescue(id, bytes, facts, error, parts);
  }
  await whileFull(() => book.pay(id, facts), parts);
  job.onPaid(id, facts);
}

// A header of a stranger's: it may hold the key, or be longer than any id.
function namedAs(requestId: string): string {
  return printable(redactor.redactKnown(requestId)).slice(0, 80);
}

/** Notes that a call was charged for an answer of no use, and keeps that; the error is handed on with its place. */
export async function payInVain(
  id: AttemptId,
  error: CallError,
  job: Expecting,
  parts: AttemptParts,
): Promise<CallError> {
  const { book } = parts;
  const { requestId, message, evidence, usage } = error;
  const facts = {
    ...costOf(id, error, job, parts),
    ...(usage && { usage }),
    ...(requestId !== undefined && { requestId }),
  };
  // The ledger first: what was charged counts, also where the evidence finds no room.
  await whileFull(() => book.payForNothing(id, message, facts), parts);
  if (evidence === undefined || !(await isEvidenceKept(id, evidence, parts, parts.whenWritable)))
    return error;
  const told = withPlace(error, parts.store.evidencePathOf(id));
  await whileFull(() => book.payForNothing(id, told.message, {}), parts);
  return told;
}

/** Keeps an answer that only says where its picture lies, for whoever has to fetch it later. Waits for nothing. */
export async function keepAddress(id: AttemptId, body: Buffer, parts: AttemptParts): Promise<void> {
  await isEvidenceKept(id, body, parts, async (error) => {
    throw error;
  });
}

async function isEvidenceKept(
  id: AttemptId,
  evidence: Buffer,
  { store, notice }: AttemptParts,
  whenWritable: AttemptParts['whenWritable'],
): Promise<boolean> {
  const clean = withoutSecrets(evidence);
  try {
    await whileFull(() => store.putEvidence(id, clean), { whenWritable });
    return true;
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    notice(`the answer to the call ${id} is not kept: ${messageOf(error)}`);
    return false;
  }
}

/** Tries a write again as long as there is no room for it. */
export async function whileFull(
  write: () => Promise<void>,
  { whenWritable }: Pick<AttemptParts, 'whenWritable'>,
): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      await whenWritable(error);
    }
  }
}

interface Costing {
  readonly usage?: TokenUsage | undefined;
  readonly costMicrousd?: number;
  readonly headers: Readonly<Record<string, string>>;
}

// By what the answer says or counts where that can be, else by the price list.
function costOf(
  id: AttemptId,
  { usage, costMicrousd: told, headers }: Costing,
  { request, expected }: Expecting,
  { provider, prices, notice }: AttemptParts,
): Pick<PaidFacts, 'costMicrousd' | 'costKind'> {
  const stated = told ?? provider.costByHeaders?.(request.model, headers, prices);
  const measured = stated ?? (usage && provider.costOf(request.model, usage, prices));
  const mostMicrousd = expected && Math.max(believedTimes * expected.mostMicrousd, believedMicrousd);
  if (measured !== undefined && isBelieved(measured, mostMicrousd)) {
    return { costMicrousd: measured, costKind: 'measured' };
  }
  const what =
    stated === undefined
      ? 'counts more tokens than such a call can use'
      : 'tells a cost no such call can have';
  const absurd = `the answer to the call ${id} ${what}`;
  if (expected === undefined) {
    if (measured !== undefined) notice(`${absurd}: what it cost is not known`);
    return { costMicrousd: undefined, costKind: 'unknown' };
  }
  if (measured === undefined) return { costMicrousd: expected.highMicrousd, costKind: 'derived' };
  notice(`${absurd}: booked at ${dollars(expected.mostMicrousd)}, the most it was expected to cost`);
  return { costMicrousd: expected.mostMicrousd, costKind: 'derived' };
}

function isBelieved(microusd: number, mostMicrousd = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(microusd) && microusd >= 0 && microusd <= mostMicrousd;
}

function withPlace(error: CallError, path: string): CallError {
  const { kind, charge, status, code, requestId, headers, provider, hint } = error;
  const facts = { kind, charge, status, code, requestId, headers, provider, hint };
  return new CallError(`${error.message}; the answer is kept as ${printable(path)}`, facts);
}

/** A measured cost is believed up to so many times the most that was expected, and up to this much in any case. */
const believedTimes = 100;
const believedMicrousd = 1_000_000;
