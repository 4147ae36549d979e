import { dollarRange } from '../money.ts';
import { counted, printable } from '../text.ts';
import type { Payer, RunEvent } from './events.ts';

/** The first words of a paid run: who pays whom, for what, and about how much. */
export function payerLines({ provider, payer }: Pick<RunEvent, 'provider' | 'payer'>): string[] {
  if (payer === undefined) return [];
  const { model, quality, host, keys, fallback } = payer;
  const what = [model ?? 'the model of the server', quality && `quality ${quality}`]
    .filter(Boolean)
    .join(', ');
  const with_ = keys.map(({ name, tail, why }) => `${name}${tail ? ` …${tail}` : ''} (${why})`).join(', ');
  return [
    `payer: ${printable(provider)} at ${printable(host)}, ${printable(what)}, key ${printable(with_)}; ${price(payer)}`,
    ...(fallback.length === 0 ? [] : [`where that fails: ${fallback.join(', then ')}`]),
  ];
}

function price({ pictures, eachMicrousd }: Payer): string {
  if (eachMicrousd === null) return 'its price is unknown';
  const { low, high } = eachMicrousd;
  const each = `about ${dollarRange(low, high)} a picture`;
  if (pictures === null || pictures < 2) return each;
  return `${each}, ${dollarRange(low * pictures, high * pictures)} for ${counted(pictures, 'file')}`;
}
