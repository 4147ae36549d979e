import { describe, expect, it } from 'vitest';
import type { ServiceRules } from './sim/service.ts';
import { type TrialOptions, type TrialResult, trial } from './sim/trial.ts';

const strict = { perMinute: 200, burst: 20, latencyMs: [400, 600] } as const;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

async function trials(rules: ServiceRules, options: Omit<TrialOptions, 'seed'>): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for (const seed of seeds) results.push(await trial(rules, { ...options, seed }));
  return results;
}

const worstRatio = (results: readonly TrialResult[]) => Math.min(...results.map(({ ratio }) => ratio));
const mostRefused = (results: readonly TrialResult[]) => Math.max(...results.map(({ refused }) => refused));
const failures = (results: readonly TrialResult[]) => results.flatMap(({ failed }) => failed);

describe.each(['at-once', 'late'] as const)('a strict service that refuses %s', (refusal) => {
  it.each([
    ['limits', 1],
    ['limits', 2],
    ['limits-and-wait', 1],
    ['limits-and-wait', 2],
  ] as const)('with headers (%s), %i processes: 95 percent of the ideal rate, no refusal', async (headers, processes) => {
    const results = await trials({ ...strict, refusal, headers }, { pictures: 100, processes });
    expect(failures(results)).toEqual([]);
    expect(worstRatio(results)).toBeGreaterThan(0.96);
    expect(mostRefused(results)).toBe(0);
  });

  it('with headers written when the picture is done: the same', async () => {
    const results = await trials({ ...strict, refusal, headers: 'limits', toldAt: 'end' }, { pictures: 100 });
    expect(worstRatio(results)).toBeGreaterThan(0.96);
    expect(mostRefused(results)).toBe(0);
  });

  it.each([
    ['none', 1],
    ['none', 2],
    ['wait', 1],
    ['wait', 2],
  ] as const)('without limits in headers (%s), %i processes: 95 percent and few refusals', async (headers, processes) => {
    const results = await trials({ ...strict, refusal, headers }, { pictures: 100, processes });
    expect(failures(results)).toEqual([]);
    expect(worstRatio(results)).toBeGreaterThan(0.95);
    expect(mostRefused(results)).toBeLessThanOrEqual(6);
  });

  it.each([
    'limits',
    'none',
  ] as const)('with two keys of two organisations (%s): twice as fast', async (headers) => {
    const one = await trials({ ...strict, refusal, headers }, { pictures: 100 });
    const two = await trials({ ...strict, refusal, headers }, { pictures: 100, keys: 2 });
    const gains = one.map(({ ms }, index) => ms / (two[index]?.ms ?? Number.NaN));
    expect(failures(two)).toEqual([]);
    expect(Math.min(...gains)).toBeGreaterThan(1.9);
  });

  it.each([
    [20, [400, 600], 1, 0.97],
    [20, [400, 600], 2, 0.97],
    [5, [400, 600], 1, 0.97],
    [1, [400, 600], 1, 0.9],
    [20, [3000, 9000], 1, 0.84],
  ] as const)('that holds %i, told its rate by the user, answers %j ms, %i processes: feels for what it holds', async (burst, latencyMs, processes, least) => {
    const results = await trials(
      { perMinute: 200, burst, latencyMs, refusal, headers: 'none' },
      { pictures: 100, stated: { images: 200 }, processes },
    );
    expect(failures(results)).toEqual([]);
    expect(worstRatio(results)).toBeGreaterThan(least);
    expect(mostRefused(results)).toBeLessThanOrEqual(5);
  });

  it('that would let everything through: no minute has more than was stated and ten seconds of it', async () => {
    const rules: ServiceRules = { ...strict, perMinute: 1e6, burst: 1e6, refusal, headers: 'none' };
    const results = await trials(rules, { pictures: 400, stated: { images: 200 } });
    for (const { services } of results) {
      const starts = services.flatMap(({ admittedAtMs }) => admittedAtMs);
      const most = Math.max(
        ...starts.map((from) => starts.filter((at) => at >= from && at < from + 60_000).length),
      );
      expect(most).toBeLessThanOrEqual(200 + 200 / 6 + 1);
    }
  });

  it.each([
    ['limits', 5, 1, 0.9],
    ['none', 5, 5, 0.8],
    ['limits', 1, 5, 0.75],
    ['none', 1, 8, 0.4],
  ] as const)('of the lowest tier (%s, burst %i): at most %i refusals, none fails', async (headers, burst, most, least) => {
    const rules: ServiceRules = { perMinute: 5, burst, latencyMs: [25_000, 35_000], refusal, headers };
    const results = await trials(rules, { pictures: 20 });
    expect(failures(results)).toEqual([]);
    expect(mostRefused(results)).toBeLessThanOrEqual(most);
    expect(worstRatio(results)).toBeGreaterThan(least);
  });

  it('that names its limit in words: learns it from the first refusal', async () => {
    const text =
      'Rate limit reached for m (for limit gpt-image) in organization org-x on input-images per min: Limit 5, ' +
      'Used 5, Requested 1. Please try again in 12s.';
    const rules: ServiceRules = {
      perMinute: 5,
      burst: 5,
      latencyMs: [25_000, 35_000],
      refusal,
      headers: 'none',
      text,
    };
    const results = await trials(rules, { pictures: 20 });
    expect(failures(results)).toEqual([]);
    expect(mostRefused(results)).toBeLessThanOrEqual(refusal === 'late' ? 4 : 1);
    expect(results.every(({ notices }) => notices.some(({ kind }) => kind === 'waiting'))).toBe(true);
  });
});

