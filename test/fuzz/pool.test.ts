// What answers say of limits, in all spellings: a slot's own numbers stay numbers, and its waits are bounded.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { earliestStart, startsWithin, takeStart } from '../../src/pool/earliest-start.ts';
import { observe } from '../../src/pool/observe.ts';
import { readLimits } from '../../src/pool/read-limits.ts';
import { openState, type SlotState } from '../../src/pool/slot-state.ts';
import { patienceMs, tries } from './runs.ts';

const amounts = [
  '0',
  '1',
  '5',
  '60',
  '-3',
  '1e3',
  '9'.repeat(400),
  '',
  '6m0s',
  '0.000001',
  '5, 5',
  '1ms',
  '999999999999',
];
const name = fc
  .tuple(
    fc.constantFrom('limit', 'remaining', 'reset'),
    fc.constantFrom('images', 'requests', 'tokens', 'constructor', 'x'),
  )
  .map((parts) => `x-ratelimit-${parts.join('-')}`);
const words = [
  ...[
    '',
    'slow down',
    'on constructor per min: Limit 5',
    'on images per min: Limit 0',
    'on images per day: Limit 1,000.',
  ],
  ...[
    `on x per sec: Limit ${'9'.repeat(400)}`,
    `try again in ${'9'.repeat(400)}s`,
    'try again in 0s',
    'on value-of per hour',
  ],
];
const said = fc.record({
  headers: fc.dictionary(
    fc.oneof(name, fc.constantFrom('retry-after', 'retry-after-ms')),
    fc.constantFrom(...amounts),
    { maxKeys: 4 },
  ),
  words: fc.constantFrom(...words),
  kind: fc.constantFrom(
    'passed' as const,
    'rate' as const,
    'broken' as const,
    'trouble' as const,
    'unknown' as const,
  ),
  afterMs: fc.constantFrom(0, 1, 50, 4_000, 120_000, 1_000_000),
  cost: fc.constantFrom(1, 0, 25_000),
});

it('keeps the numbers of a slot numbers, whatever answers say', { timeout: patienceMs }, () => {
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 25 }), fc.boolean(), (answers, isStated) => {
      const stated = isStated ? { images: 5, tokens: 1_000 } : {};
      let nowMs = 1;
      let state: SlotState | undefined;
      answers.forEach(({ headers, words: text, kind, afterMs, cost: tokens }, at) => {
        state = openState(state, stated, nowMs);
        const cost = { requests: 1, images: 1, tokens };
        takeStart(state, String(at), cost, nowMs);
        nowMs += afterMs;
        state = openState(state, stated, nowMs);
        observe(
          state,
          String(at),
          { kind, limits: readLimits(headers, kind === 'passed' ? undefined : text, 0) },
          nowMs,
        );
        expectNumbers(state);
        const { waitMs, why } = earliestStart(state, cost, nowMs);
        // Only without a place in flight is the end of a wait unknown.
        expect(waitMs >= 0 && (why === 'places' || Number.isFinite(waitMs)), `${why} ${waitMs}`).toBe(true);
        expect(startsWithin(state, cost, 60_000, nowMs)).toBeGreaterThanOrEqual(0);
        // As it is kept between processes.
        state = JSON.parse(JSON.stringify(state)) as SlotState;
      });
    }),
    tries(150),
  );
});

function expectNumbers(value: unknown, path = 'state'): void {
  if (typeof value === 'number') expect(Number.isFinite(value), `${path} is ${value}`).toBe(true);
  else if (typeof value === 'object' && value !== null) {
    for (const [member, one] of Object.entries(value)) expectNumbers(one, `${path}.${member}`);
  }
}
