import { getJson, isRecord, ProviderError } from '../http.ts';
import type { Call, ModelVerdict, Verdict } from '../provider.ts';
import { serviceAt } from '../service/facts.ts';
import { verifyBy } from '../service/verify.ts';
import { pricesAt } from './hosts.ts';
import { falService as service } from './service.ts';

/**
 * Asks for the price of one model, free of charge: that needs a key that counts, which a list of models does not. Then for
 * that of `model`.
 */
export async function verifyFal(call: Call, model: string | undefined): Promise<Verdict> {
  const read = (body: unknown, accepted: Verdict) =>
    isRecord(body) && Array.isArray(body.prices) ? accepted : undefined;
  const path = pricesAt(call.baseUrl, 'fal-ai/esrgan');
  const verdict = await verifyBy(service, { path, read }, call);
  if (verdict.kind !== 'valid' || model === undefined) return verdict;
  const found = await lookFor(model, call);
  return found === undefined ? verdict : { ...verdict, model: found };
}

// Undefined where it could not be found out.
async function lookFor(name: string, call: Call): Promise<ModelVerdict | undefined> {
  try {
    const { authorize, readProblem } = serviceAt(service, call.baseUrl);
    const body = await getJson(service.id, pricesAt(call.baseUrl, name), call, { authorize, readProblem });
    if (!isRecord(body) || !Array.isArray(body.prices)) return undefined;
    const available = body.prices.some((price) => isRecord(price) && price.endpoint_id === name);
    return { name, available };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return error.status === 404 ? { name, available: false } : undefined;
  }
}
