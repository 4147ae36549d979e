import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../src/images/raster.ts';
import { estimateNoise } from '../../../src/providers/local/noise.ts';
import { hasShared, sharedNames, sharedPath } from '../../helpers/shared.ts';
import { loadCrops } from './crops.ts';
import { addNoise, goodScene, paint, withChannels } from './scene.ts';

// The least that is denoised, see planDenoising.
const least = 4;
const photos = sharedNames('corpora/photos').filter((name) => /\.(jpg|png|webp|avif)$/.test(name));

async function load(name: string, longSide?: number): Promise<Raster> {
  let picture = sharp(sharedPath(`corpora/photos/${name}`))
    .toColourspace('srgb')
    .removeAlpha();
  if (longSide !== undefined)
    picture = picture.resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const channels = info.channels as 1 | 3;
  return { data: new Uint8Array(data), width: info.width, height: info.height, pages: 1, channels, depth: 8 };
}

describe('estimateNoise', () => {
  it.skipIf(!hasShared).each([undefined, 800])(
    'finds none worth taking in photographs without it (long side: %s)',
    async (longSide) => {
      const found: Record<string, number> = {};
      for (const name of photos) found[name] = estimateNoise(await load(name, longSide));
      expect(Object.entries(found).filter(([, sigma]) => sigma >= least)).toEqual([]);
    },
  );

  it.skipIf(!hasShared).each([10, 25])('comes within 30 %% of noise %d in photographs', async (sigma) => {
    for (const crop of await loadCrops()) {
      const found = estimateNoise(addNoise(crop, sigma));
      expect(found).toBeGreaterThan(0.7 * sigma);
      expect(found).toBeLessThan(1.3 * sigma);
    }
  });

  it.each([
    5, 10, 25,
  ])('comes within 20 %% of noise %d on flat grey, at both depths and by channels', (sigma) => {
    for (const depth of [8, 16] as const) {
      const noisy = addNoise(
        paint(256, 192, depth, () => [0.5, 0.5, 0.5]),
        sigma,
      );
      for (const channels of [1, 2, 3, 4] as const) {
        const found = estimateNoise(withChannels(noisy, channels));
        expect(found).toBeGreaterThan(0.8 * sigma);
        expect(found).toBeLessThan(1.2 * sigma);
      }
    }
  });

  it('finds none in clean colour, in a picture that is too small and where nothing is opaque', () => {
    expect(estimateNoise(goodScene(256, 192))).toBeLessThan(0.5);
    const noisy = addNoise(
      paint(256, 192, 8, () => [0.5, 0.5, 0.5]),
      20,
    );
    expect(estimateNoise(withChannels(noisy, 4, () => 0))).toBe(0);
    expect(
      estimateNoise(
        addNoise(
          paint(100, 100, 8, () => [0.5, 0.5, 0.5]),
          20,
        ),
      ),
    ).toBe(0);
  });
});
