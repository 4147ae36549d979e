import { getJson, isRecord } from '../http.ts';
import type { Call, ModelVerdict, Verdict } from '../provider.ts';
import { verdictOfModel, verifyBy } from '../service/verify.ts';
import { geminiModels } from './models.ts';
import { geminiService as service } from './service.ts';

/**
 * `GET /models?pageSize=1`, free of charge: who may list models has shown a key that counts, which does not prove that it may
 * make pictures. Then `GET /models/{model}`.
 */
export async function verifyGemini(call: Call, model: string | undefined): Promise<Verdict> {
  const read = (body: unknown, accepted: Verdict) =>
    isRecord(body) && Array.isArray(body.models) ? accepted : undefined;
  const verdict = await verifyBy(service, { path: '/models?pageSize=1', read }, call);
  if (verdict.kind !== 'valid' || model === undefined) return verdict;
  const found = await lookFor(model, call);
  if (found === undefined) return verdict;
  if (found.available) return { ...verdict, model: found };
  const names = geminiModels.map(({ id }) => id).filter((id) => id !== model);
  return { ...verdict, nextStep: `name another model with --model: ${names.join(', ')}`, model: found };
}

function lookFor(name: string, call: Call): Promise<ModelVerdict | undefined> {
  const ask = async () => {
    await getJson(service.id, `/models/${encodeURIComponent(name)}`, call, service);
    return true;
  };
  return verdictOfModel(name, ask, [404, 403]);
}
