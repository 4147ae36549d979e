// One picture by Stability AI: answered at once, or a job whose result is fetched later.
import { parseJson } from '../../json.ts';
import { CallError, type EnhanceCall, type EnhanceRequest, type EnhanceResult } from '../enhance.ts';
import { isRecord, requestIdOf } from '../http.ts';
import { ask } from '../service/ask.ts';
import { formBody } from '../service/body.ts';
import { serviceAt } from '../service/facts.ts';
import { type Delivery, order, paidForNothing } from '../service/order.ts';
import { binaryResult } from '../service/pictures.ts';
import { pollJob } from '../service/poll.ts';
import { type Endpoint, endpoints, type Fields } from './endpoints.ts';
import { stabilityService } from './service.ts';

/** POSTs the picture once, within `call.timeoutMs` (300 s), and waits as long again for a job. Throws CallError. */
export async function editByStability(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult> {
  const { path, isJob, fieldsOf } = endpointOf(request.model);
  const body = formBody({ ...sharedFields(request), ...fieldsOf(request) });
  const headers = { accept: isJob ? 'application/json' : pictures };
  const delivery = await order(stabilityService, { to: path, body, headers }, call);
  if (!isJob) return pictureOf(delivery, call);
  const job = jobOf(delivery, call);
  await call.onAccepted(job);
  return fetchResult(job, call, false);
}

/**
 * Waits for a job that was submitted earlier, with the same key: another one is told that there is none. Throws
 * CallError.
 */
export function collectFromStability(job: string, call: EnhanceCall): Promise<EnhanceResult> {
  return fetchResult(job, call, true);
}

const pictures = 'image/*';

function endpointOf(model: string): Endpoint {
  const endpoint = Object.hasOwn(endpoints, model) ? endpoints[model] : undefined;
  if (endpoint === undefined) throw new Error(`no endpoint for ${model}`);
  return endpoint;
}

// Only what the model takes is ever wished for.
function sharedFields({ wish: { seed, style, negative }, options }: EnhanceRequest): Fields {
  return {
    output_format: 'png',
    ...(seed !== undefined && { seed: String(seed === 0 ? mostSeed : seed) }),
    ...(style !== undefined && { style_preset: style }),
    ...(negative !== undefined && { negative_prompt: negative }),
    ...options,
  };
}

// To the service a seed of 0 means any: the same number would give another picture each time.
const mostSeed = 4_294_967_294;

function jobOf(delivery: Delivery, { baseUrl }: EnhanceCall): string {
  const body = parseJson(delivery.answer.body.toString());
  const id = isRecord(body) ? body.id : undefined;
  if (typeof id === 'string' && /^[\w-]{1,200}$/.test(id)) return id;
  const service = serviceAt(stabilityService, baseUrl);
  throw paidForNothing(service, delivery, 'took the picture without saying where its result will be');
}

// It may refuse whoever looks more often than every ten seconds.
const lookEveryMs = 10_000;

function fetchResult(job: string, call: EnhanceCall, isOld: boolean): Promise<EnhanceResult> {
  const from = `/v2beta/results/${encodeURIComponent(job)}`;
  return pollJob(stabilityService, call, {
    ...{ everyMs: lookEveryMs, firstMs: lookEveryMs, isOld },
    async look(left) {
      const asking = ask(stabilityService, from, left, { isJobOut: true, headers: { accept: pictures } });
      const answer = await asking.catch((error: unknown) => {
        throw error instanceof CallError ? overFor(error) : error;
      });
      if (answer.status === 202) return undefined;
      return pictureOf({ answer, requestId: requestIdOf(answer.headers) ?? job }, call);
    },
  });
}

// "You will not be charged for failed generations": what was blocked while it was made is over, and free.
function overFor(error: CallError): CallError {
  if (error.kind !== 'refused') return error;
  const { provider, kind, status, code, headers } = error;
  const hint = 'change the words or leave the picture out: sent unchanged it is blocked again';
  const facts = { provider, kind, charge: 'none', status, code, headers, hint } as const;
  return new CallError(error.message, { ...facts, requestId: error.requestId, collectable: false });
}

// "Successful generation, however the output violated our content moderation policy and has been blurred as a result": a
// generation that succeeds has its price, so the blurred picture is paid for.
function pictureOf(delivery: Delivery, { baseUrl }: EnhanceCall): EnhanceResult {
  const service = serviceAt(stabilityService, baseUrl);
  const result = binaryResult(service, delivery);
  if (delivery.answer.headers['finish-reason'] !== filtered) return result;
  const why = `blurred the picture: what it made breaks its rules (${filtered})`;
  throw paidForNothing(service, delivery, why, { kind: 'refused', code: filtered });
}

const filtered = 'CONTENT_FILTERED';
