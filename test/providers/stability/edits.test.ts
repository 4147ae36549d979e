import { describe, expect, it } from 'vitest';
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import { formOf } from '../form.ts';
import { callTo, failureOf, inTurn, key, type Reply, serve, shown } from '../service/server.ts';
import { asking, blurred, delivered, mask, picture } from './requests.ts';

const root = '/v2beta/stable-image';
const sent = { image: 'image/jpeg image.jpeg photo', output_format: 'png' };
const masked = { ...sent, mask: 'image/png mask.png mask' };

const requests: readonly (readonly [path: string, request: EnhanceRequest, fields: object])[] = [
  ['upscale/fast', asking('upscale-fast', { operation: 'upscale', scale: 4 }), sent],
  [
    'upscale/conservative',
    asking(
      'upscale-conservative',
      { operation: 'upscale', scale: 2, seed: 7, negative: 'grain' },
      { prompt: 'a clear photograph', options: { creativity: '0.2' } },
    ),
    { ...sent, prompt: 'a clear photograph', seed: '7', negative_prompt: 'grain', creativity: '0.2' },
  ],
  [
    'edit/erase',
    asking('erase', { operation: 'retouch', seed: 7 }, { mask, options: { grow_mask: '9' } }),
    { ...masked, seed: '7', grow_mask: '9' },
  ],
  [
    'edit/inpaint',
    asking(
      'inpaint',
      { operation: 'fill', style: 'photographic', negative: 'people' },
      { mask, prompt: 'grass' },
    ),
    { ...masked, prompt: 'grass', style_preset: 'photographic', negative_prompt: 'people' },
  ],
  [
    'edit/outpaint',
    asking(
      'outpaint',
      { operation: 'expand', edges: { left: 0, right: 200, top: 2000, bottom: 1 } },
      { prompt: 'the same scene' },
    ),
    { ...sent, left: '0', right: '200', up: '2000', down: '1', prompt: 'the same scene' },
  ],
  ['edit/remove-background', asking('remove-background', { operation: 'remove-background' }), sent],
];

describe('stability', () => {
  it.each(requests)('%s is asked for by a form, once', async (path, request, fields) => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(origin);
    const result = await stabilityEdits.enhance(request, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(result.requestId).toBe('s-1');
    expect(result.headers.seed).toBe('343940597');
    expect(steps).toEqual(['sent']);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST ${root}/${path}`]);
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${key}`, accept: 'image/*' });
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect(await formOf(asked[0])).toEqual(fields);
  });

  it('names what is to go, and describes what is to be there', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const wish = { operation: 'retouch', thing: 'the red car', negative: 'people' } as const;
    await stabilityEdits.enhance(asking('search-and-replace', wish), callTo(origin).call);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    const { prompt, ...others } = await formOf(asked[0]);
    expect(others).toEqual({
      ...{ ...sent, search_prompt: 'the red car', negative_prompt: 'the red car, people' },
    });
    expect(prompt).toContain('surroundings');
    expect(prompt).not.toContain('car');
  });

  it('sends a seed that is one, since 0 means any', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const wish = { operation: 'retouch', seed: 0 } as const;
    await stabilityEdits.enhance(asking('erase', wish, { mask }), callTo(origin).call);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect((await formOf(asked[0])).seed).toBe('4294967294');
  });

  it('sends nothing where an edge is too long', async () => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(origin);
    const wish = { operation: 'expand', edges: { left: 0, right: 0, top: 0, bottom: 2001 } } as const;
    const failure = await failureOf(stabilityEdits.enhance(asking('outpaint', wish), call));
    expect(failure).toMatchObject({ kind: 'refused', charge: 'none' });
    expect(failure.hint).toContain('2000');
    expect([asked.length, steps]).toEqual([0, []]);
  });

  const request = asking('erase', { operation: 'retouch' }, { mask });
  async function fail(reply: Reply) {
    const { origin, asked } = await serve(inTurn(reply));
    const failure = await failureOf(stabilityEdits.enhance(request, callTo(origin).call));
    expect(asked).toHaveLength(1);
    expect(shown(failure)).not.toContain(key);
    return failure;
  }

  it('a picture that was blurred is paid for, and kept', async () => {
    const failure = await fail(blurred);
    expect(failure).toMatchObject({ kind: 'refused', charge: 'paid', code: 'CONTENT_FILTERED' });
    expect(failure.evidence?.equals(picture)).toBe(true);
    expect(failure.headers['finish-reason']).toBe('CONTENT_FILTERED');
  });
});
