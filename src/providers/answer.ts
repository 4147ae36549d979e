// What an image service's 2xx answer holds: believed only as far as its shape goes; whether it is a picture is for later.
import { decodeBase64, decodeDataUrl } from './base64.ts';
import type { TokenUsage } from './enhance.ts';
import { isRecord } from './http.ts';
import { parseLargeJson } from './large-json.ts';

/** A picture's bytes, or where they lie; or what is wrong with the answer, as a clause. */
export type AnswerContent =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'url'; readonly url: string; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'useless'; readonly why: string; readonly usage: TokenUsage | undefined };

/** Reads `{data: [{b64_json}|{url}], usage?}`; either may hold a data URL. Large answers are read in slices. */
export async function readImagesAnswer(body: Buffer): Promise<AnswerContent> {
  const { value, bytesOf } = await parseLargeJson(body);
  if (value === undefined) return useless(describeText(body));
  const usage = readUsage(isRecord(value) ? value.usage : undefined);
  const [first] = isRecord(value) && Array.isArray(value.data) ? (value.data as unknown[]) : [];
  if (!isRecord(first)) return useless('answered without a picture', usage);
  const { b64_json: encoded, url } = first;
  const text64 = typeof encoded === 'string' ? encoded : undefined;
  const address = typeof url === 'string' && url !== '' ? url : undefined;
  const given = text64 ?? address;
  if (given === undefined) return useless('answered without a picture', usage);
  const text = bytesOf(given);
  const isData = /^data:/i.test(text.toString('latin1', 0, 5));
  if (text64 === undefined && !isData) return { kind: 'url', url: text.toString('utf8'), usage };
  const bytes = await (isData ? decodeDataUrl(text) : decodeBase64(text));
  return bytes === undefined
    ? useless('answered with a picture whose encoding is damaged', usage)
    : { kind: 'bytes', bytes, usage };
}

/**
 * Tokens by kind; undefined where the answer does not count them, or counts more than anybody makes. What is not told
 * apart counts as image: the dearer.
 */
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
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens
    ? value
    : undefined;
}

function useless(why: string, usage?: TokenUsage): AnswerContent {
  return { kind: 'useless', why, usage };
}

function describeText(body: Buffer): string {
  const start = body.toString('utf8', 0, describedBytes).trimStart();
  if (start === '') return 'answered with nothing';
  return start.startsWith('<') ? 'answered with a web page' : 'answered with something that is not JSON';
}

const describedBytes = 2 ** 16;
/** Of a kind in one answer; a picture has some thousands. */
const mostTokens = 10_000_000;
