// A service that tells an untruth once, and is as it is otherwise.
import fc from 'fast-check';
import type { Played } from '../providers/contract/played.ts';
import type { Reply } from '../providers/service/server.ts';
import { type Change, changed, changes, hostileValues, jsonOf } from './mutate.ts';

/** What is done to one answer of a service. */
export interface Untruth {
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

export function untruths(played: Played): fc.Arbitrary<Untruth> {
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

export interface Told {
  /** The status of the answer to the order, once there was one. */
  order?: number;
}

export interface Liar {
  readonly played: Played;
  /** From now on one answer is untrue, and all others are as they are. */
  lie(untruth: Untruth): Told;
}

export function liar(played: Played): Liar {
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
