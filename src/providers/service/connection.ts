// What a call without a complete answer means: whether it left decides whether it may cost money.

import { CommandError, systemCode } from '../../errors.ts';
import { lookUpHint } from '../../settle-hints.ts';
import { CallError, type EnhanceCall } from '../enhance.ts';
import type { Ending } from '../exchange.ts';
import { networkError, requestIdOf } from '../http.ts';
import type { ServiceFacts } from './facts.ts';
import { failureOfAnswer } from './failures.ts';
import { networkStep } from './verdicts.ts';

type Failed = Extract<Ending, { kind: 'failed' }>;

/** The error of an exchange that did not come to its end. */
export function failureOfConnection(
  service: ServiceFacts,
  ending: Failed,
  call: EnhanceCall,
  timeoutMs: number,
): CallError {
  const { error, upload, answer, isLate, requestId } = ending;
  // A refusal is known by its head.
  if (answer !== undefined && (answer.status < 200 || answer.status > 299)) {
    return failureOfAnswer(service, answer, requestId);
  }
  const facts = { provider: service.id, requestId: requestIdOf(answer?.headers ?? {}) ?? requestId };
  // The settings of the caller's `fetch` may be wrong, which no service can be blamed for.
  if (error instanceof CommandError) {
    return new CallError(error.message, { ...facts, kind: 'invalid', charge: 'none', hint: error.hint });
  }
  const wasOpen = answer !== undefined || mayHaveLeft(ending);
  const headers = answer?.headers;
  if (call.signal?.aborted && !isLate) {
    return new CallError(wasOpen ? 'stopped while the call was under way' : 'stopped before it was sent', {
      ...{ ...facts, kind: 'cancelled', charge: wasOpen ? 'unsettled' : 'none', headers },
    });
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const waited = isLate || /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(systemCode(cause) ?? '');
  const { host } = new URL(call.baseUrl);
  const { message, code } = networkError(service.id, host, timeoutMs, waited, error);
  const uploadBroken = upload?.begun === true && !upload.whole && answer === undefined;
  return new CallError(uploadBroken ? `${message} while the picture was sent` : message, {
    ...{ ...facts, kind: 'network', charge: wasOpen ? 'unsettled' : 'none', headers, code, uploadBroken },
    hint: wasOpen ? `it may have been charged: ${lookUpHint}` : networkStep(code),
  });
}

/** Whether all of the request may have reached the service. A request that is not whole starts no work. */
function mayHaveLeft({ upload, error }: Failed): boolean {
  if (upload !== undefined) return upload.whole;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const says = systemCode(cause) ?? (cause instanceof Error ? cause.message : '');
  return !neverConnected.test(says);
}

// Where nothing was seen of the request itself, only these tell that there was no connection. A `bad port` is one that
// `fetch` does not ask.
const neverConnected =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_PROXY_TUNNEL|PROXY_SILENT|bad port)$|CERT|SIGNATURE|^ERR_TLS|^ERR_SSL/;
