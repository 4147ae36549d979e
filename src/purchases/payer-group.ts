// Keys that are limited together: one slot, and whichever of them pays.
import type { AttemptOutcome, SlotFacts } from '../pool/contract.ts';
import type { CallError } from '../providers/enhance.ts';
import { type AttemptJob, type AttemptParts, attempt, type Payer } from './attempt.ts';
import { KeyLimitReached } from './key-limit.ts';

export interface PayerGroup extends SlotFacts {
  /** All of them, also those that pay no more. */
  readonly payers: readonly Payer[];
  /** The key furthest behind its share. */
  next(): Payer;
  /** Lets a key that was refused, or may spend no more, pay no more; false when it is the last one. */
  drop(payer: Payer, error: CallError): boolean;
}

/** `payers` share the id of a slot; `onDrop` is told of each that pays no more while others go on. */
export function groupPayers(
  payers: readonly [Payer, ...Payer[]],
  onDrop: (payer: Payer, error: CallError) => void,
): PayerGroup {
  const calls = new Map<Payer, number>(payers.map((payer) => [payer, 0]));
  const share = (payer: Payer) => (calls.get(payer) ?? 0) / payer.weight;
  return {
    id: payers[0].id,
    payers,
    keyName: payers.map(({ keyName }) => keyName).join(', '),
    weight: payers.reduce((sum, { weight }) => sum + weight, 0),
    next() {
      const payer = [...calls.keys()].reduce((one, other) => (share(other) < share(one) ? other : one));
      calls.set(payer, (calls.get(payer) ?? 0) + 1);
      return payer;
    },
    drop(payer, error) {
      if (!calls.has(payer)) return true;
      if (calls.size === 1) return false;
      calls.delete(payer);
      onDrop(payer, error);
      return true;
    },
  };
}

/** `attempt` with the key whose turn it is; what is wrong with that key alone leaves the call to the next one. */
export async function attemptByTurns(
  job: AttemptJob,
  group: PayerGroup,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  for (;;) {
    const payer = group.next();
    const outcome = await attempt(job, payer, parts, signal).catch(outcomeOfLimit);
    if (outcome.ok || !isOfKey(outcome.error) || !group.drop(payer, outcome.error)) return outcome;
  }
}

// A key that may spend no more is to the pool like one whose account is empty: nothing more goes to it.
function outcomeOfLimit(error: unknown): AttemptOutcome {
  if (error instanceof KeyLimitReached) return { ok: false, error };
  throw error;
}

// An empty purse is that of all; a spending limit is not.
function isOfKey(error: CallError): boolean {
  if (error instanceof KeyLimitReached) return true;
  return error.charge === 'none' && (error.kind === 'auth' || error.kind === 'permission');
}
