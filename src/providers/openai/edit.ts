// One paid edit through OpenAI's SDK, which builds the request; what leaves and what comes back is looked after here.
import OpenAI from 'openai';
import type { ImageEditParamsNonStreaming } from 'openai/resources/images';
import { readImagesAnswer } from '../answer.ts';
import { hostOf } from '../base-url.ts';
import { downloadPicture } from '../download.ts';
import { CallError, type EnhanceCall, type EnhanceResult, type TokenUsage, type Upload } from '../enhance.ts';
import { type Answer, type Ending, openExchange } from '../exchange.ts';
import { bearer } from '../http.ts';
import { patientFetch } from '../patient-fetch.ts';
import { fileOf } from '../service/body.ts';
import { failureOfConnection } from '../service/connection.ts';
import type { ServiceFacts, ServiceNames } from '../service/facts.ts';
import { failureOfAnswer } from '../service/failures.ts';
import { openaiRules, readOpenAIProblem } from './failures.ts';

/** The form's fields by the names they are sent under; a picture is sent as a file. */
export type EditFields = Readonly<Record<string, string | Upload | undefined>>;

const usualTimeoutMs = 300_000;
/** 64 MiB of picture in base64, and a frame. */
const maxAnswerBytes = Math.ceil((64 * 2 ** 20 * 4) / 3) + 2 ** 20;

/** POSTs `/images/edits` once, within `call.timeoutMs` (300 s). Throws CallError; what `beforeSend` throws passes as it is. */
export async function editPicture(
  provider: ServiceNames & { readonly baseUrl?: string | undefined },
  fields: EditFields,
  call: EnhanceCall,
): Promise<EnhanceResult> {
  const service = serviceAt(provider, call.baseUrl);
  const { timeoutMs = usualTimeoutMs } = call;
  const exchange = openExchange(
    { ...call, fetch: patientFetch(call.fetch, timeoutMs) },
    timeoutMs,
    maxAnswerBytes,
  );
  const body = formOf(fields);
  const client = createClient(call, exchange.fetch, timeoutMs);
  // The SDK's own errors lose what servers say in other shapes than OpenAI's: the exchange tells all of it.
  const failure: unknown = await client.images
    .edit(body)
    .asResponse()
    .then(() => undefined)
    .catch((error: unknown) => error);
  const ending = exchange.ending();
  if (ending === undefined) throw failure;
  return readEnding(service, ending, call, timeoutMs);
}

// Behind another address somebody else's service answers, with other pages for its keys.
function serviceAt(
  provider: ServiceNames & { readonly baseUrl?: string | undefined },
  baseUrl: string,
): ServiceFacts {
  const { id, label, keyPage, limitPage } = provider;
  const names =
    baseUrl === provider.baseUrl ? { id, label, keyPage, limitPage } : { id, label: hostOf(baseUrl) };
  return { ...names, authorize: bearer, rules: openaiRules, readProblem: readOpenAIProblem };
}

function formOf(fields: EditFields): ImageEditParamsNonStreaming {
  const entries = Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value !== 'object') return value === undefined ? [] : [[name, value]];
    return [[name, fileOf(name, value)]];
  });
  return Object.fromEntries(entries) as ImageEditParamsNonStreaming;
}

// Whatever the SDK would take from the environment is given, if only as null. Headers it takes from there cannot be
// declined (client.mjs: OPENAI_CUSTOM_HEADERS), so it does not see them; the exchange sends none but its own either way.
function createClient(call: EnhanceCall, fetch: typeof globalThis.fetch, timeoutMs: number): OpenAI {
  const custom = process.env.OPENAI_CUSTOM_HEADERS;
  delete process.env.OPENAI_CUSTOM_HEADERS;
  try {
    return new OpenAI({
      // The header with the key is made by the exchange; without any the SDK does not start.
      apiKey: 'in-the-exchange',
      adminAPIKey: null,
      organization: call.organisation ?? null,
      project: call.project ?? null,
      webhookSecret: null,
      baseURL: call.baseUrl,
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
      fetch,
    });
  } finally {
    if (custom !== undefined) process.env.OPENAI_CUSTOM_HEADERS = custom;
  }
}

async function readEnding(
  service: ServiceFacts,
  ending: Ending,
  call: EnhanceCall,
  timeoutMs: number,
): Promise<EnhanceResult> {
  if (ending.kind === 'unsent') {
    if (!call.signal?.aborted || ending.error !== call.signal.reason) throw ending.error;
    throw new CallError('stopped before it was sent', {
      ...{ provider: service.id, kind: 'cancelled', charge: 'none' },
    });
  }
  if (ending.kind === 'failed') throw failureOfConnection(service, ending, call, timeoutMs);
  const { answer, requestId } = ending;
  if (answer.status < 200 || answer.status > 299) throw failureOfAnswer(service, answer, requestId);
  return readResult(service, answer, requestId, call);
}

async function readResult(
  service: ServiceFacts,
  { status, headers, body, broken }: Answer,
  ownId: string,
  call: EnhanceCall,
): Promise<EnhanceResult> {
  const requestId = headers['x-request-id'] ?? ownId;
  const paidForNothing = (why: string, usage?: TokenUsage) =>
    new CallError(`${service.label} ${why}; the call is paid for`, {
      ...{ provider: service.id, kind: 'protocol', charge: 'paid', status, headers, requestId },
      ...{ evidence: body, usage },
      hint: 'the answer is kept: show it to the service with the id of the request',
    });
  if (broken !== undefined) throw paidForNothing('answered with more than 64 MiB');
  const content = await readImagesAnswer(body);
  if (content.kind === 'useless') throw paidForNothing(content.why, content.usage);
  const { usage } = content;
  if (content.kind === 'bytes') return { bytes: content.bytes, headers, requestId, ...(usage && { usage }) };
  // Whatever happens from here on: where the picture lies is known.
  await call.onAnswer?.(body);
  const bytes = await downloadPicture(content.url, call);
  if (!Buffer.isBuffer(bytes)) {
    throw paidForNothing(`made a picture that was not fetched: ${bytes.why}`, usage);
  }
  return { bytes, headers, requestId, ...(usage && { usage }) };
}
