// The one request of a purchase that may cost money, and the free ones around it: what services spoken to by `fetch` share.
// How a provider uses this room:
//   facts.ts    describes the service as data (ServiceFacts)
//   body.ts     jsonBody, formBody: what is sent, pictures in it
//   order.ts    order: the request that may cost money, sent once
//   ask.ts      ask: a free GET, tried again
//   poll.ts     pollJob: waits until an asynchronous job is done
//   pictures.ts binaryResult, encodedResult, addressResult, paidForNothing: what came back as an EnhanceResult
//   verify.ts   verifyBy: what a free request says about a key
import { CallError, type EnhanceCall } from '../enhance.ts';
import { type Answer, type Ending, openExchange } from '../exchange.ts';
import { requestIdOf } from '../http.ts';
import { patientFetch } from '../patient-fetch.ts';
import { failureOfConnection } from './connection.ts';
import { addressOf, type ServiceFacts, serviceAt } from './facts.ts';
import { failureOfAnswer } from './failures.ts';

/** What is sent. */
export interface OrderRequest {
  /** A path below `call.baseUrl` (`/v1/x`), or an address of one of the service's `origins`. */
  readonly to: string;
  readonly method?: 'POST' | 'PUT';
  /** Beside, or instead of, `accept: application/json`; the key is added by the service's `authorize`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A form and a Blob (body.ts) name their own content type. */
  readonly body: FormData | Blob;
  /** The most a picture in the answer may have, base64 not counted; 64 MiB unless given. */
  readonly maxBytes?: number;
}

/** A 2xx answer, whole. */
export interface Delivery {
  readonly answer: Answer;
  /** The service's own, or the one it was sent with. */
  readonly requestId: string;
}

const usualTimeoutMs = 300_000;
/** The most a picture may have that is not enlarged. */
export const maxPictureBytes = 64 * 2 ** 20;

/** A picture of so many bytes in base64, and a frame. */
export function answerBytes(pictureBytes: number): number {
  return Math.ceil((pictureBytes * 4) / 3) + 2 ** 20;
}

/**
 * Sends the request that may cost money, once, within `call.timeoutMs` (300 s); `call.beforeSend` is awaited first, and
 * what it throws passes as it is. Resolves with a 2xx answer. Throws CallError for all else: by the rules of the service
 * for an answer, `network` or `cancelled` without one, and `paid` for one that is too large.
 */
export async function order(
  facts: ServiceFacts,
  request: OrderRequest,
  call: EnhanceCall,
): Promise<Delivery> {
  const service = serviceAt(facts, call.baseUrl);
  const url = addressOf(service, call.baseUrl, request.to);
  if (url === undefined) throw elsewhere(service, 'none');
  const { timeoutMs = usualTimeoutMs } = call;
  const patient = { ...call, fetch: patientFetch(call.fetch, timeoutMs) };
  const sending = { authorize: service.authorize, headers: headersFor(request) };
  const { maxBytes = maxPictureBytes } = request;
  const exchange = openExchange(patient, timeoutMs, answerBytes(maxBytes), sending);
  const failure: unknown = await exchange
    .fetch(url, { method: request.method ?? 'POST', body: request.body })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  const ending = exchange.ending();
  if (ending === undefined) throw failure;
  return deliveryOf(service, ending, call, { timeoutMs, maxBytes });
}

// The key is never sent to an address that is not known to be the service's.
export function elsewhere(service: ServiceFacts, charge: 'none' | 'unsettled'): CallError {
  return new CallError(`${service.label} names an address that is not its own; the key is not sent there`, {
    ...{ provider: service.id, kind: 'protocol', charge, collectable: charge === 'unsettled' },
    hint: 'check the address of the key (imgsys key add --base-url)',
  });
}

// Given headers take the place of all: the type of a Blob has to be named again.
function headersFor({ headers, body }: OrderRequest): Record<string, string> {
  return { ...(body instanceof Blob && body.type !== '' && { 'content-type': body.type }), ...headers };
}

/** What an exchange came to: a 2xx answer, whole. Throws as `order` does. */
export function deliveryOf(
  service: ServiceFacts,
  ending: Ending,
  call: EnhanceCall,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
): Delivery {
  if (ending.kind === 'unsent') {
    if (!call.signal?.aborted || ending.error !== call.signal.reason) throw ending.error;
    throw new CallError('stopped before it was sent', {
      ...{ provider: service.id, kind: 'cancelled', charge: 'none' },
    });
  }
  if (ending.kind === 'failed') throw failureOfConnection(service, ending, call, timeoutMs);
  const { answer } = ending;
  if (answer.status < 200 || answer.status > 299) throw failureOfAnswer(service, answer, ending.requestId);
  const delivery = { answer, requestId: requestIdOf(answer.headers) ?? ending.requestId };
  if (answer.broken !== undefined) {
    throw paidForNothing(service, delivery, `answered with more than ${maxBytes / 2 ** 20} MiB`);
  }
  return delivery;
}

/** The error of an answer that was charged and is of no use; `why` is a clause that follows the service's name. */
export function paidForNothing(
  { id, label }: ServiceFacts,
  { answer: { status, headers, body }, requestId }: Delivery,
  why: string,
  more: Pick<Partial<CallError>, 'usage' | 'code'> & { readonly kind?: 'protocol' | 'refused' } = {},
): CallError {
  return new CallError(`${label} ${why}; the call is paid for`, {
    ...{ provider: id, charge: 'paid', status, headers, requestId, evidence: body },
    ...{ kind: more.kind ?? 'protocol', usage: more.usage, code: more.code },
    hint: 'the answer is kept: show it to the service with the id of the request',
  });
}
