// Pictures on their way into a prediction: small ones within it, larger ones as files that are sent before.
import { parseJson } from '../../json.ts';
import { CallError, type EnhanceCall, type Upload } from '../enhance.ts';
import { isRecord } from '../http.ts';
import { asDataUrl, type Base64, formBody } from '../service/body.ts';
import { serviceAt } from '../service/facts.ts';
import { orderForFree } from '../service/free-order.ts';
import { replicateService } from './service.ts';

/** Of the picture itself; more has to be a file. Source: `input` of POST /predictions in Replicate's OpenAPI. */
const mostInline = 256_000;

/**
 * What stands for a picture in an input. A file costs nothing and starts nothing, so it is sent before the call counts as
 * sent; Replicate deletes it by itself (`expires_at`). Throws CallError with charge `none`.
 */
export async function placeOf(upload: Upload, call: EnhanceCall): Promise<Base64 | string> {
  if (upload.bytes.length <= mostInline) return asDataUrl(upload);
  const request = { to: '/files', body: formBody({ content: upload }) };
  const { answer, requestId } = await orderForFree(replicateService, request, call, () => tryAgain);
  const file = parseJson(answer.body.toString('utf8'));
  const address = isRecord(file) && isRecord(file.urls) ? file.urls.get : undefined;
  if (typeof address === 'string' && /^https?:/.test(address)) return address;
  const { label } = serviceAt(replicateService, call.baseUrl);
  throw new CallError(`${label} took the picture and does not say where it lies`, {
    ...{ provider: replicateService.id, kind: 'protocol', charge: 'none', requestId },
    ...{ status: answer.status, headers: answer.headers },
    hint: 'check the address of the key (imgsys key add --base-url), or try again later',
  });
}

// Whatever became of it: no work was begun.
const tryAgain = 'nothing was ordered yet: try again';
