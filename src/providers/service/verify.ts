import { getJson, ProviderError } from '../http.ts';
import type { Call, ModelVerdict, Verdict } from '../provider.ts';
import { addressOf, type ServiceFacts, serviceAt } from './facts.ts';
import { elsewhere } from './order.ts';
import { verdictByRules } from './verdicts.ts';

export interface VerifyRequest {
  /** A path below `call.baseUrl`, or an address of one of the service's `origins`; free of charge. */
  readonly path: string;
  /** What the answer says besides that the key is accepted; `undefined` where it is not the service's own. */
  readonly read?: (body: unknown, accepted: Verdict) => Verdict | undefined;
}

/**
 * What a free GET says about a key. `valid` where it is answered; by the rules of the service where it is refused; `unknown`
 * where the network fails or something else answers. Throws only the reason of `call.signal`, and CommandError for settings.
 */
export async function verifyBy(facts: ServiceFacts, request: VerifyRequest, call: Call): Promise<Verdict> {
  const service = serviceAt(facts, call.baseUrl);
  const url = addressOf(service, call.baseUrl, request.path);
  try {
    if (url === undefined) throw elsewhere(service, 'none');
    const { authorize, readProblem } = service;
    const body = await getJson(service.id, url, call, { authorize, readProblem });
    const accepted: Verdict = { kind: 'valid', sentence: `${service.label} accepts the key`, nextStep: '' };
    const verdict = request.read === undefined ? accepted : request.read(body, accepted);
    if (verdict !== undefined) return verdict;
    const strange = { provider: service.id, failure: 'protocol', status: 200 } as const;
    throw new ProviderError('answered with something else than was asked for', strange);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return verdictByRules(error, service, call, service.verdictRules);
  }
}

/**
 * Whether the model `name` is there, by a free question of it: what `ask` finds, not where it is refused with one of the
 * statuses `gone`, undefined where it could not be found out.
 */
export async function verdictOfModel(
  name: string,
  ask: () => Promise<boolean | undefined>,
  gone: readonly number[] = [404],
): Promise<ModelVerdict | undefined> {
  try {
    const available = await ask();
    return available === undefined ? undefined : { name, available };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return error.status !== undefined && gone.includes(error.status) ? { name, available: false } : undefined;
  }
}
