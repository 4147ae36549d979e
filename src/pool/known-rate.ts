import type { SlotBook } from './book.ts';
import type { SlotFacts, StatedLimits } from './contract.ts';
import { openState, type SlotState } from './slot-state.ts';

/** Pictures a minute that the slots let through together, as stated or learnt; undefined while one of them is not known. */
export async function knownRate(
  slots: readonly SlotFacts[],
  stated: StatedLimits,
  book: SlotBook,
): Promise<number | undefined> {
  const rates = await Promise.all(
    slots.map((slot) =>
      book.update<SlotState, number | undefined>(slot.id, (stored, nowMs) => {
        const state = openState(stored, stated, nowMs);
        return { state, result: rateOf(state) };
      }),
    ),
  );
  const known = rates.filter((rate) => rate !== undefined);
  return known.length < rates.length || known.length === 0
    ? undefined
    : known.reduce((sum, rate) => sum + rate, 0);
}

// The tightest of the buckets that count calls or pictures: a call is one of either.
function rateOf({ buckets }: SlotState): number | undefined {
  const rates = Object.values(buckets)
    .filter(({ unit, perMs }) => unit !== 'tokens' && perMs > 0)
    .map(({ perMs }) => perMs * 60_000);
  return rates.length === 0 ? undefined : Math.min(...rates);
}

/** The same where only what the user states is known. */
export function statedRate({ images, requests }: StatedLimits): number | undefined {
  const stated = [images, requests].filter((rate) => rate !== undefined);
  return stated.length === 0 ? undefined : Math.min(...stated);
}
