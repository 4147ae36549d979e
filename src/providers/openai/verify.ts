// Whether a key works, asked free of charge: who may list models has shown a key that counts.

import { hostOf } from '../base-url.ts';
import { getJson, isRecord, ProviderError } from '../http.ts';
import type { Call, KeyProvider, ModelVerdict, Verdict } from '../provider.ts';
import { verdictOfFailure } from './verdicts.ts';

export interface VerifyOptions {
  /** The model to look for. */
  readonly model: string | undefined;
  /** Whether the service is known to show its models to holders of a key alone. */
  readonly listIsPrivate: boolean;
}

interface Model {
  readonly id: string;
  readonly shutdownDate?: string;
}

/**
 * Asks `GET /models`, and `GET /models/{model}` where the list does not tell. A list that anybody may read proves nothing
 * about a key, so elsewhere than at OpenAI it is asked for once more without one.
 */
export async function verifyByModels(
  provider: KeyProvider,
  call: Call,
  options: VerifyOptions,
): Promise<Verdict> {
  const service = serviceAt(provider, call.baseUrl);
  const { model } = options;
  const listed = await attempt(() => listModels(service, call));
  if (listed instanceof ProviderError) {
    const verdict = verdictOfFailure(listed, service, call);
    if (verdict.kind !== 'no-permission' || model === undefined) return verdict;
    // A restricted key may be allowed to look at one model and not at the list.
    const found = await attempt(() => getModel(service, model, call));
    return found instanceof ProviderError ? verdict : { ...accepted(service, call), model: asFound(found) };
  }
  if (call.secret !== undefined && !options.listIsPrivate && (await isPublic(service, call))) {
    return {
      kind: 'unknown',
      sentence: `${service.label} shows its models to anybody, so nothing tells whether it accepts the key`,
      nextStep: 'add it with --no-verify, or with --no-key if the server asks for none',
    };
  }
  const verdict = accepted(service, call);
  return model === undefined
    ? verdict
    : withModel(verdict, await lookFor(service, model, listed, call), listed);
}

// Behind another address somebody else's service answers, with other pages for its keys.
function serviceAt(provider: KeyProvider, baseUrl: string): KeyProvider {
  if (baseUrl === provider.baseUrl) return provider;
  const { keyPage: _k, limitPage: _l, ...rest } = provider;
  return { ...rest, label: hostOf(baseUrl) };
}

function accepted({ label }: KeyProvider, { secret }: Call): Verdict {
  const sentence = secret === undefined ? `${label} answers and asks for no key` : `${label} accepts the key`;
  return { kind: 'valid', sentence, nextStep: '' };
}

async function lookFor(
  service: KeyProvider,
  name: string,
  listed: readonly Model[],
  call: Call,
): Promise<ModelVerdict | undefined> {
  const inList = listed.find(({ id }) => id === name);
  if (inList !== undefined) return asFound(inList);
  const found = await attempt(() => getModel(service, name, call));
  if (!(found instanceof ProviderError)) return asFound(found);
  return found.status === 404 || found.status === 403 ? { name, available: false } : undefined;
}

function withModel(verdict: Verdict, model: ModelVerdict | undefined, listed: readonly Model[]): Verdict {
  if (model === undefined) return verdict;
  if (model.available) return { ...verdict, model };
  const others = listed.filter(({ id }) => /image/.test(id)).map(({ id }) => id);
  const nextStep =
    others.length === 0
      ? 'name a model that the service has with --model'
      : `name another model with --model: ${others.slice(0, 6).join(', ')}`;
  return { ...verdict, nextStep, model };
}

function asFound({ id, shutdownDate }: Model): ModelVerdict {
  return { name: id, available: true, ...(shutdownDate !== undefined && { shutdownDate }) };
}

async function isPublic(service: KeyProvider, { baseUrl, fetch, signal, timeoutMs }: Call): Promise<boolean> {
  const anonymous: Call = {
    ...{ baseUrl, fetch },
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  return !((await attempt(() => listModels(service, anonymous))) instanceof ProviderError);
}

async function listModels({ id }: KeyProvider, call: Call): Promise<Model[]> {
  const body = await getJson(id, '/models', call);
  // Some servers leave the frame out, or call it otherwise.
  const list = isRecord(body) ? (body.data ?? body.models) : body;
  if (!Array.isArray(list)) {
    throw new ProviderError('answered with something that is not a list of models', {
      ...{ provider: id, failure: 'protocol', status: 200 },
    });
  }
  return list.map(readModel).filter((model) => model !== undefined);
}

async function getModel({ id }: KeyProvider, name: string, call: Call): Promise<Model> {
  const model = readModel(await getJson(id, `/models/${encodeURIComponent(name)}`, call));
  if (model?.id === name) return model;
  throw new ProviderError('answered with another model', { provider: id, failure: 'protocol', status: 200 });
}

function readModel(item: unknown): Model | undefined {
  if (typeof item === 'string') return { id: item };
  if (!isRecord(item)) return undefined;
  const id = item.id ?? item.name;
  if (typeof id !== 'string') return undefined;
  const date = item.shutdown_date;
  return typeof date === 'string' && /^\d{4}-\d{2}-\d{2}/.test(date)
    ? { id, shutdownDate: date.slice(0, 10) }
    : { id };
}

async function attempt<Result>(ask: () => Promise<Result>): Promise<Result | ProviderError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
