import { isRecord } from '../http.ts';
import type { Call, Verdict } from '../provider.ts';
import { verifyBy } from '../service/verify.ts';
import { noCredits, stabilityService } from './service.ts';

/** `GET /v1/user/balance`, free of charge: what credits are left tells besides whether pictures can be made. */
export async function verifyStability(call: Call): Promise<Verdict> {
  const read = (body: unknown, accepted: Verdict): Verdict | undefined => {
    const credits = isRecord(body) ? body.credits : undefined;
    if (typeof credits !== 'number' || !Number.isFinite(credits)) return undefined;
    if (credits <= 0) {
      const { sentence, nextStep } = noCredits;
      return { kind: 'no-funds', sentence: sentence(stabilityService), nextStep: nextStep(stabilityService) };
    }
    return { ...accepted, sentence: `${accepted.sentence}, with ${inWords(credits)} left` };
  };
  return verifyBy(stabilityService, { path: '/v1/user/balance', read }, call);
}

function inWords(credits: number): string {
  const number = credits.toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `${number} ${credits === 1 ? 'credit' : 'credits'}`;
}
