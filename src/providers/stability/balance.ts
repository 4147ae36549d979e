import { getJson, isRecord } from '../http.ts';
import type { Call } from '../provider.ts';
import { stabilityService } from './service.ts';

/** Free of charge. */
export const balancePath = '/v1/user/balance';

/** What is left on the account, in micro-dollars; undefined where the answer does not say. Throws ProviderError. */
export async function stabilityBalance(call: Call): Promise<number | undefined> {
  const { id, authorize, readProblem } = stabilityService;
  const credits = creditsOf(await getJson(id, balancePath, call, { authorize, readProblem }));
  return credits && Math.round(credits * microusdOfCredit);
}

/** One credit is one cent, as the price table says: stability.ai/api-pricing-update-25. */
const microusdOfCredit = 10_000;

/** Credits may be fractions, and less than nothing. */
export function creditsOf(body: unknown): number | undefined {
  const credits = isRecord(body) ? body.credits : undefined;
  return typeof credits === 'number' && Number.isFinite(credits) ? credits : undefined;
}
