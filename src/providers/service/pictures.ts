// What came back as a result: bytes, base64, or an address. Whether it is a picture is found out later, by decoding it.
import { systemClock } from '../../clock.ts';
import { collectHint } from '../../settle-hints.ts';
import { decodeBase64, decodeDataUrl } from '../base64.ts';
import { downloadPicture } from '../download.ts';
import { CallError, type EnhanceCall, type EnhanceResult } from '../enhance.ts';
import { type ServiceFacts, serviceAt } from './facts.ts';
import { problemOf } from './failures.ts';
import { type Delivery, paidForNothing } from './order.ts';

/** What else is known of the result. */
export type Counted = Pick<EnhanceResult, 'usage' | 'costMicrousd'>;

/** An answer that is the picture, by its content type. Throws CallError `paid` for any other, with what it says. */
export function binaryResult(
  service: ServiceFacts,
  delivery: Delivery,
  counted: Counted = {},
): EnhanceResult {
  const { headers, body } = delivery.answer;
  const type = headers['content-type'] ?? '';
  if (/^(?:image\/|application\/octet-stream)/i.test(type) && body.length > 0) {
    return { bytes: body, ...given(delivery, counted) };
  }
  const { message, code } = problemOf(service, delivery.answer).problem;
  const why = message === '' ? 'answered without a picture' : `answered without a picture: ${message}`;
  throw paidForNothing(service, delivery, why, { code, usage: counted.usage });
}

/** A picture as base64 or as a data URL. `text` is as `parseLargeJson(…).bytesOf` gives it. Throws CallError `paid`. */
export async function encodedResult(
  service: ServiceFacts,
  delivery: Delivery,
  text: Buffer,
  counted: Counted = {},
): Promise<EnhanceResult> {
  const isData = /^data:/i.test(text.toString('latin1', 0, 5));
  const bytes = await (isData ? decodeDataUrl(text) : decodeBase64(text));
  if (bytes !== undefined) return { bytes, ...given(delivery, counted) };
  const why = 'answered with a picture whose encoding is damaged';
  throw paidForNothing(service, delivery, why, { usage: counted.usage });
}

interface AddressOptions extends Counted {
  /**
   * Whether a job is out that can be asked for its result once more: a download that may do better later is then
   * `collectable`.
   */
  readonly isJobOut?: boolean;
  /** 64 MiB unless given. */
  readonly maxBytes?: number;
}

/**
 * The picture at an address (or data URL) that the answer names: https with a public host, or the service's own origin; no
 * key is sent along. The answer is handed to `call.onAnswer` before. Throws CallError: `paid`, or with `isJobOut`
 * `unsettled` and `collectable` where a later download may do better.
 */
export async function addressResult(
  facts: ServiceFacts,
  delivery: Delivery,
  address: string,
  call: EnhanceCall,
  { isJobOut = false, maxBytes, ...counted }: AddressOptions = {},
): Promise<EnhanceResult> {
  const service = serviceAt(facts, call.baseUrl);
  if (/^data:/i.test(address)) return encodedResult(service, delivery, Buffer.from(address), counted);
  // Whatever happens from here on: where the picture lies is known.
  await call.onAnswer?.(delivery.answer.body);
  const bytes = await downloadPicture(address, call, {
    ...{ clock: { ...systemClock, sleep: call.sleep } },
    ...(maxBytes !== undefined && { maxBytes }),
  });
  if (Buffer.isBuffer(bytes)) return { bytes, ...given(delivery, counted) };
  const why = `made a picture that was not fetched: ${bytes.why}`;
  if (!isJobOut || bytes.isForGood) throw paidForNothing(service, delivery, why, { usage: counted.usage });
  const { answer, requestId } = delivery;
  throw new CallError(`${service.label} ${why}`, {
    ...{ provider: service.id, kind: call.signal?.aborted ? 'cancelled' : 'network', charge: 'unsettled' },
    ...{ headers: answer.headers, requestId, usage: counted.usage, collectable: true, hint: collectHint() },
  });
}

function given(
  { answer, requestId }: Delivery,
  { usage, costMicrousd }: Counted,
): Omit<EnhanceResult, 'bytes'> {
  return {
    ...{ headers: answer.headers, requestId },
    ...(usage && { usage }),
    ...(costMicrousd !== undefined && { costMicrousd }),
  };
}
