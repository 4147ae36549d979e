// A ledger that does not know what was paid for is not the one it was: by it, everything would be bought again.
import { CommandError, exitCodes } from './errors.ts';
import type { Ledger } from './ledger/ledger.ts';
import { nothingBought } from './paid/refusals.ts';
import { findUnknown } from './paid/unknown.ts';
import type { Paths } from './settings/paths.ts';
import { counted, printable } from './text.ts';

/**
 * The CommandError (2) of a ledger that lacks purchases whose pictures are kept; undefined where it knows them all. Throws
 * CommandError (2, 5) where the pictures cannot be looked at.
 */
export async function ledgerGap(
  { purchases }: Ledger,
  paths: Pick<Paths, 'ledger' | 'paid'>,
): Promise<CommandError | undefined> {
  // A call in no state there is would count for nothing.
  const attemptsOf = (runId: string) =>
    new Set(
      purchases
        .attemptsOf(runId)
        .filter(({ state }) => states.has(state))
        .map(({ id }) => id),
    );
  const unknown = await findUnknown(paths.paid, attemptsOf).catch((error: unknown) => {
    throw nothingBought(error);
  });
  const [first] = unknown;
  if (first === undefined) return undefined;
  const more = unknown.length === 1 ? '' : ` and ${counted(unknown.length - 1, 'folder')} beside it`;
  const aside = unknown.length === 1 ? 'that folder' : 'those folders';
  return new CommandError(
    `the ledger ${printable(paths.ledger)} does not know what was bought in ${printable(first)}${more}: it is new, or an older copy`,
    {
      exitCode: exitCodes.usage,
      hint: `put the right ledger back; or, to go on without it and perhaps buy these pictures again, move ${aside} aside`,
    },
  );
}

const states: ReadonlySet<string> = new Set(['reserved', 'sent', 'paid', 'refused', 'released', 'unsettled']);
