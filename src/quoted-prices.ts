// What a service itself says of a price that is not known here: asked before a run, and reckoned with in that run.
import type { Credential } from './credentials.ts';
import { CommandError } from './errors.ts';
import { ProviderError } from './providers/http.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import { printable } from './text.ts';

export interface QuoteParts {
  readonly fetch: typeof fetch;
  /** Ends the question. */
  readonly signal: AbortSignal;
  warn(message: string, hint?: string): void;
}

/**
 * The recipe with the prices its service tells, free of charge, where none of its model is known; as it was where it tells
 * none. That it could not be asked is a warning: the price stays unknown.
 */
export async function withQuotedPrices(
  recipe: RemoteRecipe,
  credential: Credential | undefined,
  { fetch, signal, warn }: QuoteParts,
): Promise<RemoteRecipe> {
  const { provider, model, prices } = recipe;
  if (provider.quote === undefined || credential === undefined) return recipe;
  if (prices.allOf(provider.id, model.id).length > 0) return recipe;
  const { baseUrl, organisation, project } = credential;
  try {
    const secret = await credential.secret();
    const told = await provider.quote(model.id, {
      ...{ baseUrl, fetch, signal },
      ...(secret !== undefined && { secret }),
      ...(organisation !== undefined && { organisation }),
      ...(project !== undefined && { project }),
    });
    return told === undefined ? recipe : { ...recipe, prices: prices.withTold(told) };
  } catch (error) {
    // A dry run does not need its key.
    if (!(error instanceof ProviderError || error instanceof CommandError)) throw error;
    warn(
      `${provider.label} could not be asked what ${printable(model.id)} costs: ${error.message}`,
      'state a price with --assume-price, or in a file with --prices',
    );
    return recipe;
  }
}
