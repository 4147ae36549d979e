// One paid edit through OpenAI's SDK, which builds the request; what leaves and what comes back is looked after here.
import OpenAI from 'openai';
import type { ImageEditParamsNonStreaming } from 'openai/resources/images';
import { readImagesAnswer } from '../answer.ts';
import type { EnhanceCall, EnhanceResult, Upload } from '../enhance.ts';
import { openExchange } from '../exchange.ts';
import { bearer } from '../http.ts';
import { patientFetch } from '../patient-fetch.ts';
import { fileOf } from '../service/body.ts';
import { type ServiceFacts, type ServiceNames, serviceAt } from '../service/facts.ts';
import { answerBytes, type Delivery, deliveryOf, maxPictureBytes, paidForNothing } from '../service/order.ts';
import { addressResult } from '../service/pictures.ts';
import { openaiRules, readOpenAIProblem } from './failures.ts';

/** The form's fields by the names they are sent under; a picture is sent as a file. */
export type EditFields = Readonly<Record<string, string | Upload | undefined>>;

const usualTimeoutMs = 300_000;

/**
 * POSTs `/images/edits` once, within `call.timeoutMs` (300 s). Throws CallError; what `beforeSend` throws passes as it
 * is.
 */
export async function editPicture(
  provider: ServiceNames & { readonly baseUrl?: string | undefined },
  fields: EditFields,
  call: EnhanceCall,
): Promise<EnhanceResult> {
  const { id, label, keyPage, limitPage, baseUrl } = provider;
  const names = { id, label, keyPage, limitPage, baseUrl };
  const spoken = { authorize: bearer, rules: openaiRules, readProblem: readOpenAIProblem };
  const service: ServiceFacts = serviceAt({ ...names, ...spoken }, call.baseUrl);
  const { timeoutMs = usualTimeoutMs } = call;
  const exchange = openExchange(
    { ...call, fetch: patientFetch(call.fetch, timeoutMs) },
    timeoutMs,
    answerBytes(maxPictureBytes),
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
  const maxBytes = maxPictureBytes;
  return readResult(service, deliveryOf(service, ending, call, { timeoutMs, maxBytes }), call);
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

async function readResult(
  service: ServiceFacts,
  delivery: Delivery,
  call: EnhanceCall,
): Promise<EnhanceResult> {
  const { answer, requestId } = delivery;
  const content = await readImagesAnswer(answer.body);
  const counted = content.usage && { usage: content.usage };
  if (content.kind === 'useless') throw paidForNothing(service, delivery, content.why, counted);
  if (content.kind === 'url') return addressResult(service, delivery, content.url, call, counted);
  return { bytes: content.bytes, headers: answer.headers, requestId, ...counted };
}
