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
import type { Reply } from '../providers/service/server.ts';
import { type Change, changed, changes, hostileValues, jsonOf } from './mutate.ts';
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

/** What is done to one answer of a service. */
interface Untruth {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly changes: readonly Change[];
  readonly body: 'json' | 'cut' | 'garbage-behind' | 'page' | 'none';
  /** Where it is cut. */
  readonly at: number;
  /** The answer to which request: from the first on. */
  readonly request: number;
  readonly isRefusal: number | undefined;
}

const statuses = [
  ...[
    200, 201, 202, 206, 299, 300, 301, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422,
    425,
  ],
  ...[429, 451, 499, 500, 501, 502, 503, 504, 520, 524, 599, 600, 999],
];
const far = '9'.repeat(400);
const waits = [
  '0',
  '1',
  '-1',
  '0.5',
  '1e9',
  far,
  'soon',
  '',
  '12h',
  'NaN',
  'Wed, 21 Oct 2099 07:28:00 GMT',
  'Wed, 99',
];
const amounts = ['0', '1', '-3', '1e3', far, '', '6m0s', '0.000001', 'constructor', '5, 5', '1ms'];
const header = fc.oneof(
  fc.tuple(
    fc.constantFrom('retry-after', 'Retry-After', 'retry-after-ms', 'RETRY-AFTER'),
    fc.constantFrom(...waits),
  ),
  fc.tuple(
    fc
      .tuple(
        fc.constantFrom('limit', 'remaining', 'reset'),
        fc.constantFrom('images', 'requests', 'tokens', 'constructor', 'x'),
      )
      .map((name) => `x-ratelimit-${name.join('-')}`),
    fc.constantFrom(...amounts),
  ),
  fc.tuple(
    fc.constantFrom(
      'x-request-id',
      'x-fal-request-id',
      'x-fal-billable-units',
      'x-fal-error-type',
      'finish-reason',
      'seed',
    ),
    fc.constantFrom(...amounts, '\u0080\u009b31m', 'CONTENT_FILTERED', 'x'.repeat(4_000), 'KEY'),
  ),
  fc.tuple(
    fc.constant('content-type'),
    fc.constantFrom('image/png', 'application/json', 'text/html', 'multipart/mixed', ''),
  ),
  fc.tuple(fc.constant('location'), fc.constantFrom('/elsewhere', 'http://10.0.0.1/', 'KEY')),
);

function untruths(played: Played): fc.Arbitrary<Untruth> {
  return fc.record({
    status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
    headers: fc.array(header, { maxLength: 4 }).map((list) => Object.fromEntries(list)),
    changes: changes(hostileValues(played.key)),
    body: fc.oneof(
      { weight: 6, arbitrary: fc.constant('json' as const) },
      fc.constantFrom('cut' as const, 'garbage-behind' as const, 'page' as const, 'none' as const),
    ),
    at: fc.nat(2_000),
    request: fc.nat(3),
    isRefusal: fc.option(fc.nat(played.refusals.length - 1), { nil: undefined }),
  });
}

function made(reply: Reply, untruth: Untruth, { key }: Played): Reply {
  const { body: usual, ...rest } = reply;
  const status = untruth.status ?? rest.status ?? 200;
  const headers = Object.fromEntries(
    Object.entries(untruth.headers).map(([name, value]) => [name, value.replace('KEY', key)]),
  );
  const json =
    Buffer.isBuffer(usual) || typeof usual === 'string' ? usual : jsonOf(changed(usual, untruth.changes));
  const bodies = {
    json,
    cut: Buffer.from(json).subarray(0, untruth.at % (json.length + 1)),
    'garbage-behind': Buffer.concat([Buffer.from(json), Buffer.from('\u0000}')]),
    page: `<html>${key}`,
    none: '',
  };
  const type = Buffer.isBuffer(usual) ? {} : { 'content-type': 'application/json' };
  return { status, headers: { ...type, ...rest.headers, ...headers }, body: bodies[untruth.body] };
}

interface Told {
  /** The status of the answer to the order, once there was one. */
  order?: number;
}

interface Liar {
  readonly played: Played;
  /** From now on one answer is untrue, and all others are as they are. */
  lie(untruth: Untruth): Told;
}

function liar(played: Played): Liar {
  let lie: Untruth | undefined;
  let told: Told = {};
  let seen = 0;
  const answer: Played['play']['answer'] = async (request, stage) => {
    const isOrder = played.play.isOrder(request);
    const usual = (await played.play.answer(request, stage)) ?? { status: 404, body: 'no such path' };
    const isLie = lie !== undefined && seen++ === lie.request;
    const refusal = lie?.isRefusal === undefined ? undefined : played.refusals[lie.isRefusal]?.[0];
    const reply = isLie && lie !== undefined ? made(refusal ?? usual, lie, played) : usual;
    if (isOrder) told.order = reply.status ?? 200;
    return reply;
  };
  return {
    played: { ...played, play: { ...played.play, answer } },
    lie(untruth) {
      [lie, told, seen] = [untruth, {}, 0];
      return told;
    },
  };
}

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
