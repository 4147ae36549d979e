// Before each call: room for it under all spending limits.
import type { Clock } from '../clock.ts';
import { GivenUp } from '../errors.ts';
import type { NewAttempt, PurchaseBook } from './book.ts';
import { KeyLimitReached } from './key-limit.ts';
import { overInWords, softInWords, unpricedInWords } from './limit-words.ts';

export interface AdmitParts {
  readonly book: PurchaseBook;
  readonly clock: Clock;
  readonly provider: { readonly id: string };
  /** Tells the user something once, such as a limit that comes near. */
  notice(message: string): void;
}

const firstPollMs = 50;
const longestPollMs = 1_000;

/**
 * Reserves a call and answers its id. Waits while only what other calls have reserved stands in its way: they hold nothing
 * that this one could, and end by themselves. Throws KeyLimitReached when a limit of this key alone is reached, GivenUp for
 * any other; the signal's reason when that comes first.
 */
export async function admit(
  key: string,
  attempt: NewAttempt,
  { book, clock, provider, notice }: AdmitParts,
  signal: AbortSignal,
): Promise<string> {
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 1.5, longestPollMs)) {
    signal.throwIfAborted();
    const reservation = await book.reserve(key, attempt);
    if (reservation.kind === 'reserved') {
      for (const standing of reservation.soft) notice(softInWords(standing));
      return reservation.id;
    }
    if (reservation.kind !== 'wait') {
      const { message, hint } =
        reservation.kind === 'over'
          ? overInWords(reservation.standing, attempt.reservedMicrousd ?? 0)
          : unpricedInWords(reservation.standing);
      const end = new GivenUp(message, { stop: 'spending-limit', hint });
      throw reservation.standing.limit.scope === 'key' ? new KeyLimitReached(provider.id, end) : end;
    }
    await clock.sleep(pollMs * (0.5 + Math.random()), signal);
  }
}
