// The flags that say how a service is paid and paced, and change nothing of what it is asked for.
import type { Context } from '../../context.ts';
import { builtInPrices } from '../../prices/built-in.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
import { printable } from '../../text.ts';
import { optional, span, whole } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import { assumedPrice, pricesFor } from './prices.ts';
import { usage } from './usage.ts';

export type Paying = Pick<
  RemoteRecipe,
  | 'keys'
  | 'stated'
  | 'concurrency'
  | 'timeoutMs'
  | 'maxWaitMs'
  | 'retryUnsettled'
  | 'prices'
  | 'assumePriceMicrousd'
>;

const defaultTimeoutMs = 280_000;
const defaultMaxWaitMs = 15 * 60_000;

/** Throws CommandError (2) naming the flag that is wrong. */
export async function payingFlags(
  flags: EnhanceFlags,
  concurrency: number | 'auto',
  context: Context,
): Promise<Paying> {
  return {
    keys: (flags.key ?? []).map(keyOf),
    stated: {
      ...(flags.rpm !== undefined && { requests: whole('--rpm', flags.rpm, 1) }),
      ...(flags.ipm !== undefined && { images: whole('--ipm', flags.ipm, 1) }),
      ...(flags.tpm !== undefined && { tokens: whole('--tpm', flags.tpm, 1) }),
    },
    concurrency,
    timeoutMs: optional(flags.timeout, timeout) ?? defaultTimeoutMs,
    maxWaitMs: optional(flags.maxWait, span('--max-wait')) ?? defaultMaxWaitMs,
    retryUnsettled: retryOf(flags.retryUnsettled),
    prices: await pricesFor(flags.prices, context),
    assumePriceMicrousd: optional(flags.assumePrice, assumedPrice),
  };
}

/** Where nothing is bought: no key is looked for, no price asked. */
export const notPaying: Paying = {
  ...{ keys: [], stated: {}, concurrency: 'auto', retryUnsettled: 'never' },
  ...{ timeoutMs: defaultTimeoutMs, maxWaitMs: defaultMaxWaitMs },
  ...{ prices: builtInPrices, assumePriceMicrousd: undefined },
};

/** The flags that hold for a provider of `--fallback` as well: keys and limits are the first one's own. */
export function payingForAll({ prices, assumePrice }: EnhanceFlags): EnhanceFlags {
  return { ...(prices !== undefined && { prices }), ...(assumePrice !== undefined && { assumePrice }) };
}

// Slow servers of one's own take their time; beyond that nobody answers any more.
const longestTimeoutMs = 3_600_000;

function timeout(text: string): number {
  const ms = span('--timeout')(text);
  if (ms <= longestTimeoutMs) return ms;
  throw usage(`--timeout ${printable(text)} is longer than a call can last`, 'at most 1h');
}

function keyOf(text: string): { name: string; weight: number } {
  const at = text.lastIndexOf('=');
  if (at < 0) return { name: text, weight: 1 };
  return { name: text.slice(0, at), weight: whole('--key … =', text.slice(at + 1), 1) };
}

function retryOf(text = 'ask'): RemoteRecipe['retryUnsettled'] {
  if (text === 'never' || text === 'ask' || text === 'always') return text;
  throw usage(`--retry-unsettled ${printable(text)} is not never, ask or always`);
}
