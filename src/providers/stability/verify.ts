import type { Call, Verdict } from '../provider.ts';
import { verifyBy } from '../service/verify.ts';
import { balancePath, creditsOf } from './balance.ts';
import { noCredits, stabilityService } from './service.ts';

/** What credits are left tells besides whether pictures can be made. */
export async function verifyStability(call: Call): Promise<Verdict> {
  const read = (body: unknown, accepted: Verdict): Verdict | undefined => {
    const credits = creditsOf(body);
    if (credits === undefined) return undefined;
    if (credits <= 0) {
      const { sentence, nextStep } = noCredits;
      return { kind: 'no-funds', sentence: sentence(stabilityService), nextStep: nextStep(stabilityService) };
    }
    return { ...accepted, sentence: `${accepted.sentence}, with ${inWords(credits)} left` };
  };
  return verifyBy(stabilityService, { path: balancePath, read }, call);
}

function inWords(credits: number): string {
  const number = credits.toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `${number} ${credits === 1 ? 'credit' : 'credits'}`;
}
