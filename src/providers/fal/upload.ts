// Pictures that are too large for a data URL: handed in beforehand, free of charge. fal deletes them after a day.
import { lookup } from 'node:dns/promises';
import { systemCode } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import { CallError, type EnhanceCall, type Upload } from '../enhance.ts';
import { isRecord, networkError } from '../http.ts';
import { isPublicAddress, whyNotPublic } from '../public-address.ts';
import { bytesBody, jsonBody } from '../service/body.ts';
import { type ServiceFacts, serviceAt } from '../service/facts.ts';
import { orderForFree } from '../service/free-order.ts';
import { networkStep } from '../service/verdicts.ts';
import { fal } from './fal.ts';
import { uploadAt } from './hosts.ts';
import { falService } from './service.ts';

/** For what is uploaded and for what is made, in seconds: a day, in which a job can be collected. */
export const lifecycle = JSON.stringify({ expiration_duration_seconds: 86_400 });

const usualTimeoutMs = 300_000;

/**
 * Uploads a picture and resolves with the address a model reads it from. The key is shown where the upload begins, and not
 * where the bytes go. Of fal itself the place must not be a name that leads into a private network; `lookUp` is the
 * system's unless given. Throws CallError, always `none`: nothing is charged for it.
 */
export async function upload(
  picture: Upload,
  call: EnhanceCall,
  lookUp: LookUp = (name) => lookup(name, { all: true }),
): Promise<string> {
  const service = serviceAt(falService, call.baseUrl);
  const { uploadUrl, fileUrl } = await begin(service, picture, call);
  if (call.baseUrl === fal.baseUrl && (await isPrivate(uploadUrl, lookUp))) {
    throw failed(service, `wants the picture uploaded to ${uploadUrl.host}: it lies in a private network`);
  }
  const { timeoutMs = usualTimeoutMs } = call;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const answer = await call.fetch(uploadUrl, {
      ...{ method: 'PUT', body: bytesBody(picture), redirect: 'manual', signal },
      headers: { 'content-type': picture.type, 'user-agent': 'imgsys' },
    });
    await answer.body?.cancel();
    if (answer.ok) return fileUrl;
    throw failed(service, `did not take the upload: ${uploadUrl.host} answered ${answer.status}`);
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (call.signal?.aborted) {
      const facts = { provider: service.id, kind: 'cancelled', charge: 'none' } as const;
      throw new CallError('stopped while the picture was uploaded', facts);
    }
    const { message, code } = networkError(service.id, uploadUrl.host, timeoutMs, timeout.aborted, error);
    throw new CallError(`${message} while the picture was uploaded`, {
      ...{ provider: service.id, kind: 'network', charge: 'none', code, hint: networkStep(code) },
    });
  }
}

/** Every address that a name leads to. */
export type LookUp = (name: string) => Promise<readonly { readonly address: string }[]>;

// Where the name leads elsewhere a moment later, the certificate of that place is not the name's. Whoever finds no address
// may be behind a proxy, which looks names up itself.
async function isPrivate({ hostname }: URL, lookUp: LookUp): Promise<boolean> {
  try {
    const addresses = await lookUp(hostname.replace(/^\[|\]$/g, ''));
    return addresses.some(({ address }) => !isPublicAddress(address));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

// Names no file of the user's.
async function begin(service: ServiceFacts, { type }: Upload, call: EnhanceCall) {
  const body = await jsonBody({ content_type: type, file_name: `image.${type.slice('image/'.length)}` });
  const headers = { 'content-type': 'application/json', 'x-fal-object-lifecycle': lifecycle };
  const request = { to: uploadAt(call.baseUrl), body, headers };
  const { answer } = await orderForFree(falService, request, call, ({ code }) => networkStep(code));
  const told = parseJson(answer.body.toString('utf8'));
  const { upload_url: to, file_url: fileUrl } = isRecord(told) ? told : {};
  const uploadUrl = typeof to === 'string' ? URL.parse(to) : null;
  if (uploadUrl === null || typeof fileUrl !== 'string' || !URL.canParse(fileUrl)) {
    throw failed(service, 'does not say where the picture is to be uploaded');
  }
  const why = whyNot(uploadUrl, call.baseUrl);
  if (why !== undefined) throw failed(service, `wants the picture uploaded to ${uploadUrl.host}: ${why}`);
  return { uploadUrl, fileUrl };
}

// The address is hostile until checked.
function whyNot(url: URL, baseUrl: string): string | undefined {
  if (url.origin === new URL(baseUrl).origin) return undefined;
  return url.protocol === 'https:' ? whyNotPublic(url.hostname) : 'it is not https';
}

function failed({ id, label }: ServiceFacts, why: string): CallError {
  return new CallError(`${label} ${why}`, { provider: id, kind: 'busy', charge: 'none' });
}
