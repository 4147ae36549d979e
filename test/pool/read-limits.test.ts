import { describe, expect, it } from 'vitest';
import { readDuration, readLimits } from '../../src/pool/read-limits.ts';

const wallMs = Date.UTC(2026, 10, 21, 4, 12);

describe('readDuration', () => {
  it.each([
    ['1ms', 1],
    ['534ms', 534],
    ['58.891s', 58_891],
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['12', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %j ms', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });
});

describe('readLimits', () => {
  it('reads a bucket of any name', () => {
    const headers = {
      'x-ratelimit-limit-input-images': '50',
      'x-ratelimit-remaining-input-images': '49',
      'x-ratelimit-reset-input-images': '1.2s',
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-tokens': 'many',
      'x-request-id': 'req_1',
    };
    expect(readLimits(headers, undefined, wallMs)).toEqual({
      buckets: { 'input-images': { limit: 50, remaining: 49, resetMs: 1200 }, requests: { limit: 500 } },
    });
  });

  it.each([
    [{ 'retry-after-ms': '534', 'retry-after': '1' }, 'x', 534],
    [{ 'retry-after': '75' }, 'x', 75_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 04:12:30 GMT' }, 'x', 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 04:11:30 GMT' }, 'x', undefined],
    [{ 'retry-after': '-1' }, 'x', undefined],
    [{ 'retry-after': '0' }, 'x', undefined],
    [{}, 'Limit 5, Used 5, Requested 1. Please try again in 12s.', 12_000],
    [{}, 'Please try again in 1m2.5s. Visit us', 62_500],
    [{}, 'Please try again in 120ms.', 120],
    [{}, 'Request was throttled. Your rate limit resets in ~30s.', 30_000],
    [{}, 'slow down', undefined],
    [{ 'retry-after': `1${'0'.repeat(30)}` }, 'x', 86_400_000],
    [{ 'retry-after-ms': '1e30' }, 'x', undefined],
    [{ 'retry-after-ms': '9'.repeat(400) }, 'x', 86_400_000],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 'x', 86_400_000],
    [{}, 'try again in 99999d', 86_400_000],
  ])('%j with %j: wait %j ms', (headers, text, waitMs) => {
    expect(readLimits(headers as Record<string, string>, text, wallMs).waitMs).toBe(waitMs);
  });

  it('takes no bucket to be full again later than in a day', () => {
    const headers = { 'x-ratelimit-limit-images': '5', 'x-ratelimit-reset-images': '99999999999' };
    expect(readLimits(headers, undefined, wallMs).buckets.images?.resetMs).toBe(86_400_000);
  });

  it('reads no wait from an answer that is fine', () => {
    expect(readLimits({ 'retry-after': '5' }, undefined, wallMs).waitMs).toBeUndefined();
  });

  it.each([
    [
      'for m in organization org-1 on input-images per min: Limit 5, Used 5',
      { name: 'input-images', limit: 5, periodMs: 60_000 },
    ],
    ['on tokens per min (TPM): Limit 30,000, Used 1.', { name: 'tokens', limit: 30_000, periodMs: 60_000 }],
    ['on requests per day (RPD): Limit 200.', { name: 'requests', limit: 200, periodMs: 86_400_000 }],
    ['you may do more on images per minute with another plan', { name: 'images', periodMs: 60_000 }],
    ['Too many', undefined],
  ])('%j names %j', (text, named) => {
    expect(readLimits({}, text, wallMs).named).toEqual(named);
  });
});
