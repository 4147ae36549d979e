import { describe, expect, it } from 'vitest';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { compatibleEdits, maskName } from '../../../src/providers/openai-compatible/compatible-edits.ts';
import { callTo, failureOf, goodBody, picture, request, serveRaw, wire } from '../edits.ts';

const { quality: _quality, ...rest } = request;
const plain: EnhanceRequest = { ...rest, model: '' };

// Answers each request with `body`, and keeps what came.
async function listen(body: string) {
  const seen: string[] = [];
  const baseUrl = await serveRaw((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head = '', rest] = text.split(/\r\n\r\n([\s\S]*)/);
      if (rest === undefined || rest.length < Number(/content-length: (\d+)/i.exec(head)?.[1])) return;
      seen.push(text);
      socket.end(wire(200, body));
    });
  });
  return { seen, baseUrl };
}

const partsOf = (text = '') =>
  [...text.matchAll(/name="([^"]*)"(?:; filename="([^"]*)")?/g)].map((m) => m[1]);

describe('a compatible server', () => {
  it('gets one part named image, and nothing that was not asked for', async () => {
    const { seen, baseUrl } = await listen(
      JSON.stringify({ data: [{ b64_json: picture.toString('base64') }] }),
    );
    const { size: _size, ...bare } = plain;
    const { secret: _secret, ...call } = callTo(baseUrl);
    const result = await compatibleEdits.enhance(bare, call);
    expect(result.bytes).toEqual(picture);
    expect(result.usage).toBeUndefined();
    expect(partsOf(seen[0]).sort()).toEqual(['image', 'prompt']);
    expect(seen[0]).not.toMatch(/authorization/i);
    expect(seen[0]).toMatch(/name="image"; filename="image.jpeg"\r\nContent-Type: image\/jpeg/);
  });

  it('gets a model, size, quality and options where they are given, and the key', async () => {
    const { seen, baseUrl } = await listen(JSON.stringify(goodBody));
    const options = { seed: '7', num_inference_steps: '20' };
    await compatibleEdits.enhance({ ...request, model: 'flux', options }, callTo(baseUrl));
    expect(partsOf(seen[0]).sort()).toEqual(
      ['image', 'model', 'num_inference_steps', 'prompt', 'quality', 'seed', 'size'].sort(),
    );
    expect(seen[0]).toMatch(/authorization: Bearer sk-proj/i);
  });

  it.each([
    [{}, 'mask'],
    [{ [maskName]: 'mask_image' }, 'mask_image'],
  ])('gets the mask under its own name (%o)', async (options, name) => {
    const { seen, baseUrl } = await listen(JSON.stringify(goodBody));
    const mask = { ...request.image, type: 'image/png' as const };
    await compatibleEdits.enhance({ ...plain, mask, options }, callTo(baseUrl));
    expect(partsOf(seen[0]).sort()).toEqual(['image', name, 'prompt', 'size'].sort());
    expect(compatibleEdits.maskStyle).toBe('white');
  });

  it.each(['stream', 'n', 'image', 'prompt'])('is not asked for %s by an option', async (name) => {
    const { seen, baseUrl } = await listen(JSON.stringify(goodBody));
    let asked = false;
    const beforeSend = async () => {
      asked = true;
    };
    const error = await failureOf(
      compatibleEdits.enhance({ ...plain, options: { [name]: 'x' } }, callTo(baseUrl, { beforeSend })),
    );
    expect(error).toMatchObject({ kind: 'invalid', charge: 'none' });
    expect([asked, seen.length]).toEqual([false, 0]);
  });

  it.each([
    [{ error: { message: 'as OpenAI does', code: 'x' } }, 'as OpenAI does'],
    [{ error: 'as sd-server does' }, 'as sd-server does'],
    [{ detail: [{ loc: ['body', 'size'], msg: 'as FastAPI does' }] }, 'as FastAPI does'],
  ])('is understood when it refuses: %o', async (body, words) => {
    const baseUrl = await serveRaw((socket) =>
      socket.once('data', () => socket.end(wire(400, JSON.stringify(body)))),
    );
    const error = await failureOf(compatibleEdits.enhance(plain, callTo(baseUrl)));
    expect(error).toMatchObject({ kind: 'invalid', charge: 'none', status: 400 });
    expect(error.message).toContain(words);
    expect(error.message).toContain(new URL(baseUrl).host);
  });

  it('that cannot edit is said to', async () => {
    const baseUrl = await serveRaw((socket) => socket.once('data', () => socket.end(wire(404, 'not found'))));
    const error = await failureOf(compatibleEdits.enhance(plain, callTo(baseUrl)));
    expect(error.hint).toContain('/v1');
  });

  it.each([
    '/files/a.png',
    'ORIGIN/files/a.png',
  ])('may answer with an address of its own (%s)', async (address) => {
    let sent = '';
    let own = '';
    const origin = await serveRaw((socket) =>
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        if (text.startsWith('GET')) {
          sent = text;
          socket.end(wire(200, picture, { 'content-type': 'image/png' }));
        } else if (text.endsWith('--\r\n')) {
          const url = address.replace('ORIGIN', new URL(own).origin.replace('127.0.0.1', 'localhost'));
          socket.end(wire(200, JSON.stringify({ data: [{ url }] })));
        }
      }),
    );
    own = origin;
    const small = { ...plain, image: { ...plain.image, bytes: Buffer.from('small') } };
    const result = await compatibleEdits.enhance(small, callTo(origin));
    expect(result.bytes).toEqual(picture);
    expect(sent).toMatch(/^GET \/files\/a\.png HTTP/);
    expect(sent).not.toContain('sk-proj');
  });

  it('has any model, or the one it has', () => {
    expect(compatibleEdits.findModel('qwen-image-edit', '2026-11-21')).toMatchObject({
      id: 'qwen-image-edit',
    });
    expect(compatibleEdits.findModel(undefined, '2026-11-21')).toMatchObject({
      id: '',
      sizes: { kind: 'any' },
    });
    expect(
      compatibleEdits.costOf(
        'x',
        { inputTextTokens: 1, inputImageTokens: 1, outputTokens: 1 },
        builtInPrices,
      ),
    ).toBeUndefined();
  });

  it('that answers with an address has its answer kept before anything is fetched', async () => {
    const steps: string[] = [];
    const origin = await serveRaw((socket) =>
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        if (text.startsWith('GET')) {
          steps.push('fetched');
          socket.end(wire(404, 'gone'));
        } else if (text.endsWith('--\r\n')) {
          socket.end(wire(200, JSON.stringify({ data: [{ url: '/files/a.png' }], usage: goodBody.usage })));
        }
      }),
    );
    const small = { ...plain, image: { ...plain.image, bytes: Buffer.from('small') } };
    const onAnswer = async (body: Buffer) => void steps.push(`kept ${JSON.parse(String(body)).data[0].url}`);
    const error = await failureOf(
      compatibleEdits.enhance(small, callTo(origin, { onAnswer, sleep: async () => {} })),
    );
    // What was made a moment ago may not be there yet.
    expect(steps).toEqual(['kept /files/a.png', 'fetched', 'fetched', 'fetched']);
    expect(error).toMatchObject({ charge: 'paid', usage: { outputTokens: goodBody.usage.output_tokens } });
  });
});
