// What a provider whose service works in jobs must do: name the job at once, and collect it without submitting anything.
import { describe, expect, it } from 'vitest';
import type { EnhanceCall } from '../../../src/providers/enhance.ts';
import { undecoded } from '../../helpers/plays/play.ts';
import { failureOf } from '../service/server.ts';
import { expectNoKey, failingOf, stageOf, stepsTo } from './contract.ts';
import { table } from './table.ts';

const withJobs = table.filter(({ job }) => job !== undefined);

it('whoever can collect has jobs in the table', () => {
  const collecting = table.filter(({ edits }) => edits.collect !== undefined);
  expect(withJobs).toEqual(collecting);
});

describe.each(withJobs.map((played) => [played.edits.id, played] as const))('%s: a job', (_id, played) => {
  const { edits, play, job: request = played.request } = played;

  // Submitted, and left between that and its result.
  async function leave() {
    const gone = new AbortController();
    const jobs: string[] = [];
    const stage = await stageOf(played, {
      signal: gone.signal,
      onAccepted: async (job) => {
        jobs.push(job);
        gone.abort();
      },
    });
    const failure = await failingOf(played, stage, request);
    return { ...stage, failure, job: jobs[0] ?? 'none' };
  }
  const collect = (job: string, call: EnhanceCall) => {
    if (edits.collect === undefined) throw new Error('it collects nothing');
    return edits.collect(job, request.model, call);
  };

  it('is named once, after it is sent and before it is asked for', async () => {
    const seen: string[] = [];
    const note = (step: string) => async () => void seen.push(`${step} after ${stage.server.asked.length}`);
    const stage = await stageOf(played, { beforeSend: note('sent'), onAccepted: note('accepted') });
    const { bytes } = await edits.enhance(request, stage.call);
    expect(bytes.equals(undecoded)).toBe(true);
    expect(seen).toEqual(['sent after 0', 'accepted after 1']);
    expect(stage.server.orders).toHaveLength(1);
    expect(stage.server.asked.slice(1).every(({ method }) => method === 'GET')).toBe(true);
  });

  it('left before its result may be collected: nothing is submitted, noted or named again', async () => {
    const { server, failure, job } = await leave();
    expect(failure).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
    const asked = server.asked.length;
    const { call, steps } = stepsTo(played, server);
    const result = await collect(job, call);
    expect(result.bytes.equals(undecoded)).toBe(true);
    expect(server.orders).toHaveLength(1);
    expect(server.asked.slice(asked).every(({ method }) => method === 'GET')).toBe(true);
    expect(steps.filter((step) => !step.startsWith('answer '))).toEqual([]);
    expectNoKey(result);
  });

  it('is collected through trouble that passes', async () => {
    const { server, job } = await leave();
    let left = 2;
    server.instead(() => (left-- > 0 ? { status: 503, body: 'later' } : undefined));
    expect((await collect(job, stepsTo(played, server).call)).bytes.equals(undecoded)).toBe(true);
    expect(server.orders).toHaveLength(1);
  });

  it.each([
    [{ status: 401, body: { detail: 'no', errors: ['no'], name: 'unauthorized' } }, 'auth', true],
    [{ status: 503, body: 'later' }, 'busy', true],
    [{ status: 404, body: { detail: 'no such job', errors: ['no'], name: 'not_found' } }, undefined, false],
    ['drop', 'network', true],
    ['hang', 'network', true],
  ] as const)('asked for in vain (%j) stays unsettled', async (other, kind, collectable) => {
    const { server, job } = await leave();
    server.instead((asked) => (play.isOrder(asked) ? undefined : other));
    const parts = other === 'hang' ? { timeoutMs: 300 } : {};
    const failure = await failureOf(collect(job, stepsTo(played, server, parts).call));
    expect(failure).toMatchObject({ charge: 'unsettled', collectable, ...(kind && { kind }) });
    expectNoKey(failure);
    expect(server.orders).toHaveLength(1);
  });

  it.each([
    '../account',
    'https://elsewhere.example/job',
    '',
  ])('called %j is asked of nobody else', async (name) => {
    const { server, job: _job } = await leave();
    const before = server.asked.length;
    const failure = await failureOf(collect(name, stepsTo(played, server, { timeoutMs: 300 }).call));
    expect(failure.charge).toBe('unsettled');
    for (const { method, url } of server.asked.slice(before)) {
      expect(`${method} ${url}`).not.toMatch(/^POST|\/account$|\/\/elsewhere/);
    }
  });
});
