// What an image service's 2xx answer holds: believed only as far as its shape goes; whether it is a picture is for later.
import { parseJson } from '../json.ts';
import type { TokenUsage } from './enhance.ts';
import { isRecord } from './http.ts';

/** A picture's bytes, or where they lie; or what is wrong with the answer, as a clause. */
export type AnswerContent =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'url'; readonly url: string; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'useless'; readonly why: string };

/** Reads `{data: [{b64_json}|{url}], usage?}`; either may hold a data URL. */
export function readImagesAnswer(body: Buffer): AnswerContent {
  const text = body.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) return useless(describeText(text));
  const [first] = isRecord(value) && Array.isArray(value.data) ? (value.data as unknown[]) : [];
  if (!isRecord(first)) return useless('answered without a picture');
  const usage = readUsage(isRecord(value) ? value.usage : undefined);
  const { b64_json: encoded, url } = first;
  const text64 = typeof encoded === 'string' ? encoded : undefined;
  const address = typeof url === 'string' && url !== '' ? url : undefined;
  const given = text64 ?? address;
  if (given === undefined) return useless('answered without a picture');
  const isData = /^data:/i.test(given);
  if (text64 === undefined && !isData) return { kind: 'url', url: given, usage };
  const bytes = isData ? decodeDataUrl(given) : decodeBase64(given);
  return bytes === undefined
    ? useless('answered with a picture whose encoding is damaged')
    : { kind: 'bytes', bytes, usage };
}

/** The bytes of a base64 text (RFC 4648 §4, padded, nothing else in it); undefined for any other, and an empty one. */
export function decodeBase64(text: string): Buffer | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = padding === 0 ? text : text.slice(0, -padding);
  // A search for what may not be there: a pattern over all of it would outgrow the engine's stack with large pictures.
  if (text === '' || text.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(digits)) return undefined;
  return Buffer.from(text, 'base64');
}

/** The bytes of a base64 data URL of a picture. */
export function decodeDataUrl(url: string): Buffer | undefined {
  const comma = url.indexOf(',');
  if (!/^data:image\/[a-z0-9.+-]+;base64$/i.test(url.slice(0, Math.max(0, comma)))) return undefined;
  return decodeBase64(url.slice(comma + 1));
}

/** Tokens by kind; undefined where the answer does not count them. What is not told apart counts as image: the dearer. */
export function readUsage(usage: unknown): TokenUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const input = countOf(usage.input_tokens);
  const outputTokens = countOf(usage.output_tokens);
  if (input === undefined || outputTokens === undefined) return undefined;
  const details = isRecord(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const inputTextTokens = Math.min(input, countOf(details.text_tokens) ?? 0);
  return { inputTextTokens, inputImageTokens: input - inputTextTokens, outputTokens };
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function useless(why: string): AnswerContent {
  return { kind: 'useless', why };
}

function describeText(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'answered with nothing';
  return start.startsWith('<') ? 'answered with a web page' : 'answered with something that is not JSON';
}
