// Fetches what an earlier call had a service make: nothing is sent that may cost money.
import { CallError, type EnhanceResult } from '../providers/enhance.ts';
import type { CostRange } from '../providers/model.ts';
import { type AttemptParts, callFor, type Payer } from './attempt.ts';
import type { AttemptRow, PaidFacts } from './book.ts';
import { keep, payInVain } from './keep.ts';
import { fateOfJob, leftToCollect } from './left-to-collect.ts';

/** What became of a job: its bytes are in the store and paid, or it stands in the way no more than any other call. */
export type Collected = { readonly kind: 'paid'; readonly facts: PaidFacts } | { readonly kind: 'over' };

/**
 * Fetches the picture of `attempt`, which is a job of the service, with one of the keys of `payers`; waits until it is
 * made. Takes nothing of what limits calls. Throws CallError where it may be collected later (`collectable`), or was
 * charged for nothing; the signal's reason when that comes before it began.
 */
export async function collect(
  attempt: AttemptRow,
  payers: Iterable<Payer>,
  parts: AttemptParts,
  drain: AbortSignal,
): Promise<Collected> {
  const signal = AbortSignal.any([drain, parts.ended.signal]);
  signal.throwIfAborted();
  const giveBack = await parts.takeRoom(signal);
  try {
    const result = await fetchBy(attempt, payerFor(attempt, payers), parts);
    return result === undefined ? { kind: 'over' } : await keepOf(attempt, result, parts);
  } finally {
    giveBack();
  }
}

// A job belongs to the account that it was submitted with; another key may be one of the same.
function payerFor({ keyName }: AttemptRow, payers: Iterable<Payer>): Payer {
  const all = [...payers];
  const payer = all.find((each) => each.keyName === keyName) ?? all[0];
  if (payer === undefined) throw new Error('no key to collect with');
  return payer;
}

async function fetchBy(
  attempt: AttemptRow,
  payer: Payer,
  parts: AttemptParts,
): Promise<EnhanceResult | undefined> {
  try {
    return await fetchWith(attempt, payer, parts);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    await noteFate(attempt, payer, error, parts);
    return undefined;
  }
}

// Once more with a key that may just have been rotated: it is free.
async function fetchWith(
  { id, job = '', model }: AttemptRow,
  payer: Payer,
  parts: AttemptParts,
): Promise<EnhanceResult> {
  const { provider } = parts;
  if (provider.collect === undefined) throw nothingToAsk(provider.id);
  const call = { ...callFor(payer, id, parts), beforeSend: notNow, onAccepted: notNow };
  const secret = await payer.secret();
  try {
    return await provider.collect(job, model, { ...call, ...(secret && { secret }) });
  } catch (error) {
    const isRefused = error instanceof CallError && error.kind === 'auth';
    const next = isRefused && secret !== undefined ? await payer.again(secret) : undefined;
    if (next === undefined) throw error;
    return await provider.collect(job, model, { ...call, secret: next });
  }
}

async function notNow(): Promise<never> {
  throw new Error('a job that is collected is not submitted');
}

function nothingToAsk(provider: string): CallError {
  return new CallError('it cannot be asked for what it made earlier', {
    ...{ provider, kind: 'protocol', charge: 'unsettled' },
  });
}

// Throws what leaves nothing to be bought now; returns where the job is over.
async function noteFate(
  attempt: AttemptRow,
  payer: Payer,
  error: CallError,
  parts: AttemptParts,
): Promise<void> {
  const { book } = parts;
  const { id, keyName } = attempt;
  const { message, requestId } = error;
  // Another account knows nothing of it, whatever it says.
  const isOwn = payer.keyName === keyName;
  const fate = isOwn ? fateOfJob(error) : 'open';
  if (fate === 'free') return book.refuse(id, message, requestId);
  if (fate === 'over') return book.abandon(id, message, requestId);
  if (fate === 'paid') throw await payInVain(id, error, askedFor(attempt), parts);
  await book.unsettle(id, message, requestId);
  throw leftToCollect(error, isOwn ? { inVain: id } : { keyName });
}

async function keepOf(attempt: AttemptRow, result: EnhanceResult, parts: AttemptParts): Promise<Collected> {
  const kept = Promise.withResolvers<PaidFacts>();
  await keep(
    attempt.id,
    result,
    { ...askedFor(attempt), onPaid: (_id, facts) => kept.resolve(facts) },
    parts,
  );
  return { kind: 'paid', facts: await kept.promise };
}

// What was expected of it then, as the ledger has it.
function askedFor({ model, reservedMicrousd, expectedMicrousd }: AttemptRow) {
  return { request: { model }, expected: expectedOf(reservedMicrousd, expectedMicrousd) };
}

function expectedOf(
  mostMicrousd: number | undefined,
  likely: AttemptRow['expectedMicrousd'],
): CostRange | undefined {
  if (mostMicrousd === undefined) return undefined;
  const { low: lowMicrousd, high: highMicrousd } = likely ?? { low: mostMicrousd, high: mostMicrousd };
  return { lowMicrousd, highMicrousd, mostMicrousd, tokens: 0 };
}
