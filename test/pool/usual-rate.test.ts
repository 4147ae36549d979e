// A service of slow jobs that is told to usually take 600 a minute: what that gains, and what it costs where it is not so.
import { describe, expect, it } from 'vitest';
import { trial } from './sim/trial.ts';

const jobs = { latencyMs: [25_000, 35_000], refusal: 'at-once', headers: 'none' } as const;
const stated = { requests: 600 };

describe('slow jobs at a usual rate', () => {
  it('open widely at once where the rate holds', async () => {
    const rules = { ...jobs, perMinute: 600, burst: 100 };
    const felt = await trial(rules, { seed: 1, pictures: 200 });
    const told = await trial(rules, { seed: 1, pictures: 200, stated });
    expect(told.failed).toEqual([]);
    expect(felt.ms / told.ms).toBeGreaterThan(4);
  });

  it.each([
    1, 6,
  ])('are refused a few times, and none fails, where the account has 6 a minute and a burst of %i', async (burst) => {
    const text = 'Request was throttled. Your rate limit resets in ~10s.';
    const rules = { ...jobs, perMinute: 6, burst, text };
    const felt = await trial(rules, { seed: 1, pictures: 40 });
    const told = await trial(rules, { seed: 1, pictures: 40, stated });
    expect(told.failed).toEqual([]);
    expect(told.refused).toBeLessThanOrEqual(felt.refused + 5);
    expect(told.ms).toBeLessThan(felt.ms * 1.1);
  });
});
