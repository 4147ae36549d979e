import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedBytes } from '../helpers/shared.ts';
import { open as openWithin, refusal } from './pictures.ts';

const open = (bytes: Buffer) => openWithin(bytes, undefined, { maxPixels: 100_000_000, svg: true });

describe('vector pictures', () => {
  it('are drawn at their own size, compressed or not', async () => {
    const text =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="red"/></svg>';
    for (const file of [Buffer.from(text), gzipSync(text)]) {
      const { raster, facts } = await open(file);
      expect(facts).toMatchObject({ format: 'svg', width: 20, height: 10 });
      expect([...raster.data.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
    }
  });

  it('are refused beyond a number of elements or bytes', async () => {
    const many = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">${'<g/>'.repeat(200_001)}</svg>`,
    );
    expect(await refusal(open(many))).toMatchObject({ reason: 'too-large' });
    const swollen = gzipSync(`<svg xmlns="http://www.w3.org/2000/svg">${' '.repeat(20 * 2 ** 20)}</svg>`);
    expect(await refusal(open(swollen))).toMatchObject({ reason: 'too-large' });
  });
});

describe.skipIf(!hasShared)('hostile vector pictures', () => {
  // Includes of files beside them would draw their text; the same drawing with nothing to include is the measure.
  it.each(['svg-xinclude.svg', 'include-text.svg'])('%s includes no text', async (name) => {
    const file = sharedBytes(`corpora/hostile/${name}`);
    const bare = Buffer.from(file.toString('utf8').replace(/<xi:include[^>]*\/?>(<\/xi:include>)?/g, ''));
    expect(bare.length).toBeLessThan(file.length);
    const drawn = await open(file);
    const expected = await open(bare);
    expect(Buffer.from(drawn.raster.data).equals(Buffer.from(expected.raster.data))).toBe(true);
  });

  it.each([
    'svg-image-file-abs.svg',
    'svg-image-file-rel.svg',
    'svg-image-http.svg',
  ])('%s shows no other picture', async (name) => {
    const { raster } = await open(sharedBytes(`corpora/hostile/${name}`));
    let red = 0;
    for (let at = 0; at < raster.data.length; at += 4) {
      if ((raster.data[at] ?? 0) > 200 && (raster.data[at + 1] ?? 0) < 60 && (raster.data[at + 3] ?? 0) > 200)
        red++;
    }
    expect(red).toBe(0);
  });

  it.each([
    ['svg-billion-laughs.svg', 'damaged'],
    ['svg-xxe-passwd.svg', 'damaged'],
    ['bug323-nested-use.svg', 'damaged'],
    ['bug942-xinclude-recursion.svg', 'damaged'],
    ['layer-nesting-depth.svg', 'damaged'],
    ['svg-32000.svg', 'too-many-pixels'],
    ['bug345-too-large-size.svg', 'too-many-pixels'],
    ['bug515-too-many-elements.svgz', 'too-large'],
    ['svg-4000-turbulence.svg', 'time-out'],
  ])('%s ends as %s', async (name, reason) => {
    expect(await refusal(open(sharedBytes(`corpora/hostile/${name}`)))).toMatchObject({ reason });
  });
});
