import { dollarRange, dollars } from '../money.ts';
import { counted, printable } from '../text.ts';
import type { PlanEvent, RunEvent, SampleEvent } from './events.ts';
import type { Payer } from './money.ts';
import { duration } from './progress.ts';

/** The first words of a paid run: who pays whom, for what, and about how much. */
export function payerLines({ provider, payer }: Pick<RunEvent, 'provider' | 'payer'>): string[] {
  if (payer === undefined) return [];
  const { model, quality, host, keys, fallback } = payer;
  const what = [model ?? 'the model of the server', quality && `quality ${quality}`]
    .filter(Boolean)
    .join(', ');
  const names = keys.map(({ name, tail, why }) => `${name}${tail ? ` …${tail}` : ''} (${why})`);
  const paidWith = keys.length === 0 ? `no key yet (imgsys key add ${provider})` : `key ${names.join(', ')}`;
  const where = host === '' ? 'an address that is not known yet' : host;
  return [
    `payer: ${printable(provider)} at ${printable(where)}, ${printable(what)}, ${printable(paidWith)}; ${price(payer)}`,
    ...(fallback.length === 0 ? [] : [`what it cannot make is made by ${fallback.join(', then ')}`]),
  ];
}

function price({ eachMicrousd }: Payer): string {
  if (eachMicrousd === null) return 'its price is unknown';
  return `about ${dollarRange(eachMicrousd.low, eachMicrousd.high)} for a large photograph`;
}

// A shorter time is no news.
const worthTelling = 5;

/** What a paid run comes to, before it begins. */
export function planLine(plan: PlanEvent): string {
  const { toBuy, boughtBefore, done, failing, unknown, seconds } = plan;
  const price = `for about ${dollarRange(plan.lowMicrousd, plan.highMicrousd)} (at most ${dollars(plan.mostMicrousd)})`;
  const parts = [
    toBuy === 0
      ? 'nothing to buy'
      : `to buy: ${counted(toBuy, 'picture')}${unknown < toBuy ? ` ${price}` : ''}`,
    unknown > 0 && `${unknown.toLocaleString('en-US')} at a price that is not known`,
    boughtBefore > 0 && `${boughtBefore.toLocaleString('en-US')} bought before`,
    done > 0 && `${done.toLocaleString('en-US')} done`,
    failing > 0 && `${failing.toLocaleString('en-US')} that cannot be done`,
    toBuy > 0 &&
      seconds !== null &&
      seconds >= worthTelling &&
      `about ${duration(seconds)} at the limits that are known`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What a sample has shown. */
export function sampleLine({ microusd, eachMicrousd, unknown, drifted, ...more }: SampleEvent): string {
  const each =
    unknown > 0
      ? 'at a price that is not known'
      : eachMicrousd === null
        ? microusd === 0
          ? 'nothing was bought for it'
          : `no picture, ${dollars(microusd)}`
        : `${dollars(eachMicrousd)} a picture`;
  const { rest, restMicrousd, restSeconds } = more;
  const time = restSeconds >= worthTelling ? `, about ${duration(restSeconds)}` : '';
  const price = restMicrousd === null ? '' : ` about ${dollars(restMicrousd)}`;
  const others =
    rest === 0 || price + time === '' ? '' : `; the other ${rest.toLocaleString('en-US')}:${price}${time}`;
  const far =
    drifted === 0 ? '' : `; ${drifted} of its ${more.pictures} results moved too far from their pictures`;
  return `the sample is made: ${each}${far}${others}`;
}
