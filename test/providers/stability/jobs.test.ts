import { describe, expect, it } from 'vitest';
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import { serveRaw, whenSent } from '../edits.ts';
import { formOf } from '../form.ts';
import { callTo, failureOf, inTurn, key, type Reply, serve, shown } from '../service/server.ts';
import { accepted, asking, blurred, delivered, inProgress, job, picture, problem } from './requests.ts';

const creative = asking('upscale-creative', { operation: 'upscale', creative: true }, { prompt: 'a house' });
const relight = 'edit/replace-background-and-relight';
const sent = { output_format: 'png' };
// Nobody waits for it here: sleep takes no time.
const timeoutMs = 120_000;
const subject = { ...sent, subject_image: 'image/jpeg subject_image.jpeg photo' };

const requests: readonly (readonly [path: string, request: EnhanceRequest, fields: object])[] = [
  [
    'upscale/creative',
    { ...creative, wish: { ...creative.wish, style: 'enhance' }, options: { creativity: '0.3' } },
    {
      ...{ ...sent, image: 'image/jpeg image.jpeg photo', prompt: 'a house', style_preset: 'enhance' },
      creativity: '0.3',
    },
  ],
  [
    relight,
    asking(
      'replace-background-and-relight',
      { operation: 'replace-background', background: 'a beach', negative: 'people' },
      { options: { light_source_direction: 'left', light_source_strength: '0.5' } },
    ),
    {
      ...{ ...subject, background_prompt: 'a beach', negative_prompt: 'people' },
      ...{ light_source_direction: 'left', light_source_strength: '0.5' },
    },
  ],
  [
    relight,
    asking('relight', { operation: 'relight', seed: 3 }, { prompt: 'evening sun' }),
    { ...subject, background_prompt: 'evening sun', keep_original_background: 'true', seed: '3' },
  ],
];

async function run(replies: readonly Reply[], request = creative) {
  const { origin, asked } = await serve(inTurn(...replies));
  const steps = callTo(origin, { timeoutMs });
  return { asked, ...steps, result: stabilityEdits.enhance(request, steps.call) };
}

const collect = (from: string, parts = {}) => {
  const steps = callTo(from, parts);
  const result = stabilityEdits.collect?.(job, 'upscale-creative', steps.call);
  if (result === undefined) throw new Error('it collects nothing');
  return { ...steps, result };
};

