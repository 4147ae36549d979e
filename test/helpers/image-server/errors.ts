// Answers of OpenAI's API that are no pictures.
import type { BucketState } from './limiter.ts';
import type { ImageServerOptions } from './options.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or JSON. */
  readonly body: string | object;
}

export function apiError(
  status: number,
  message: string,
  code: string | null,
  type = 'invalid_request_error',
  param: string | null = null,
): Answer {
  return { status, body: { error: { message, type, param, code } } };
}

/** Headers of every answer: what is left of each bucket. */
export function limitHeaders(
  mode: ImageServerOptions['headers'],
  buckets: readonly BucketState[],
): Record<string, string> {
  if (mode !== 'openai') return {};
  return Object.fromEntries(
    buckets.flatMap(({ name, perMinute, remaining, resetMs }) => [
      [`x-ratelimit-limit-${name}`, String(perMinute)],
      [`x-ratelimit-remaining-${name}`, String(remaining)],
      [`x-ratelimit-reset-${name}`, goDuration(resetMs)],
    ]),
  );
}

/** The refusal of a picture too many. */
export function tooFast(
  mode: ImageServerOptions['headers'],
  model: string,
  organisation: string,
  buckets: readonly BucketState[],
): Answer {
  if (mode === 'none') return { status: 429, body: 'Too Many Requests' };
  const short = buckets.reduce((worst, bucket) => (bucket.waitMs > worst.waitMs ? bucket : worst));
  const { name, perMinute, remaining } = short;
  const waitMs = Math.ceil(short.waitMs);
  const used = perMinute - remaining;
  const { body } = apiError(
    429,
    `Rate limit reached for ${model} (for limit gpt-image) in organization ${organisation} on ${name} per min: ` +
      `Limit ${perMinute}, Used ${used}, Requested 1. Please try again in ${goDuration(waitMs)}. ` +
      'Visit https://platform.openai.com/account/rate-limits to learn more.',
    'rate_limit_exceeded',
    name,
  );
  const headers = {
    ...limitHeaders(mode, buckets),
    'retry-after': String(Math.ceil(waitMs / 1000)),
    'retry-after-ms': String(waitMs),
  };
  return { status: 429, body, ...(mode === 'openai' && { headers }) };
}

/** `534ms`, `58.891s`, `6m0s`: as Go writes durations. */
export function goDuration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${whole / 1000}s`;
  return `${Math.floor(whole / 60_000)}m${(whole % 60_000) / 1000}s`;
}
