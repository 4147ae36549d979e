// What a 200 of `generateContent` holds: a picture, or why there is none.
import type { TokenUsage } from '../enhance.ts';
import { isRecord } from '../http.ts';
import { parseLargeJson } from '../large-json.ts';

/** A picture as base64; or a refusal, with whether a picture was made for it; or nothing of any use. */
export type GeminiContent =
  | { readonly kind: 'picture'; readonly base64: Buffer; readonly usage: TokenUsage | undefined }
  | {
      readonly kind: 'none';
      /** `IMAGE_SAFETY` …: undefined where the answer gives no reason at all. */
      readonly reason: string | undefined;
      /** What the model says instead. */
      readonly text: string;
      readonly isCounted: boolean;
      readonly usage: TokenUsage | undefined;
    };

type Fields = Readonly<Record<string, unknown>>;

/** Reads the body. Of several pictures the last that is no part of the model's thinking counts. */
export async function readGeminiAnswer(body: Buffer): Promise<GeminiContent> {
  const { value, bytesOf } = await parseLargeJson(body);
  const answer = fieldsOf(value);
  const usage = readGeminiUsage(answer.usageMetadata);
  const candidate = fieldsOf(listOf(answer.candidates)[0]);
  const parts = listOf(fieldsOf(candidate.content).parts).filter(({ thought }) => thought !== true);
  const data = parts
    .map(({ inlineData }) => fieldsOf(inlineData).data)
    .filter((one) => typeof one === 'string');
  const last = data.at(-1);
  if (last !== undefined && last !== '') return { kind: 'picture', base64: bytesOf(last), usage };
  const { blockReason } = fieldsOf(answer.promptFeedback);
  const text = parts.map((part) => (typeof part.text === 'string' ? part.text : '')).join(' ');
  const said = typeof candidate.finishMessage === 'string' ? candidate.finishMessage : text;
  const reason = [blockReason, candidate.finishReason].find((one) => typeof one === 'string');
  return {
    kind: 'none',
    reason,
    text: said.trim(),
    isCounted: imageTokensMade(answer.usageMetadata) > 0,
    usage,
  };
}

/**
 * `usageMetadata` as tokens by kind; undefined where nothing is counted. Text and thoughts that come out cost a twentieth
 * (flash) to a tenth (pro) of what tokens of pictures do: ten count as one, rounded up.
 */
function readGeminiUsage(metadata: unknown): TokenUsage | undefined {
  const usage = fieldsOf(metadata);
  const input = countOf(usage.promptTokenCount);
  const made = countOf(usage.candidatesTokenCount);
  if (input === undefined) return undefined;
  const inputTextTokens = Math.min(input, tokensOf(usage.promptTokensDetails, 'TEXT') ?? 0);
  const image = imageTokensMade(metadata);
  const words = Math.max(0, (made ?? 0) - image) + (countOf(usage.thoughtsTokenCount) ?? 0);
  const outputTokens = image + Math.ceil(words / wordsPerImageToken);
  return { inputTextTokens, inputImageTokens: input - inputTextTokens, outputTokens };
}

/** How many tokens of words cost what one of a picture does, at least. */
export const wordsPerImageToken = 10;

// What is not told apart counts as picture: the dearer.
function imageTokensMade(metadata: unknown): number {
  const { candidatesTokenCount, candidatesTokensDetails } = fieldsOf(metadata);
  const made = countOf(candidatesTokenCount) ?? 0;
  if (!Array.isArray(candidatesTokensDetails)) return made;
  return Math.min(made, tokensOf(candidatesTokensDetails, 'IMAGE') ?? 0);
}

function tokensOf(details: unknown, modality: string): number | undefined {
  return countOf(listOf(details).find((one) => one.modality === modality)?.tokenCount);
}

function countOf(value: unknown): number | undefined {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  return isCount ? value : undefined;
}

/** Of a kind in one answer; a picture has some thousands. */
const mostTokens = 10_000_000;

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
