import { dollars } from '../../money.ts';
import { counted } from '../../text.ts';

/** What calls can have cost: `at most $0.06 and 1 unknown price`. */
export function mostInWords(microusd: number, unknown: number): string {
  const most = `at most ${dollars(microusd)}`;
  if (unknown === 0) return most;
  const unpriced = counted(unknown, 'unknown price');
  return microusd > 0 ? `${most} and ${unpriced}` : unpriced;
}
