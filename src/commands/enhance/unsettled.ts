import type { KeyContext } from '../../credentials/key-context.ts';
import { isCollectable } from '../../ledger/attempts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { dollars } from '../../money.ts';
import type { Repeat } from '../../purchases/book.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
import { counted } from '../../text.ts';

export const neverAgain: Repeat = { unsettled: false, useless: false };

/**
 * The user's word on calls that may have been charged: `--retry-unsettled`, asked on a terminal alone. Pictures that can be
 * collected are not bought again, whatever it is.
 */
export async function askToRetry(
  { retryUnsettled, provider, model }: RemoteRecipe,
  ledger: Ledger,
  context: KeyContext,
): Promise<Repeat> {
  if (retryUnsettled === 'always') return { unsettled: true, useless: true };
  if (retryUnsettled === 'never' || !context.interactive) return neverAgain;
  const open = ledger.purchases
    .unsettled()
    .filter((attempt) => attempt.provider === provider.id && attempt.model === model.id)
    .filter((attempt) => !isCollectable(attempt));
  if (open.length === 0) return neverAgain;
  const most = open.reduce((sum, { reservedMicrousd = 0 }) => sum + reservedMicrousd, 0);
  const price = most > 0 ? ` (at most ${dollars(most)})` : '';
  const question = `${counted(open.length, 'earlier call')} may have been charged without a picture${price}. Buy such pictures again?`;
  return { ...neverAgain, unsettled: await (await context.prompts()).confirm(question) };
}
