// Answers of services made untrue in every way: each call ends as a picture or as a failure of a known kind, with a charge.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLimits } from '../../src/pool/read-limits.ts';
import { builtInPrices as prices } from '../../src/prices/built-in.ts';
import { CallError, type EnhanceResult } from '../../src/providers/enhance.ts';
import { ProviderError } from '../../src/providers/http.ts';
import { createRedactor } from '../../src/redact.ts';
import { Secret } from '../../src/secret.ts';
import { expectNoKey, stageOf, stepsTo } from '../providers/contract/contract.ts';
import type { Played } from '../providers/contract/played.ts';
import { table } from '../providers/contract/table.ts';
import { liar, type Told, untruths } from './liar.ts';
import { patienceMs, tries } from './runs.ts';

const timeoutMs = 2_000;
const kinds = [
  'auth',
  'permission',
  'quota',
  'rate',
  'busy',
  'network',
  'refused',
  'invalid',
  'protocol',
  'cancelled',
];

function expectBounded(message: string | undefined, headers: Readonly<Record<string, string>>): void {
  const { buckets, waitMs, named } = readLimits(headers, message, Date.now());
  for (const { limit = 0, remaining = 0, resetMs = 0 } of Object.values(buckets)) {
    for (const value of [limit, remaining, resetMs])
      expect(value).toSatisfy((one: number) => one >= 0 && Number.isFinite(one));
  }
  expect([waitMs ?? 1, named?.limit ?? 1].every((one) => one >= 0 && Number.isFinite(one))).toBe(true);
}

function expectSound(failure: unknown, { order }: Told): void {
  if (!(failure instanceof CallError)) throw failure;
  expect(kinds).toContain(failure.kind);
  expect(['none', 'unsettled', 'paid']).toContain(failure.charge);
  expect(failure.message).toMatch(/^[^\p{Cc}\p{Cs}\u202e]{8,300}$/u);
  expectNoKey({ ...failure, evidence: undefined, headers: undefined });
  expectNoKey(failure.message);
  // Of 2xx answers only those are free that say why no picture was made.
  if (order !== undefined && order >= 200 && order < 300 && failure.charge === 'none') {
    expect(['refused', 'busy', 'auth', 'quota', 'rate', 'permission', 'invalid']).toContain(failure.kind);
  }
}

function expectPicture(result: EnhanceResult, { edits, request }: Played): void {
  expect(Buffer.isBuffer(result.bytes)).toBe(true);
  const costs = [
    result.costMicrousd ?? 0,
    result.usage === undefined ? 0 : (edits.costOf(request.model, result.usage, prices) ?? 0),
    edits.costByHeaders?.(request.model, result.headers, prices) ?? 0,
  ];
  for (const cost of costs) expect(cost).toSatisfy((one: number) => Number.isFinite(one) && one >= 0);
}

describe.each(table.map((played) => [played.edits.id, played] as const))('%s', (_id, played) => {
  const { edits, keys } = played;

  it('ends every call in words, with a charge', { timeout: patienceMs }, async () => {
    const { played: lying, lie } = liar(played);
    const stage = await stageOf(lying);
    const request = played.job ?? played.request;
    await fc.assert(
      fc.asyncProperty(untruths(played), fc.boolean(), async (untruth, isJob) => {
        const told = lie(untruth);
        const { call, slept } = stepsTo(played, stage.server, { timeoutMs });
        const outcome = await edits
          .enhance(isJob ? request : played.request, call)
          .catch((error: unknown) => ({ error }));
        if ('error' in outcome) {
          expectSound(outcome.error, told);
          const { kind, message, headers } = outcome.error as CallError;
          expectBounded(kind === 'rate' || kind === 'busy' ? message : undefined, headers);
        } else {
          expectPicture(outcome, played);
          expectBounded(undefined, outcome.headers);
        }
        for (const ms of slept) expect(ms).toSatisfy((one: number) => one >= 0 && one <= 3_600_000);
      }),
      tries(40),
    );
  });

  it('tells about a key, about money and about prices, whatever is answered', {
    timeout: patienceMs,
  }, async () => {
    const { played: lying, lie } = liar(played);
    const stage = await stageOf(lying);
    await fc.assert(
      fc.asyncProperty(untruths(played), async (untruth) => {
        lie({ ...untruth, request: untruth.request % 2 });
        const { call } = stepsTo(played, stage.server, { timeoutMs });
        expectNoKey(await keys.verify(call, played.request.model));
        const asked = [edits.balance?.(call), edits.quote?.(played.request.model, call)];
        const [balance, quote] = await Promise.allSettled(asked);
        for (const { status, ...rest } of [balance, quote] as PromiseSettledResult<unknown>[]) {
          if (status === 'rejected')
            expect((rest as PromiseRejectedResult).reason).toBeInstanceOf(ProviderError);
        }
        if (balance?.status === 'fulfilled') expect(Number.isNaN(balance.value ?? 0)).toBe(false);
        const rows =
          quote?.status === 'fulfilled' ? ((quote.value ?? []) as readonly { microusd: number }[]) : [];
        for (const { microusd } of rows)
          expect(microusd).toSatisfy((one: number) => Number.isFinite(one) && one >= 0);
      }),
      tries(12),
    );
  });
});

it('takes out the beginning of a key where an answer breaks off within it', () => {
  const { learn, redact } = createRedactor();
  learn(new Secret('sk-CANARY-0123456789-abcdef'));
  expect(redact('{"message":"wrong key sk-CANARY-01')).toBe('{"message":"wrong key [secret]');
  expect(redact('sk-CANARY-01 and sk-CANARY-0123456789-abcdef')).toBe('[secret] and [secret]');
  expect(redact('sk-CANA')).toBe('sk-CANA');
});
