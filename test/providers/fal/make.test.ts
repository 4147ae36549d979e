import { describe, expect, it } from 'vitest';
import { falEdits } from '../../../src/providers/fal/fal-edits.ts';
import { type FalPlan, falPicture } from '../../helpers/fal-server.ts';
import { failureOf, shown } from '../service/server.ts';
import { falCall, falKey, request, start } from './requests.ts';

const job = 'fal-ai/nafnet/requests/job-1';

async function fail(plan: FalPlan, submissions = 1) {
  const server = await start(plan);
  const { call, steps } = falCall(server.baseUrl);
  const failure = await failureOf(falEdits.enhance(request, call));
  expect(server.submissions).toHaveLength(submissions);
  expect(shown(failure)).not.toMatch(/CANARY/);
  return { failure, steps, server };
}

async function collect(job: string, plan: FalPlan) {
  const server = await start(plan);
  const { call, steps } = falCall(server.baseUrl);
  const result = falEdits.collect?.(job, request.model, call);
  if (result === undefined) throw new Error('fal collects nothing');
  return { server, steps, result };
}

describe('fal', () => {
  it('hands a job in, tells its name at once, asks until it is done, and fetches the picture', async () => {
    const server = await start();
    const { call, steps, slept } = falCall(server.baseUrl);
    const result = await falEdits.enhance(request, call);
    expect(result.bytes.equals(falPicture)).toBe(true);
    expect(result).toMatchObject({ requestId: 'job-1', headers: { 'x-fal-billable-units': '1' } });
    expect(steps).toEqual(['sent', `accepted ${job}`, expect.stringMatching(/^answer \{"images"/)]);
    // The addresses that the queue names lie elsewhere, and are not followed.
    expect(server.asked).toEqual([
      'POST /fal-ai/nafnet/denoise',
      ...Array(3).fill(`GET /${job}/status`),
      `GET /${job}`,
      'GET /made/job-1.png',
    ]);
    expect(slept).toEqual([1000, 1500, 2250]);
    // Whoever has the picture's address needs no key.
    expect(server.keys).toEqual([...Array(5).fill(`Key ${falKey}`), undefined]);
    const [sent] = server.submissions;
    expect(sent?.headers['x-fal-object-lifecycle-preference']).toBe('{"expiration_duration_seconds":86400}');
    expect(sent?.headers['x-fal-request-timeout']).toBeUndefined();
    expect(sent?.input).toEqual({
      image_url: `data:image/jpeg;base64,${request.image.bytes.toString('base64')}`,
    });
  });

  it('goes on asking while it is told words that are not known', async () => {
    const server = await start({ waiting: ['IN_QUEUE', 'WARMING_UP', 'PAUSED', ''] });
    const { bytes } = await falEdits.enhance(request, falCall(server.baseUrl).call);
    expect(bytes.equals(falPicture)).toBe(true);
    expect(server.asked.filter((path) => path === `GET /${job}/status`)).toHaveLength(5);
    expect(server.asked.filter((path) => path === `GET /${job}`)).toHaveLength(1);
  });

  it.each(['FAILED', 'CANCELLED'])('asks how it ended where that is called %s', async (status) => {
    const body = { detail: 'no', error_type: 'runner_disconnected' };
    const { failure } = await fail({ status: { body: { status } }, results: [{ status: 500, body }] });
    expect(failure).toMatchObject({ kind: 'busy', charge: 'none', collectable: false });
  });

  it('takes a single picture as well as the first of several', async () => {
    const server = await start();
    server.set({ results: [{ body: { image: { url: `${server.baseUrl}/made/1.png` }, seed: 1 } }] });
    const { bytes } = await falEdits.enhance(request, falCall(server.baseUrl).call);
    expect(bytes.equals(falPicture)).toBe(true);
  });

  const headers = { 'x-kept': 'yes' };
  const model = (type: string, msg = 'no') => ({ detail: [{ loc: ['body', 'image_url'], msg, type }] });
  it.each([[{}], [{ request_id: 'a/../b' }], ['<html>']])('a 2xx of %j names no job: paid', async (body) => {
    const { failure } = await fail({ submit: { body } });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
  });

  // A 422 may be charged, a 5xx never is; neither can be collected.
  it.each([
    [422, model('missing'), 'invalid', 'unsettled'],
    [422, model('content_policy_violation'), 'refused', 'unsettled'],
    [422, { detail: 'bad' }, 'invalid', 'unsettled'],
    [400, { detail: 'bad' }, 'invalid', 'unsettled'],
    [500, model('internal_server_error'), 'busy', 'none'],
    [503, { detail: 'gone', error_type: 'runner_disconnected' }, 'busy', 'none'],
    [504, { detail: 'late', error_type: 'request_timeout' }, 'busy', 'none'],
    [500, { detail: 'Internal Server Error' }, 'busy', 'none'],
  ])('a job that ended with %i %j is %s, %s, and over', async (status, body, kind, charge) => {
    const { failure, steps } = await fail({ results: [{ status, body, headers }] });
    expect(failure).toMatchObject({ kind, charge, status, collectable: false });
    expect(failure.headers['x-kept']).toBe('yes');
    expect(steps).toEqual(['sent', `accepted ${job}`]);
  });

  it('trouble of the queue that passes loses no picture', async () => {
    const trouble = { status: 500, body: { detail: 'Internal Server Error' } };
    const server = await start({ results: [trouble, { status: 502, body: '<html>' }, trouble, undefined] });
    const { bytes } = await falEdits.enhance(request, falCall(server.baseUrl).call);
    expect(bytes.equals(falPicture)).toBe(true);
    expect(server.submissions).toHaveLength(1);
  });

  it.each<readonly [FalPlan, string]>([
    [{ status: { status: 401, body: { detail: 'no' } } }, 'auth'],
    [{ status: { body: { hello: 1 } } }, 'protocol'],
    [{ status: { body: '<html>' } }, 'protocol'],
    [{ status: { body: { status: 'IN_QUEUE' } } }, 'network'],
    [{ results: [{ status: 403, body: { detail: 'User is locked. Reason: Exhausted balance' } }] }, 'quota'],
    [{ results: [{ status: 502, body: '<html>' }] }, 'busy'],
    [{ status: { body: { status: 'RETRYING' } } }, 'network'],
    [
      {
        waiting: [],
        results: [{ status: 400, body: { detail: 'Request is still in progress' } }],
      },
      'invalid',
    ],
  ])('once %j the job can still be collected (%s)', async (plan, kind) => {
    const { failure } = await fail(plan);
    expect(failure).toMatchObject({ kind, charge: 'unsettled', collectable: true });
  });

  it('a job that nobody knows any more is not waited for', async () => {
    const { failure } = await fail({ status: { status: 404, body: { detail: 'not found' } } });
    expect(failure).toMatchObject({ charge: 'unsettled', collectable: false });
  });

  it.each([
    ['no picture', { images: [] }, 'protocol'],
    ['half of it', '{"images": [{"ur', 'protocol'],
    ['a picture at a private address', { images: [{ url: 'https://10.0.0.1/a.png' }] }, 'protocol'],
    ['a picture at no https', { images: [{ url: 'http://fal.media/a.png' }] }, 'protocol'],
    ['a picture that was blacked out', { images: [{ url: 'x' }], has_nsfw_concepts: [true] }, 'refused'],
  ])('a result with %s is paid for, and kept', async (_what, body, kind) => {
    const { failure } = await fail({ results: [{ body }] });
    expect(failure).toMatchObject({ kind, charge: 'paid' });
    expect(failure.evidence).toBeDefined();
  });

  it('stopped while the job is waited for, it can be collected', async () => {
    const server = await start({ waiting: Array(1000).fill('IN_PROGRESS') });
    const stop = new AbortController();
    const onAccepted = async () => stop.abort();
    const { call } = falCall(server.baseUrl, { signal: stop.signal, onAccepted });
    const failure = await failureOf(falEdits.enhance(request, call));
    expect(failure).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
  });
});

describe('fal: collect', () => {
  it('fetches a job that was handed in earlier by GETs alone', async () => {
    const { server, steps, result } = await collect(job, { waiting: [] });
    expect((await result).bytes.equals(falPicture)).toBe(true);
    expect(server.asked).toEqual([`GET /${job}/status`, `GET /${job}`, 'GET /made/job-1.png']);
    expect(steps.filter((step) => !step.startsWith('answer'))).toEqual([]);
  });

  it.each([
    '../../v1/keys',
    'fal-ai/nafnet/requests/a/b',
    'https://elsewhere.example/requests/1',
    '',
  ])('asks nobody about a job called %j', async (name) => {
    const { server, result } = await collect(name, {});
    expect(await failureOf(result)).toMatchObject({ charge: 'unsettled', collectable: false });
    expect(server.asked).toEqual([]);
  });

  it('says how a job ended', async () => {
    const ended = { results: [{ status: 500, body: { detail: 'no', error_type: 'runner_disconnected' } }] };
    const { result } = await collect(job, ended);
    expect(await failureOf(result)).toMatchObject({ kind: 'busy', charge: 'none', collectable: false });
  });
});
