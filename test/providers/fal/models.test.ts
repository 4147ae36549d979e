import { describe, expect, it } from 'vitest';
import { fitSize } from '../../../src/images/upload/fit-size.ts';
import { operations } from '../../../src/operations.ts';
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { falEdits } from '../../../src/providers/fal/fal-edits.ts';
import { falModels } from '../../../src/providers/fal/models.ts';
import { failureOf } from '../service/server.ts';
import { falCall, request, start } from './requests.ts';

const today = '2026-11-21';
const mask = { bytes: Buffer.from('mask'), type: 'image/png', width: 1264, height: 848 } as const;
const data = (bytes: Buffer, type: string) => `data:image/${type};base64,${bytes.toString('base64')}`;
const image = data(request.image.bytes, 'jpeg');

async function sent(parts: Partial<EnhanceRequest>): Promise<Readonly<Record<string, unknown>>> {
  const server = await start({ waiting: [] });
  await falEdits.enhance({ ...request, ...parts }, falCall(server.baseUrl).call);
  expect(server.submissions[0]?.model).toBe(parts.model);
  return server.submissions[0]?.input ?? {};
}

describe('the models of fal', () => {
  it('do every operation, the default one among them', () => {
    for (const { name } of operations) {
      const model = falEdits.findModel(falEdits.modelFor[name], today);
      expect(model.operations).toContain(name);
    }
    expect(falEdits.findModel(undefined, today).id).toBe(falEdits.defaultModel);
    expect(new Set(falModels.map(({ id }) => id)).size).toBe(falModels.length);
  });

  it('are named where one is unknown', () => {
    expect(() => falEdits.findModel('fal-ai/birefnet/v3', today)).toThrow('there is no model');
    expect(() => falEdits.findModel('esrgan', today)).toThrow(
      expect.objectContaining({ hint: 'did you mean fal-ai/esrgan?' }),
    );
  });

  it.each(
    falModels.map((model) => [model.id, model] as const),
  )('%s has a name for all it takes', (_id, model) => {
    const { input } = model;
    expect(input.mask !== undefined).toBe(model.mask !== 'none');
    expect(input.prompt !== undefined).toBe(model.prompt !== 'none');
    expect(input.seed !== undefined).toBe(model.takes.seed);
    expect(input.negative !== undefined).toBe(model.takes.negative);
    expect(input.style !== undefined).toBe(model.takes.styles.length > 0);
    expect(input.quality !== undefined).toBe(model.qualities.length > 0);
    expect(input.edges !== undefined).toBe(model.operations.includes('expand'));
    expect(input.scale !== undefined).toBe(model.operations.includes('upscale') && !model.scales.includes(0));
    expect(input.size !== undefined).toBe(model.sizes.kind !== 'any');
  });

  it.each([
    [4000, 3000],
    [640, 480],
    [9000, 500],
  ])('take %i x %i in a size that is legal', (width, height) => {
    for (const { sizes } of falModels) {
      const fit = fitSize({ width, height }, sizes);
      if (sizes.kind === 'free') expect(Math.min(fit.width, fit.height)).toBeGreaterThanOrEqual(512);
      expect(Math.max(fit.width, fit.height)).toBeLessThanOrEqual(9000);
    }
  });
});

