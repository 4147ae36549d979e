import { getJson, isRecord } from '../http.ts';
import type { Call, ModelVerdict, Verdict } from '../provider.ts';
import { serviceAt } from '../service/facts.ts';
import { verdictOfModel, verifyBy } from '../service/verify.ts';
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

function lookFor(name: string, call: Call): Promise<ModelVerdict | undefined> {
  return verdictOfModel(name, async () => {
    const { authorize, readProblem } = serviceAt(service, call.baseUrl);
    const body = await getJson(service.id, pricesAt(call.baseUrl, name), call, { authorize, readProblem });
    if (!isRecord(body) || !Array.isArray(body.prices)) return undefined;
    return body.prices.some((price) => isRecord(price) && price.endpoint_id === name);
  });
}