describe('stability: jobs', () => {
  it.each(requests)('%s is submitted, noted, looked for every ten seconds', async (path, request, fields) => {
    const { origin, asked } = await serve(inTurn(accepted, inProgress, inProgress, delivered));
    const seen: string[] = [];
    const note = (step: string) => async () => void seen.push(`${step} after ${asked.length}`);
    const { call, slept } = callTo(origin, {
      timeoutMs,
      beforeSend: note('sent'),
      onAccepted: note('accepted'),
    });
    const result = await stabilityEdits.enhance(request, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(result.requestId).toBe('s-1');
    expect(seen).toEqual(['sent after 0', 'accepted after 1']);
    expect(slept).toEqual([10_000, 10_000, 10_000]);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /v2beta/stable-image/${path}`,
      ...Array.from({ length: 3 }, () => `GET /v2beta/results/${job}`),
    ]);
    expect(asked.map(({ headers }) => headers.accept)).toEqual([
      'application/json',
      ...Array.from({ length: 3 }, () => 'image/*'),
    ]);
    expect(asked.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect(await formOf(asked[0])).toEqual(fields);
  });

  it('notes the job before anything else', async () => {
    const { result, steps } = await run([{ ...accepted, status: 202 }, inProgress, delivered]);
    await result;
    expect(steps).toEqual(['sent', `accepted ${job}`]);
  });

  it.each<readonly [string, Reply]>([
    ['nothing', { body: '' }],
    ['no job', { body: { hello: 1 } }],
    ['no name', { body: { id: '../x' } }],
    ['a web page', { body: '<html>' }],
  ])('a submission that is answered with %s is paid for', async (_what, reply) => {
    const { result, steps, asked } = await run([reply]);
    expect(await failureOf(result)).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect([steps, asked.length]).toEqual([['sent'], 1]);
  });

  it('a submission that is refused is free, and nothing is looked for', async () => {
    const { result, steps, asked } = await run([problem(402, 'payment_required', `no credits ${key}`)]);
    const failure = await failureOf(result);
    expect(failure).toMatchObject({ kind: 'quota', charge: 'none', collectable: false });
    expect(shown(failure)).not.toContain(key);
    expect([steps, asked.length]).toEqual([['sent'], 1]);
  });

  it('a blurred result is paid for', async () => {
    const failure = await failureOf((await run([accepted, blurred])).result);
    expect(failure).toMatchObject({ kind: 'refused', charge: 'paid', collectable: false });
  });

  it('what was blocked while it was made is over, and free', async () => {
    const blocked = problem(403, 'content_moderation', 'Your request was flagged by our moderation');
    const failure = await failureOf((await run([accepted, blocked])).result);
    expect(failure).toMatchObject({ kind: 'refused', charge: 'none', collectable: false });
    expect(failure.headers['x-kept']).toBe('yes');
  });

  it('a result that is gone is not collected again', async () => {
    const gone = problem(404, 'generation_not_found', 'id: the generation does not exist or has expired.');
    const failure = await failureOf((await run([accepted, gone])).result);
    expect(failure).toMatchObject({ charge: 'unsettled', collectable: false, status: 404 });
  });

  it('trouble while it is looked for is waited out, and submits nothing again', async () => {
    const trouble = [problem(500, 'internal_error', 'later'), problem(429, 'rate_limit_exceeded', 'slower')];
    const { result, asked, steps } = await run([accepted, ...trouble, delivered]);
    expect((await result).bytes.equals(picture)).toBe(true);
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(steps).toEqual(['sent', `accepted ${job}`]);
  });

  it('a job that takes too long, or that is not waited for, may be collected', async () => {
    const slow = await failureOf((await run([accepted, inProgress])).result);
    expect(slow).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: true, code: 'TIMEOUT' });
    const stop = new AbortController();
    const { origin } = await serve(inTurn(accepted, inProgress));
    const { call } = callTo(origin, { signal: stop.signal, onAccepted: async () => stop.abort() });
    const stopped = await failureOf(stabilityEdits.enhance(creative, call));
    expect(stopped).toMatchObject({ kind: 'cancelled', charge: 'unsettled', collectable: true });
  });

  it('a submission without an answer may have cost, and names no job', async () => {
    const cut = await serveRaw(whenSent('all', (socket) => socket.destroy()));
    const { call, steps } = callTo(cut);
    const failure = await failureOf(stabilityEdits.enhance(creative, call));
    expect(failure).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: false });
    expect(steps).toEqual(['sent']);
  });

  it('collects at once what is ready, and submits nothing', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { result, steps, slept } = collect(origin);
    expect((await result).bytes.equals(picture)).toBe(true);
    expect([steps, slept]).toEqual([[], []]);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET /v2beta/results/${job}`]);
  });

  it('waits for what is still being made', async () => {
    const { origin } = await serve(inTurn(inProgress, delivered));
    const { result, slept } = collect(origin);
    expect((await result).bytes.equals(picture)).toBe(true);
    expect(slept).toEqual([10_000]);
  });

  it('says of what cannot be collected whether it may be later', async () => {
    const { origin } = await serve(inTurn(problem(404, 'generation_not_found', 'expired')));
    expect(await failureOf(collect(origin).result)).toMatchObject({ collectable: false });
    const cut = await serveRaw((socket) => socket.destroy());
    const later = await failureOf(collect(cut).result);
    expect(later).toMatchObject({ kind: 'network', charge: 'unsettled', collectable: true });
    const { origin: other } = await serve(inTurn(problem(401, 'unauthorized', `no ${key}`)));
    const wrong = await failureOf(collect(other).result);
    expect(wrong).toMatchObject({ kind: 'auth', charge: 'unsettled', collectable: true });
    expect(shown(wrong)).not.toContain(key);
  });
});