describe('what a model of fal is sent', () => {
  const size = { width: 2048, height: 1536 };
  const edges = { left: 10, right: 20, top: 0, bottom: 30 };
  it.each<readonly [Partial<EnhanceRequest>, Record<string, unknown>]>([
    [
      { model: 'fal-ai/topaz/upscale/image', wish: { operation: 'upscale', scale: 4 } },
      { image_url: image, upscale_factor: 4, face_enhancement: false, output_format: 'png' },
    ],
    [
      {
        ...{ model: 'fal-ai/topaz/upscale/image', wish: { operation: 'upscale', scale: 2 } },
        options: { face_enhancement: 'true', denoise: '0.5', model: 'High Fidelity V2' },
      },
      {
        ...{ image_url: image, upscale_factor: 2, face_enhancement: true, output_format: 'png' },
        ...{ denoise: 0.5, model: 'High Fidelity V2' },
      },
    ],
    [
      { model: 'fal-ai/esrgan', wish: { operation: 'upscale', scale: 2 } },
      { image_url: image, scale: 2, output_format: 'png' },
    ],
    [
      {
        ...{ model: 'fal-ai/clarity-upscaler', prompt: 'a harbour' },
        wish: { operation: 'upscale', scale: 2, creative: true, seed: 7, negative: 'fog' },
      },
      { image_url: image, upscale_factor: 2, prompt: 'a harbour', seed: 7, negative_prompt: 'fog' },
    ],
    [
      { model: 'fal-ai/recraft/upscale/crisp', wish: { operation: 'upscale', scale: 2 } },
      { image_url: image },
    ],
    [
      { model: 'fal-ai/image-apps-v2/photo-restoration', wish: { operation: 'restore' }, size },
      { image_url: image, aspect_ratio: { ratio: '4:3' } },
    ],
    [
      {
        ...{ model: 'fal-ai/image-apps-v2/relighting', size },
        wish: { operation: 'relight', style: 'golden_hour' },
      },
      { image_url: image, aspect_ratio: { ratio: '4:3' }, lighting_style: 'golden_hour' },
    ],
    [
      {
        model: 'fal-ai/bria/background/replace',
        wish: { operation: 'replace-background', background: 'a beach' },
      },
      { image_url: image, prompt: 'a beach' },
    ],
    [
      { model: 'fal-ai/bria/eraser', wish: { operation: 'retouch' }, mask },
      { image_url: image, mask_url: data(mask.bytes, 'png') },
    ],
    [
      {
        model: 'fal-ai/image-apps-v2/object-removal',
        wish: { operation: 'retouch', thing: 'the car' },
        size,
      },
      { image_url: image, object_to_remove: 'the car', aspect_ratio: { ratio: '4:3' } },
    ],
    [
      { model: 'fal-ai/bria/expand', wish: { operation: 'expand', edges }, prompt: 'sky' },
      {
        ...{ image_url: image, prompt: 'sky', canvas_size: [1294, 878], original_image_size: [1264, 848] },
        original_image_location: [10, 0],
      },
    ],
    [
      { model: 'fal-ai/image-apps-v2/outpaint', wish: { operation: 'expand', edges } },
      {
        ...{ image_url: image, zoom_out_percentage: 0, output_format: 'png' },
        ...{ expand_left: 10, expand_right: 20, expand_top: 0, expand_bottom: 30 },
      },
    ],
    [
      {
        ...{ model: 'fal-ai/nano-banana-2/edit', wish: { operation: 'enhance' }, prompt: 'brighter' },
        ...{ size: { width: 2528, height: 1696 }, quality: '2K', options: { safety_tolerance: '3' } },
      },
      {
        ...{ image_urls: [image], prompt: 'brighter', aspect_ratio: '3:2', resolution: '2K' },
        ...{ output_format: 'png', safety_tolerance: '3' },
      },
    ],
    [
      { model: 'fal-ai/flux-2/edit', wish: { operation: 'enhance', seed: 3 }, prompt: 'brighter', size },
      { image_urls: [image], prompt: 'brighter', image_size: size, seed: 3, output_format: 'png' },
    ],
  ])('%j', async (parts, input) => {
    expect(await sent(parts)).toEqual(input);
  });

  it.each<readonly [string, Partial<EnhanceRequest>]>([
    ['a quality it has not', { quality: 'high' }],
    [
      'more pixels for a side than it adds',
      {
        model: 'fal-ai/image-apps-v2/outpaint',
        wish: { operation: 'expand', edges: { ...edges, left: 701 } },
      },
    ],
  ])('is nothing where it is asked for %s', async (_what, parts) => {
    const server = await start();
    const { call, steps } = falCall(server.baseUrl);
    const failure = await failureOf(falEdits.enhance({ ...request, ...parts }, call));
    // Edges are a matter of each picture, the rest of the whole request.
    const kind = parts.wish?.edges === undefined ? 'invalid' : 'refused';
    expect(failure).toMatchObject({ kind, charge: 'none' });
    expect([server.asked, steps]).toEqual([[], []]);
  });
});

describe('an option of fal', () => {
  const upscale = { model: 'fal-ai/topaz/upscale/image', wish: { operation: 'upscale', scale: 2 } } as const;
  const edit = { model: 'fal-ai/nano-banana-2/edit', prompt: 'brighter' };
  it.each<[string, Partial<EnhanceRequest>, string]>([
    ['image_url', upscale, 'https://elsewhere.example/a.png'],
    ['upscale_factor', upscale, '8'],
    ['upscale_factor', { ...upscale, wish: { operation: 'upscale' } }, '8'],
    ['image_urls', edit, '[]'],
    ['prompt', edit, 'darker'],
    ['resolution', edit, '4K'],
    ['seed', { ...edit, wish: { operation: 'enhance', seed: 1 } }, '2'],
    ['num_images', { model: 'fal-ai/nafnet/denoise' }, '4'],
    ['mask_url', { model: 'fal-ai/bria/eraser', wish: { operation: 'retouch' }, mask }, 'x'],
  ])('called %s is refused where that is set already (%j)', async (name, parts, value) => {
    const server = await start();
    const large = { ...request.image, bytes: Buffer.alloc(5 * 2 ** 20) };
    const options = { [name]: value };
    const { call } = falCall(server.baseUrl);
    const failure = await failureOf(falEdits.enhance({ ...request, image: large, ...parts, options }, call));
    expect(failure).toMatchObject({ kind: 'invalid', charge: 'none' });
    expect(failure.message).toContain(name);
    expect(server.asked).toEqual([]);
  });

  it('is sent where the flag of its own is not given', async () => {
    expect(await sent({ ...edit, options: { seed: '5', num_images: '1' } })).toMatchObject({
      ...{ seed: 5, num_images: 1, prompt: 'brighter' },
    });
  });
});
