import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type MaskStyle, readMask } from '../../../src/images/upload/mask.ts';
import { prepareUpload } from '../../../src/images/upload/prepare.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { refusal } from '../pictures.ts';
import { asSharp, preparing, scene, sourceOf } from '../round-trip.ts';

const [width, height] = [1601, 1203];
const picture = asSharp(scene(width, height)).jpeg().toBuffer();

// The right third may change.
const mayChange = (x: number, of: number) => x >= (of * 2) / 3;

function drawn(
  across: number,
  down: number,
  channels: 1 | 3 | 4,
  values: (change: boolean) => readonly number[],
) {
  const data = Buffer.alloc(across * down * channels);
  for (let pixel = 0; pixel < across * down; pixel++)
    data.set(values(mayChange(pixel % across, across)), pixel * channels);
  return sharp(data, { raw: { width: across, height: down, channels } })
    .png()
    .toBuffer();
}

const holes = (across: number, down: number) =>
  drawn(across, down, 4, (change) => [9, 9, 9, change ? 0 : 255]);
const white = (across: number, down: number) =>
  drawn(across, down, 3, (change) => Array(3).fill(change ? 255 : 0));

async function prepared(mask: Buffer, style: MaskStyle) {
  const made = await prepareUpload(
    await sourceOf(await picture),
    { bytes: mask, style },
    { ...preparing, type: 'auto' },
  );
  if (made.mask === undefined) throw new Error('no mask was made');
  const { data, info } = await sharp(made.mask.bytes).raw().toBuffer({ resolveWithObject: true });
  // The type of colours in the header: 0 is grey, 6 is RGB with alpha.
  return { ...made, mask: made.mask, data, channels: info.channels, colourType: made.mask.bytes[25] };
}

describe('prepareMask', () => {
  it.each([
    ['transparency', () => holes(width, height)],
    ['transparency, smaller', () => holes(534, 401)],
    ['white', () => white(width, height)],
    [
      'white in a picture with unused alpha',
      () => drawn(width, height, 4, (change) => [...Array(3).fill(change ? 255 : 0), 255]),
    ],
    [
      'a JPEG',
      async () =>
        sharp(await white(width, height))
          .jpeg({ quality: 100 })
          .toBuffer(),
    ],
    [
      'a WebP with transparency',
      async () =>
        sharp(await holes(width, height))
          .webp({ lossless: true })
          .toBuffer(),
    ],
    ['grey levels', () => drawn(800, 601, 1, (change) => [change ? 200 : 60])],
  ] as const)('reads what may change from %s, in both styles', async (_, draw) => {
    const file = await draw();
    for (const style of ['alpha', 'white'] as const) {
      const { mask, upload, fit, data, channels, colourType } = await prepared(file, style);
      expect(mask).toMatchObject({ type: 'image/png', width: upload.width, height: upload.height });
      expect(upload.type).toBe('image/png');
      expect(colourType).toBe(style === 'alpha' ? 6 : 0);
      const changes = (x: number, y: number) =>
        style === 'alpha'
          ? data[(y * fit.width + x) * 4 + 3] === 0
          : data[(y * fit.width + x) * channels] === 255;
      const { left, top } = fit.content;
      const edge = left + Math.round((fit.content.width * 2) / 3);
      for (const y of [top, top + 600, top + fit.content.height - 1]) {
        expect([changes(left, y), changes(edge - 3, y), changes(edge + 3, y)]).toEqual([false, false, true]);
        expect(changes(left + fit.content.width - 1, y)).toBe(true);
        if (left + fit.content.width < fit.width) expect(changes(fit.width - 1, y)).toBe(false);
      }
      // Padding stays.
      expect(changes(left + fit.content.width - 1, fit.height - 1)).toBe(
        top + fit.content.height === fit.height,
      );
    }
  });

  it.each([
    ['another ratio', () => holes(1000, 1000), /1000 x 1000 pixels, the picture 1601 x 1203/],
    ['nothing that may change', () => drawn(width, height, 1, () => [0]), /lets nothing change/],
    ['another format', () => asSharp(scene(width, height)).tiff().toBuffer(), /is TIFF/],
    ['no picture', async () => Buffer.from('mask'), /not a picture/],
    [
      'a file cut short',
      async () => (await asSharp(scene(width, height)).png().toBuffer()).subarray(0, 3000),
      /damaged/,
    ],
  ] as const)('refuses %s', async (_, draw, message) => {
    const error = await refusal(prepared(await draw(), 'alpha'));
    expect(error.reason).toBe('mask-unusable');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeDefined();
  });

  it('reads the file, and says where it is not to be had', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'mask.png');
    await writeFile(path, 'x');
    expect((await readMask(path)).toString()).toBe('x');
    for (const wrong of [folder, join(folder, 'none.png')]) {
      expect((await refusal(readMask(wrong))).reason).toBe('mask-unusable');
    }
  });
});
