import { describe, expect, it } from 'vitest';
import { CommandError, ItemError } from '../../src/errors.ts';
import { CallError } from '../../src/providers/enhance.ts';
import type { AttemptJob, AttemptParts } from '../../src/purchases/attempt.ts';
import { keep, keepAddress } from '../../src/purchases/keep.ts';
import { note } from '../../src/purchases/note.ts';
import { redactor } from '../../src/redact.ts';
import { Secret } from '../../src/secret.ts';

const usage = { inputTextTokens: 1, inputImageTokens: 2, outputTokens: 3 };
const result = { bytes: Buffer.from('a picture'), headers: {}, usage, requestId: 'req_1' };
const expected = { lowMicrousd: 10, highMicrousd: 20, mostMicrousd: 30, tokens: 6 };
const full = new ItemError('disk-full', 'full');
const broken = new ItemError('write-failed', 'the disk is read-only');

// What happens, in order, with a store that answers a write with each of `faults` in turn, and then takes it.
function parts(faults: readonly unknown[], more: Partial<AttemptParts> = {}) {
  const steps: unknown[] = [];
  const left = [...faults];
  const write = (name: string) => async () => {
    const fault = left.shift();
    steps.push(fault === undefined ? name : `${name} fails`);
    if (fault !== undefined) throw fault;
  };
  const all = {
    provider: { costOf: () => 17 },
    store: {
      put: write('put'),
      putEvidence: write('evidence'),
      pathOf: (id: string) => `/paid/${id}.img`,
      evidencePathOf: (id: string) => `/paid/${id}.answer`,
    },
    book: {
      pay: async (_id: string, { costMicrousd }: { costMicrousd: number }) =>
        void steps.push(['pay', costMicrousd]),
      payForNothing: async (_id: string, why: string, facts: object) =>
        void steps.push(['for nothing', why, facts]),
    },
    ended: new AbortController(),
    notice: (message: string) => void steps.push(message),
    whenWritable: async (error: unknown) => {
      if (error !== full) throw error;
      steps.push('waits');
    },
    keepElsewhere: async () => undefined,
    ...more,
  } as unknown as AttemptParts;
  const job = {
    request: { model: 'm' },
    expected,
    onPaid: () => steps.push('done'),
  } as unknown as AttemptJob;
  return { steps, parts: all, job };
}

const useless = (more: object = {}) =>
  new CallError('no picture in it', {
    ...{ provider: 'openai', kind: 'protocol', charge: 'paid', evidence: Buffer.from('{}'), ...more },
  });

it('notes the id of a request without the key a stranger put into it, and no more than an id has', async () => {
  redactor.learn(new Secret('sk-CANARY-echo-000000000001'));
  const noted: unknown[] = [];
  const { parts: all, job } = parts([]);
  const book = { ...all.book, pay: async (_id: string, facts: object) => void noted.push(facts) };
  const requestId = `sk-CANARY-echo-000000000001\u009b${'x'.repeat(8_000)}`;
  await keep('a1', { ...result, requestId }, job, { ...all, book } as AttemptParts);
  expect(JSON.stringify(noted)).not.toMatch(/CANARY|\u009b/);
  expect(noted).toEqual([expect.objectContaining({ requestId: expect.stringMatching(/^.{1,80}$/) })]);
});

it.each([
  'note',
  'keepAddress',
] as const)('keeps an answer without the key that it repeats: %s', async (by) => {
  const key = 'sk-CANARY-echo-000000000002';
  redactor.learn(new Secret(key));
  const kept: string[] = [];
  const { parts: all, job } = parts([]);
  const putEvidence = async (_id: string, bytes: Buffer) => void kept.push(bytes.toString());
  const told = { ...all, store: { ...all.store, putEvidence } } as AttemptParts;
  const answer = Buffer.from(`{"key":"${key}"}`);
  if (by === 'keepAddress') await keepAddress('id', answer, told);
  else await note('id', { sent: true }, useless({ evidence: answer }), job, told);
  expect(kept).toEqual(['{"key":"[secret]"}']);
});

it('what an answer counts in its headers is what the call cost', async () => {
  const costByHeaders = (_model: string, headers: Readonly<Record<string, string>>) => Number(headers.units);
  const provider = { costOf: () => 17, costByHeaders } as unknown as AttemptParts['provider'];
  const { steps, parts: all, job } = parts([], { provider });
  await keep('id', { ...result, headers: { units: '19' } }, job, all);
  expect(steps).toContainEqual(['pay', 19]);
});

