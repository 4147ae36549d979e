import { getJson, isRecord } from '../http.ts';
import type { Call, ModelVerdict, Verdict } from '../provider.ts';
import { verdictOfModel, verifyBy } from '../service/verify.ts';
import { officialModels } from './catalogue.ts';
import { pathOf, readModelName } from './names.ts';
import { replicateService as service } from './service.ts';

/** `GET /account`, free of charge; then `GET /models/{owner}/{name}`, of which it may know one version. */
export async function verifyReplicate(call: Call, model: string | undefined): Promise<Verdict> {
  const read = (body: unknown, accepted: Verdict) =>
    isRecord(body) && typeof body.username === 'string' ? accepted : undefined;
  const verdict = await verifyBy(service, { path: '/account', read }, call);
  if (verdict.kind !== 'valid' || model === undefined) return verdict;
  const found = await lookFor(model, call);
  if (found === undefined) return verdict;
  if (found.available) return { ...verdict, model: found };
  const names = officialModels.map(({ id }) => id).filter((id) => id !== model);
  return { ...verdict, nextStep: `name another model with --model: ${names.join(', ')}`, model: found };
}

async function lookFor(name: string, call: Call): Promise<ModelVerdict | undefined> {
  const parts = readModelName(name);
  if (parts === undefined) return { name, available: false };
  return verdictOfModel(name, async () => {
    await getJson(service.id, pathOf(parts), call, service);
    return true;
  });
}
