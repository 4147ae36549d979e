import type { KeyContext } from './credentials/key-context.ts';
import type { Credential } from './credentials.ts';
import { hostOf } from './providers/base-url.ts';
import { findKeyProvider } from './providers/key-providers.ts';
import { typicalCost } from './purchases/expected-cost.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Maker } from './remote-maker.ts';
import type { Payer } from './report/money.ts';

/** Who pays for a run, for what and about how much: what is said first. */
export function payerOf(
  recipe: RemoteRecipe,
  credentials: readonly Credential[],
  pictures: number | null,
  [, ...others]: readonly Maker[],
): Payer {
  const { provider, model, quality } = recipe;
  const range = typicalCost(recipe);
  const keys = credentials.map(({ name, tail, why }) => ({ name, tail: tail ?? null, why }));
  const baseUrl = credentials[0]?.baseUrl ?? findKeyProvider(provider.id).baseUrl;
  return {
    model: model.id || null,
    quality: quality ?? null,
    keys,
    host: baseUrl === undefined ? '' : hostOf(baseUrl),
    pictures,
    eachMicrousd: range === undefined ? null : { low: range.lowMicrousd, high: range.highMicrousd },
    fallback: others.map(({ name }) => name),
  };
}

/** Who would pay, for a dry run: nobody is asked, and no key at all is no mistake. */
export async function knownKeys(recipe: RemoteRecipe, keys: KeyContext): Promise<Credential[]> {
  const all = await keys.credentials();
  const wanted = recipe.keys.length === 0 ? [{ name: undefined }] : recipe.keys;
  const found: Credential[] = [];
  for (const { name } of wanted) {
    const credential = await all.choose(recipe.provider.id, name).catch((error) => {
      if (name === undefined && error instanceof Error && 'exitCode' in error && error.exitCode === 4) {
        return undefined;
      }
      throw error;
    });
    if (credential !== undefined) found.push(credential);
  }
  return found;
}