describe('bytes that were paid for', () => {
  it('are in the store before the ledger calls them paid, however long the disk is full', async () => {
    const { steps, parts: all, job } = parts(Array(40).fill(full));
    await keep('id', result, job, all);
    expect(steps.filter((step) => step === 'waits')).toHaveLength(40);
    expect(steps.slice(-3)).toEqual(['put', ['pay', 17], 'done']);
  });

  it('that cannot be kept go elsewhere, are paid, and end the run', async () => {
    const { steps, parts: all, job } = parts([broken], { keepElsewhere: async () => '/tmp/x.img' });
    const error = await keep('id', result, job, all).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ exitCode: 2, message: 'the disk is read-only; nothing more is bought' });
    expect(all.ended.signal.reason).toBe(error);
    expect(steps).toEqual([
      'put fails',
      ['pay', 17],
      'a paid picture was kept as /tmp/x.img: move it to /paid/id.img',
    ]);
  });

  it('that can be kept nowhere were paid for nothing, at what they cost', async () => {
    const { steps, parts: all, job } = parts([broken]);
    await expect(keep('id', result, job, all)).rejects.toBeInstanceOf(CommandError);
    expect(steps.slice(1)).toMatchObject([
      ['for nothing', 'could not be kept: the disk is read-only', { costMicrousd: 17, costKind: 'measured' }],
      'the picture of the call id was paid for and could be kept nowhere: it is lost',
    ]);
  });
});

describe('an answer that is no picture', () => {
  it('costs what it counts itself', async () => {
    const { steps, parts: all, job } = parts([]);
    const told = await note('id', { sent: true }, useless({ usage }), job, all);
    expect(told.message).toBe('no picture in it; the answer is kept as /paid/id.answer');
    expect(steps).toMatchObject([
      ['for nothing', 'no picture in it', { costMicrousd: 17, costKind: 'measured', usage }],
      'evidence',
      ['for nothing', told.message, {}],
    ]);
  });

  it('costs what the price list says where it counts nothing', async () => {
    const { steps, parts: all, job } = parts([]);
    await note('id', { sent: true }, useless(), job, all);
    expect(steps[0]).toMatchObject([
      'for nothing',
      'no picture in it',
      { costMicrousd: 20, costKind: 'derived' },
    ]);
  });

  it('waits for room, and ends with no other error where there is none', async () => {
    const first = parts([full, full]);
    await note('id', { sent: true }, useless(), first.job, first.parts);
    expect(first.steps.slice(1, 6)).toEqual([
      'evidence fails',
      'waits',
      'evidence fails',
      'waits',
      'evidence',
    ]);
    const second = parts([broken]);
    const error = useless();
    expect(await note('id', { sent: true }, error, second.job, second.parts)).toBe(error);
    expect(second.steps.at(-1)).toBe('the answer to the call id is not kept: the disk is read-only');
  });
});

it('the address of a picture is kept, or that is told, and nothing waits for it', async () => {
  const first = parts([]);
  await keepAddress('id', Buffer.from('{}'), first.parts);
  expect(first.steps).toEqual(['evidence']);
  const second = parts([full]);
  await keepAddress('id', Buffer.from('{}'), second.parts);
  expect(second.steps).toEqual(['evidence fails', 'the answer to the call id is not kept: full']);
});

describe('a cost that an answer counts', () => {
  const booked = async (costMicrousd: number, more: object = { expected }) => {
    const {
      steps,
      parts: all,
      job,
    } = parts([], {
      provider: { costOf: () => costMicrousd } as unknown as AttemptParts['provider'],
    });
    await note('id', { sent: true }, useless({ usage, evidence: undefined }), { ...job, ...more }, all);
    const facts = steps.flatMap((step) => (Array.isArray(step) ? [step[2]] : []));
    return { facts: facts[0], notices: steps.filter((step) => typeof step === 'string') };
  };
  const dear = { expected: { ...expected, mostMicrousd: 50_000 } };

  it.each([
    [5_000_000, dear, 5_000_000, 'measured'],
    [5_000_001, dear, 50_000, 'derived'],
    [1_000_000, { expected }, 1_000_000, 'measured'],
    [3.6e17, dear, 50_000, 'derived'],
    [3.6e17, { expected: undefined }, undefined, 'unknown'],
  ])('of %d is booked as it can be', async (cost, more, costMicrousd, costKind) => {
    const { facts, notices } = await booked(cost, more);
    expect(facts).toMatchObject({ costMicrousd, costKind });
    expect(notices).toEqual(
      costKind === 'measured'
        ? []
        : [expect.stringContaining('call id counts more tokens than such a call can use')],
    );
  });
});
