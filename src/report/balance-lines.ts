import { dollars } from '../money.ts';
import { printable } from '../text.ts';
import type { SummaryEvent } from './events.ts';
import type { BalanceTaken } from './money.ts';

/** What the accounts said of a run, for people who ask for more: a line for each key. */
export function balanceLines({ charges }: SummaryEvent): string[] {
  return (charges?.balance ?? []).map((taken) => `balance of ${printable(taken.key)}: ${inWords(taken)}`);
}

function inWords({ takenMicrousd, bookedMicrousd }: BalanceTaken): string {
  if (takenMicrousd === null) return 'could not be read';
  const moved = `${takenMicrousd < 0 ? 'rose' : 'fell'} by ${dollars(Math.abs(takenMicrousd))}`;
  return `${moved}, booked are ${dollars(bookedMicrousd)}`;
}
