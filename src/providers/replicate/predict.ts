// One picture by a prediction: ordered once, asked for until it is done.
import { parseJson } from '../../json.ts';
import type { EnhanceCall, EnhanceRequest, EnhanceResult } from '../enhance.ts';
import { ask } from '../service/ask.ts';
import { jsonBody } from '../service/body.ts';
import { serviceAt } from '../service/facts.ts';
import { type Delivery, order, paidForNothing } from '../service/order.ts';
import { addressResult } from '../service/pictures.ts';
import { pollJob } from '../service/poll.ts';
import { inputOf } from './input.ts';
import { pathOf, readModelName } from './names.ts';
import { addressIn, readPrediction } from './outcome.ts';
import { replicateService as service } from './service.ts';
import { placeOf } from './upload.ts';

/**
 * Sends the picture as a file where it is large, orders the prediction without waiting for it there, tells its id to
 * `call.onAccepted`, and waits for it. Each step has `call.timeoutMs` (300 s). Throws CallError.
 */
export async function enhanceByReplicate(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult> {
  // What cannot be sent at all is found before anything is.
  inputOf(request, { image: '', ...(request.mask && { mask: '' }) });
  const image = await placeOf(request.image, call);
  const mask = request.mask && (await placeOf(request.mask, call));
  const input = inputOf(request, { image, ...(mask !== undefined && { mask }) });
  const delivery = await order(service, await orderOf(request.model, input, call), call);
  const job = idIn(delivery);
  if (job === undefined) {
    throw paidForNothing(serviceAt(service, call.baseUrl), delivery, 'took the order without naming the job');
  }
  await call.onAccepted(job);
  return waitFor(job, call, false);
}

/** Waits for a prediction that was ordered earlier; only asks. */
export function collectFromReplicate(job: string, call: EnhanceCall): Promise<EnhanceResult> {
  return waitFor(job, call, true);
}

async function orderOf(model: string, input: Record<string, unknown>, call: EnhanceCall) {
  const name = readModelName(model);
  if (name === undefined) throw new Error('the model has no name of Replicate’s');
  const isOfficial = name.version === undefined;
  return {
    to: isOfficial ? `${pathOf(name)}/predictions` : '/predictions',
    body: await jsonBody(isOfficial ? { input } : { version: `${name.model}:${name.version}`, input }),
    headers: { 'cancel-after': `${cancelAfterSeconds(call)}s` },
  };
}

// A job that nobody waits for any more is not to run, and cost, for ever; one that waits for a cold machine, or to be
// collected, is to be done all the same. Replicate itself stops after half an hour of work.
function cancelAfterSeconds({ timeoutMs = 300_000 }: EnhanceCall): number {
  return Math.min(1_800, Math.max(600, Math.ceil((2 * timeoutMs) / 1_000)));
}

// It becomes part of a path.
function idIn({ answer }: Delivery): string | undefined {
  const body = parseJson(answer.body.toString('utf8'));
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : undefined;
  return typeof id === 'string' && /^[\w-]{1,100}$/.test(id) ? id : undefined;
}

async function waitFor(job: string, call: EnhanceCall, isOld: boolean): Promise<EnhanceResult> {
  const delivery = await pollJob(service, call, {
    isOld,
    look: async (look) => {
      const from = `/predictions/${encodeURIComponent(job)}`;
      const answer = await ask(service, from, look, { isJobOut: true, maxBytes: maxStatusBytes });
      const delivery = { answer, requestId: job };
      return readPrediction(serviceAt(service, call.baseUrl), delivery) ? delivery : undefined;
    },
  });
  const address = addressIn(serviceAt(service, call.baseUrl), delivery);
  return addressResult(service, delivery, address, call, { isJobOut: true, maxBytes: maxResultBytes });
}

/** A PNG of 96 megapixels that is enlarged has about two bytes for each. */
const maxResultBytes = 256 * 2 ** 20;

/** Of a prediction: pictures of up to 256 kB that were sent within it, its logs, and an address. */
const maxStatusBytes = 8 * 2 ** 20;
