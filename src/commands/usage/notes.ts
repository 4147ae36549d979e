// What a table of sums does not show, in words.
import type { Totals } from '../../ledger/totals.ts';
import { dollarRange, dollars } from '../../money.ts';
import { counted } from '../../text.ts';
import { mostInWords } from './most.ts';

/** Lines of at most 80 cells. */
export function noteLines(total: Totals): string[] {
  return [
    ...expected(total),
    ...saved(total),
    ...about(total.useless, (calls) => `${calls} paid that gave no picture`, 'answer'),
    ...about(total.unknown, (calls) => `${calls} paid at an unknown price: not in the sum`),
    ...about(
      total.assumed,
      (calls) =>
        `${calls} settled as charged: ${mostInWords(total.assumedMicrousd, total.assumedUnknown)} more`,
    ),
    ...about(
      total.unsettled,
      (calls) =>
        `${calls} may have been charged: ${mostInWords(total.unsettledMicrousd, total.unsettledUnknown)} more`,
    ),
    ...about(
      total.underway,
      (calls) => `${calls} under way: ${mostInWords(total.underwayMicrousd, underwayUnknown(total))} more`,
    ),
  ];
}

// What nothing is reserved for has no known price.
function underwayUnknown({ underway, underwayMicrousd }: Totals): number {
  return underwayMicrousd > 0 ? 0 : underway;
}

// Compared only where both are known of every call.
function expected({ estimated, paid, unknown, costMicrousd, ...of }: Totals): string[] {
  if (estimated === 0) return [];
  const { expectedLowMicrousd: low, expectedHighMicrousd: high } = of;
  const range = `expected ${dollarRange(low, high)}`;
  if (estimated < paid) {
    return [`${range} for ${estimated.toLocaleString('en-US')} of ${counted(paid, 'paid call')}`];
  }
  if (unknown > 0) return [`${range}, paid ${paidInWords(costMicrousd, paid, unknown)}`];
  const where = costMicrousd < low ? 'less' : costMicrousd > high ? 'more' : 'within that';
  return [`${range}, paid ${dollars(costMicrousd)}: ${where}`];
}

function paidInWords(microusd: number, paid: number, unknown: number): string {
  const unpriced = counted(unknown, 'unknown price');
  return unknown === paid ? unpriced : `${dollars(microusd)} and ${unpriced}`;
}

function saved({ reused, savedMicrousd, savedUnknown }: Totals): string[] {
  if (reused === 0) return [];
  const pictures = `${counted(reused, 'picture')} made from what was bought before`;
  if (savedUnknown === reused) return [pictures];
  const some = savedUnknown > 0 ? ' and more' : '';
  return [`${pictures}: saved ${dollars(savedMicrousd)}${some}`];
}

function about(count: number, inWords: (calls: string) => string, noun = 'call'): string[] {
  return count === 0 ? [] : [inWords(counted(count, noun))];
}
