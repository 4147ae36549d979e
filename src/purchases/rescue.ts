// What is done for bytes that were paid for and cannot be kept where they belong.
import { CommandError } from '../errors.ts';
import { exitCodeOf } from '../paid/refusals.ts';
import { printable } from '../text.ts';
import type { AttemptId, AttemptParts } from './attempt.ts';
import type { PaidFacts } from './book.ts';

/**
 * Keeps the bytes elsewhere, else notes that they were paid for in vain; the ledger has what they cost either way, and the
 * user is told of each. Nothing more is bought after it: throws the CommandError that ends the run, always.
 */
export async function rescue(
  id: AttemptId,
  bytes: Buffer,
  facts: PaidFacts,
  error: unknown,
  { book, store, keepElsewhere, notice, ended }: AttemptParts,
): Promise<never> {
  const why = messageOf(error);
  // At once, so that no further call starts meanwhile.
  ended.abort(
    new CommandError(`${why}; nothing more is bought`, {
      ...{ exitCode: exitCodeOf(error), cause: error },
      hint: 'set that folder right, then run the same command again: it names what is missing',
    }),
  );
  const place = await keepElsewhere(id, bytes);
  const noted =
    place === undefined ? book.payForNothing(id, `could not be kept: ${why}`, facts) : book.pay(id, facts);
  await noted.catch((later) =>
    notice(`the ledger could not note that the call ${id} was paid: ${messageOf(later)}`),
  );
  notice(
    place === undefined
      ? `the picture of the call ${id} was paid for and could be kept nowhere: it is lost`
      : `a paid picture was kept as ${printable(place)}: move it to ${printable(store.pathOf(id))}`,
  );
  throw ended.signal.reason;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
