// Which prices hold for a command: the built-in ones, and those of the user's own file over them.
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { parseDollars } from '../../money.ts';
import { builtInPrices } from '../../prices/built-in.ts';
import { loadPrices } from '../../prices/load.ts';
import type { PriceTable } from '../../prices/table.ts';
import { printable } from '../../text.ts';
import { usage } from './usage.ts';

/** The prices with those of `--prices`, else of the setting, over them. Throws CommandError (2) for a file that is wrong. */
export async function pricesFor(flag: string | undefined, context: Context): Promise<PriceTable> {
  if (flag === '')
    throw usage('--prices is empty', 'name a file; perhaps a variable of your script is not set');
  const own = flag ?? (await context.settings()).get('prices');
  return own === undefined ? builtInPrices : readPrices(own, context);
}

/** The built-in prices with those of a file over them. Throws CommandError (2). */
export async function readPrices(name: string, { cwd }: Context): Promise<PriceTable> {
  // Loaded where it is needed: local knows nothing of services.
  const { enhanceProviders } = await import('../../providers/enhance-providers.ts');
  return loadPrices(resolve(cwd, name), name, enhanceProviders);
}

/** The sum of `--assume-price` in micro-dollars. Throws CommandError (2). */
export function assumedPrice(text: string): number {
  const microusd = parseDollars(text);
  if (microusd !== undefined && microusd <= maxAssumedMicrousd) return microusd;
  throw usage(
    `--assume-price ${printable(text)} is not the price of a picture in dollars`,
    'for example 0.05; at most 1000',
  );
}

const maxAssumedMicrousd = 1e9;
