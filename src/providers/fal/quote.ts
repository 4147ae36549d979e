import { getJson, ProviderError } from '../http.ts';
import type { Call } from '../provider.ts';
import { serviceAt } from '../service/facts.ts';
import { pricesAt } from './hosts.ts';
import { falService } from './service.ts';

/** What `GET /v1/models/pricing` answers for a model, undefined where it has none of that name. Throws ProviderError. */
export async function quoteByFal(model: string, call: Call): Promise<unknown> {
  const { id, authorize, readProblem } = serviceAt(falService, call.baseUrl);
  try {
    return await getJson(id, pricesAt(call.baseUrl, model), call, { authorize, readProblem });
  } catch (error) {
    if (error instanceof ProviderError && error.status === 404) return undefined;
    throw error;
  }
}
