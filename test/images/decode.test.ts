import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedBytes, sharedNames } from '../helpers/shared.ts';
import { codes, corners, meanDifference, open, refusal } from './pictures.ts';

describe('decode', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns orientation %i upright', async (orientation) => {
    const file = await corners().withMetadata({ orientation }).png().toBuffer();
    const expected = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { raster } = await open(file);
    expect([raster.width, raster.height]).toEqual([expected.info.width, expected.info.height]);
    expect(Buffer.from(raster.data)).toEqual(expected.data);
  });

  it('keeps grey, alpha and 16 bits', async () => {
    const grey = await open(await corners().toColourspace('b-w').png().toBuffer());
    expect(grey.raster).toMatchObject({ channels: 1, depth: 8 });
    const greyAlpha = await open(await corners().ensureAlpha(0.5).toColourspace('b-w').png().toBuffer());
    expect(greyAlpha.raster).toMatchObject({ channels: 2, depth: 8 });
    expect([...greyAlpha.raster.data.subarray(0, 2)]).toEqual([grey.raster.data[0], 127]);
    const deep = await open(await corners().toColourspace('rgb16').png().toBuffer());
    expect(deep.raster).toMatchObject({ channels: 3, depth: 16 });
    expect(deep.raster.data).toBeInstanceOf(Uint16Array);
  });

  it('expands palettes', async () => {
    const { raster, facts } = await open(await corners().png({ palette: true }).toBuffer());
    expect(facts.space).toBe('rgb');
    expect(raster.channels).toBe(3);
  });

  it('turns every frame of an animation', async () => {
    const { data } = await corners(40, 60).raw().toBuffer({ resolveWithObject: true });
    const raw = { width: 40, height: 60, channels: 3, pageHeight: 20 } as const;
    const file = await sharp(data, { raw })
      .withMetadata({ orientation: 6 })
      .webp({ lossless: true })
      .toBuffer();
    const { raster } = await open(file);
    expect(raster).toMatchObject({ width: 20, height: 40, pages: 3 });
    const first = await sharp(file, { pages: 1 }).autoOrient().raw().toBuffer();
    expect(Buffer.from(raster.data.subarray(0, first.length))).toEqual(first);
  });

  it('refuses a GIF that ends within a frame and warns of one without an end', async () => {
    const { data } = await corners(40, 80).raw().toBuffer({ resolveWithObject: true });
    const gif = await sharp(data, { raw: { width: 40, height: 80, channels: 3, pageHeight: 40 } })
      .gif()
      .toBuffer();
    expect((await open(gif)).warnings).toEqual([]);
    expect(codes((await open(gif.subarray(0, -1))).warnings)).toEqual(['no-end']);
    expect(await refusal(open(gif.subarray(0, gif.length - 12)))).toMatchObject({ reason: 'damaged' });
  });

  it('refuses what is cut off, in one short line', async () => {
    const jpeg = await corners(400, 300).jpeg().toBuffer();
    const error = await refusal(open(jpeg.subarray(0, jpeg.length - 100)));
    expect(error).toMatchObject({ reason: 'damaged', message: 'is damaged: the file ends too early' });
  });
});

describe.skipIf(!hasShared)('decode on real files', () => {
  it('decodes every photograph', async () => {
    const names = sharedNames('corpora/photos').filter((name) => name !== 'MANIFEST.tsv');
    expect(names).toHaveLength(31);
    for (const name of names) {
      const { raster, facts, warnings } = await open(sharedBytes(`corpora/photos/${name}`), name);
      expect([name, raster.width, raster.height]).toEqual([name, facts.width, facts.height]);
      expect(raster.data.length).toBe(raster.width * raster.height * raster.channels);
      expect([name, ...codes(warnings)]).toEqual([name]);
    }
  });

  it('shows the same scene for all orientations', async () => {
    const first = await open(sharedBytes('corpora/photos/Landscape_1.jpg'));
    for (const orientation of [0, 2, 3, 4, 5, 6, 7, 8]) {
      const { raster } = await open(sharedBytes(`corpora/photos/Landscape_${orientation}.jpg`));
      expect(meanDifference(raster, first.raster), `orientation ${orientation}`).toBeLessThan(4);
    }
  });

  const refused = [
    'basic-test.qoi',
    'hopper.psd',
    'logo.svg',
    'logo.svgz',
    'relax.jp2',
    'rgb24.bmp',
    'smile.ico',
    'vfile.v',
  ];

  it('decodes every format but those that are refused by name', async () => {
    const names = sharedNames('corpora/formats').filter((name) => name !== 'MANIFEST.tsv');
    const failed: string[] = [];
    for (const name of names) {
      const result = await open(sharedBytes(`corpora/formats/${name}`), name).catch((error) => error);
      if (result instanceof Error) failed.push(name);
      else
        expect([name, result.raster.depth, result.raster.width]).toEqual([
          name,
          result.facts.depth,
          result.facts.width,
        ]);
    }
    expect(failed).toEqual(refused);
  });

  it.each([
    ['Channel_digital_image_CMYK_color.jpg', ['converted-to-srgb']],
    ['cielab-dagams.tiff', ['converted-to-srgb']],
    ['rgb32f_color.tiff', ['converted-to-srgb']],
    ['sample-xyb.jpg', ['converted-to-srgb']],
    ['ultra-hdr.jpg', ['gain-map-lost']],
    ['iphone_13_pro_max.HEIC', ['gain-map-lost']],
    ['G31D_MULTI.TIF', ['pages-lost']],
    ['ball.png', ['animation-lost']],
    ['p3.png', []],
  ])('says what %s loses', async (name, expected) => {
    expect(codes((await open(sharedBytes(`corpora/formats/${name}`))).warnings)).toEqual(expected);
  });

  it('keeps the code values of wide profiles', async () => {
    for (const name of ['formats/p3.png', 'formats/prophoto.png', 'photos/rocket.jpg']) {
      const file = sharedBytes(`corpora/${name}`);
      const { raster } = await open(file);
      const raw = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
      expect(Buffer.from(raster.data).equals(raw), name).toBe(true);
    }
  });

  it('decodes XYB to the picture it was made of', async () => {
    const xyb = await open(sharedBytes('corpora/formats/sample-xyb.jpg'));
    const plain = await sharp(sharedBytes('corpora/formats/sample.jpg'))
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    const { width, height } = xyb.raster;
    const reference = {
      data: new Uint8Array(plain),
      width,
      height,
      pages: 1,
      channels: 3,
      depth: 8,
    } as const;
    expect(meanDifference(xyb.raster, reference)).toBeLessThan(6);
  });

  // Channel means of what another program makes of them: heif-convert of libheif 1.15.1 (libde265 1.0.11).
  it.each([
    ['Stonehenge.heic', 300, 200, [169.1, 169.3, 150.1]],
    ['samplefilehub.heif', 640, 426, [62.8, 51.1, 43.6]],
    ['iphone_13_pro_max.HEIC', 3024, 4032, [115.2, 95.5, 75.5]],
  ])('decodes %s', async (name, width, height, means) => {
    const { raster } = await open(sharedBytes(`corpora/formats/${name}`));
    expect([raster.width, raster.height, raster.channels]).toEqual([width, height, 3]);
    expect(channelMeans(raster.data).map((mean, at) => Math.abs(mean - (means[at] ?? 0)) < 0.5)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

function channelMeans(data: ArrayLike<number>): number[] {
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++) sums[at % 3] = (sums[at % 3] ?? 0) + (data[at] ?? 0);
  return sums.map((sum) => (sum * 3) / data.length);
}
