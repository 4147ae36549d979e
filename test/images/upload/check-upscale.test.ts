import { describe, expect, it } from 'vitest';
import { checkUpscale } from '../../../src/images/upload/check-upscale.ts';
import type { EditModel } from '../../../src/providers/model.ts';
import { openaiModels } from '../../../src/providers/openai/models.ts';
import { stabilityModels } from '../../../src/providers/stability/models.ts';
import { refusal } from '../pictures.ts';

const upscaler = (id: string, megapixels: number, scales: number[]): EditModel => ({
  ...(openaiModels[0] as EditModel),
  ...{ id, scales, operations: ['upscale'], sizes: { kind: 'any', maxPixels: megapixels * 1e6 } },
});
const small = { ...upscaler('small', 1, [4]), isCreative: false };
const own = upscaler('own', 1, [0]);
const large = { ...upscaler('large', 24, [2, 4]), isCreative: false };
const conservative = stabilityModels[0] as EditModel;
const photo = { width: 4000, height: 3000 };

describe('checkUpscale', () => {
  // 1 megapixel becomes 16 with a factor of 4: enough for 12 megapixels at 2 x (48), not at 4 x (192).
  it.each([
    [small, 2, 12, true],
    [small, 4, 12, false],
    [small, 4, 4, true],
    [small, 4, 4.2, false],
    [own, 2, 3.9, true],
    [own, 2, 12, false],
    [upscaler('double', 1, [2]), 4, 1, true],
    [upscaler('double', 1, [2]), 4, 1.1, false],
    [large, 4, 24, true],
  ])('%o by %i of %f megapixels', async (model, scale, megapixels, isTaken) => {
    const side = Math.sqrt(megapixels * 1e6);
    const source = { width: Math.floor(side), height: Math.floor(side) };
    const check = () => checkUpscale(source, scale, model, []);
    if (isTaken) expect(check).not.toThrow();
    else expect(check).toThrow(/too many to be enlarged/);
  });

  it('names what would be lost, and a model that takes more', async () => {
    const refused = async (others: EditModel[]) =>
      refusal((async () => checkUpscale(photo, 4, small, others))());
    expect(await refused([small, own, large])).toMatchObject({
      reason: 'too-large',
      message:
        '4000 x 3000 pixels are too many to be enlarged by small: it would be sent 1154 x 866 of them, and detail would be lost',
      hint: 'name one that reaches it: --model large',
    });
    expect((await refused([small])).hint).toMatch(/--provider local/);
    // Invented detail is no answer to what cannot be had.
    const inventive = { ...upscaler('inventive', 24, [4]), isCreative: true };
    expect((await refused([inventive])).hint).not.toContain('inventive');
    const { hint } = await refusal(
      (async () => checkUpscale(photo, 4, { ...small, isCreative: true }, [inventive]))(),
    );
    expect(hint).toContain('--model inventive');
  });

  it('says what a model makes that makes always the same, and which comes nearer', async () => {
    const source = { width: 1600, height: 900 };
    const refused = refusal((async () => checkUpscale(source, 4, conservative, stabilityModels))());
    expect(await refused).toMatchObject({
      reason: 'too-large',
      message:
        'upscale-conservative makes about 4.2 megapixels whatever it is sent, and 1600 x 900 pixels 4 times as wide and high are 23 megapixels: detail would be lost',
      hint: '--model upscale-fast comes nearer, with 17 megapixels brought to that size; or --provider local',
    });
  });
});
