// What an answer says about limits, in headers or in words; what it does not say is undefined.

/** One bucket as headers tell it: `x-ratelimit-limit-images`, `-remaining-`, `-reset-`. */
export interface BucketReading {
  readonly limit?: number;
  readonly remaining?: number;
  readonly resetMs?: number;
}

/** The bucket that a refusal names: `on input-images per min: Limit 5`. */
export interface NamedBucket {
  readonly name: string;
  readonly limit?: number;
  readonly periodMs: number;
}

export interface LimitReading {
  readonly buckets: Readonly<Record<string, BucketReading>>;
  /** How long the service says to wait, counted from the answer, a day at most; undefined where it says nothing or zero. */
  readonly waitMs?: number;
  readonly named?: NamedBucket;
}

const headerName = /^x-ratelimit-(limit|remaining|reset)-([a-z][a-z0-9-]{0,40})$/;
const sentence = /\bon ([a-z][a-z-]*) per (sec|min|hour|day)[a-z]*[^:]{0,20}: *limit:? ([\d.,]+)/i;
const bareSentence = /\bon ([a-z][a-z-]*) per (sec|min|hour|day)/i;
const waitInWords =
  /(?:try again in|resets? in|retry (?:in|after)|wait) *~?((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)/i;

const periods: Readonly<Record<string, number>> = {
  sec: 1000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads the headers (lower-case names) of any answer; `refusal` is the text of a 429 or 503, absent for an answer that
 * is fine. `wallMs` is milliseconds since 1970, for a `retry-after` that is a date.
 */
export function readLimits(
  headers: Readonly<Record<string, string>>,
  refusal: string | undefined,
  wallMs: number,
): LimitReading {
  const buckets = readBuckets(headers);
  if (refusal === undefined) return { buckets };
  const waitMs = readWait(headers, wallMs) ?? readDuration(waitInWords.exec(refusal)?.[1]);
  const named = readNamed(refusal);
  return { buckets, ...(waitMs && { waitMs }), ...(named && { named }) };
}

/** `1ms`, `58.891s`, `6m0s`, `1h2m3s` in milliseconds; undefined for anything else. */
export function readDuration(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/i.test(text.trim())) return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gi)) {
    sum += Number(count) * (units[unit?.toLowerCase() ?? ''] ?? 0);
  }
  return Math.min(sum, longestWaitMs);
}

function readBuckets(headers: Readonly<Record<string, string>>): Record<string, BucketReading> {
  const buckets: Record<string, { limit?: number; remaining?: number; resetMs?: number }> = {};
  for (const [name, text] of Object.entries(headers)) {
    const [, what, bucket] = headerName.exec(name) ?? [];
    if (what === undefined || bucket === undefined) continue;
    const value = what === 'reset' ? (readDuration(text) ?? readSeconds(text)) : readCount(text);
    if (value === undefined) continue;
    buckets[bucket] = { ...buckets[bucket], [what === 'reset' ? 'resetMs' : what]: value };
  }
  return buckets;
}

function readWait(headers: Readonly<Record<string, string>>, wallMs: number): number | undefined {
  const inMs = readCount(headers['retry-after-ms']);
  if (inMs !== undefined) return Math.min(inMs, longestWaitMs);
  const text = headers['retry-after'];
  const inSeconds = readSeconds(text);
  if (inSeconds !== undefined || text === undefined) return inSeconds;
  // https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds or a date, which always names its weekday.
  const date = /^[a-z]{3}/i.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(longestWaitMs, Math.max(0, date - wallMs));
}

function readNamed(text: string): NamedBucket | undefined {
  const [, name, period, limit] = sentence.exec(text) ?? bareSentence.exec(text) ?? [];
  if (name === undefined) return undefined;
  const count = readCount(limit?.replaceAll(',', '').replace(/\.$/, ''));
  const periodMs = periods[period?.toLowerCase() ?? ''] ?? 60_000;
  return { name: name.toLowerCase(), periodMs, ...(count !== undefined && { limit: count }) };
}

function readSeconds(text: string | undefined): number | undefined {
  const seconds = readCount(text);
  return seconds === undefined ? undefined : Math.min(seconds * 1000, longestWaitMs);
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Math.min(Number(text), most);
}

/** Of calls or tokens: a number without an end would leave nothing to reckon with. */
const most = 1e12;
/**
 * No limit of calls lasts longer than a day. What is stated is kept for all later runs, so that one absurd answer, perhaps of
 * something in between, would close the key for ever; after a day it is asked once more.
 */
const longestWaitMs = 86_400_000;