describe('services of other kinds', () => {
  it('one without any limit: widely in flight within seconds', async () => {
    const rules: ServiceRules = {
      perMinute: 1e9,
      burst: 1e9,
      latencyMs: [400, 600],
      refusal: 'late',
      headers: 'none',
    };
    const results = await trials(rules, { pictures: 100 });
    expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(9000);
    expect(Math.min(...results.map(({ peak }) => peak))).toBeGreaterThan(20);
    const bounded = await trial(rules, { seed: 1, pictures: 60, concurrency: 3 });
    expect(bounded.peak).toBe(3);
  });

  it.each([
    ['falls to a quarter', 50],
    ['rises to three times', 600],
  ] as const)('one whose limit %s: follows, without headers too', async (_, perMinute) => {
    const later = { atMs: 20_000, rules: { perMinute } };
    for (const headers of ['limits', 'none'] as const) {
      const results = await trials({ ...strict, refusal: 'late', headers }, { pictures: 200, later });
      const idealMs = 20_000 + ((200 - 20 - (20 * 200) / 60) / perMinute) * 60_000;
      expect(failures(results)).toEqual([]);
      expect(mostRefused(results)).toBeLessThanOrEqual(headers === 'limits' ? 6 : 16);
      expect(idealMs / Math.max(...results.map(({ ms }) => ms))).toBeGreaterThan(
        headers === 'limits' ? 0.9 : 0.65,
      );
    }
  });

  it.each([
    'at-once',
    'late',
  ] as const)('one whose limit falls with what it holds, and says so (%s): is hardly ever refused', async (refusal) => {
    const later = { atMs: 15_000, rules: { perMinute: 20, burst: 2 } };
    const results = await trials({ ...strict, refusal, headers: 'limits' }, { pictures: 120, later });
    expect(failures(results)).toEqual([]);
    expect(mostRefused(results)).toBeLessThanOrEqual(2);
  });

  it.each(['busy', 'broken'] as const)('one with a burst of trouble (%s): none fails', async (kind) => {
    const trouble = (nowMs: number) => (nowMs > 5000 && nowMs < 12_000 ? kind : undefined);
    for (const headers of ['limits', 'none'] as const) {
      const results = await trials({ ...strict, refusal: 'late', headers, trouble }, { pictures: 100 });
      expect(failures(results)).toEqual([]);
      expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(60_000);
    }
  });
});
