// What the result is made of, beside what a service answers with.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { grown } from '../../../src/images/edges.ts';
import { attachToPng } from '../../../src/images/metadata/png.ts';
import type { Raster } from '../../../src/images/raster.ts';
import type { KnownFile } from '../../../src/images/restore/shape.ts';
import { sentEdges } from '../../../src/images/upload/sent-edges.ts';
import { resample } from '../../../src/lanczos.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { codes, refusal } from '../pictures.ts';
import { asSharp, psnr, scene, throughService } from '../round-trip.ts';
import { any } from '../upload/rules.ts';

const [width, height] = [1200, 800];
const rgb = { width, height, channels: 3 } as const;
const encoded = (raster: Raster) => asSharp(raster).png().toBuffer();
const small = { kind: 'any', maxPixels: 240_000 } as const;

async function known(bytes: Buffer): Promise<KnownFile> {
  const path = join(await tempFolder(), 'file.png');
  await writeFile(path, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

// What an upload looks like after a service has repainted all of it: darker, and turned upside down.
const repainted = (upload: Buffer) => sharp(upload).flip().linear(0.7, 0).png().toBuffer();

async function deep(profile?: 'p3'): Promise<Buffer> {
  const { data } = scene(width, height);
  const { icc } = await sharp(
    await asSharp(scene(width, height)).withIccProfile('p3').png().toBuffer(),
  ).metadata();
  const values = Uint16Array.from(data, (value, at) => value * 257 + (at % 200));
  const plain = await sharp(values, { raw: rgb }).toColourspace('rgb16').png().toBuffer();
  return profile ? attachToPng(plain, { icc }) : plain;
}

const sources = {
  'an RGB picture': () => encoded(scene(width, height)),
  'a JPEG that lies on its side': () =>
    asSharp(scene(height, width)).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer(),
  '16 bits': () => deep(),
  '16 bits in Display P3': () => deep('p3'),
  'a grey picture': () => asSharp(scene(width, height)).toColourspace('b-w').png().toBuffer(),
} as const;
const all = Object.entries(sources);

// Grey that was given colours at its edges.
const inThree = ({ data }: Raster) =>
  Uint8Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)] as number);

// A part of a raster.
function part(raster: Raster, left: number, top: number, across: number, down: number): Raster {
  const { channels } = raster;
  const data =
    raster.depth === 8 ? new Uint8Array(across * down * channels) : new Uint16Array(across * down * channels);
  for (let y = 0; y < down; y++) {
    const from = ((top + y) * raster.width + left) * channels;
    data.set(raster.data.subarray(from, from + across * channels), y * across * channels);
  }
  return { ...raster, data, width: across, height: down };
}

describe('a result that is enlarged', () => {
  it.each([
    [2, 2],
    [2, 4],
    [4, 4],
    [4, 1],
  ] as const)('is exactly %i times as large, where the service makes it %i times as large', async (scale, factor) => {
    const source = scene(301, 203);
    const { result, restored } = await throughService(await encoded(source), {
      rule: any,
      shape: { scale },
      answer: async (upload) =>
        sharp(upload)
          .resize(301 * factor, 203 * factor, { kernel: 'lanczos3' })
          .png()
          .toBuffer(),
    });
    expect(restored).toMatchObject({ width: 301 * scale, height: 203 * scale });
    const ideal = { ...source, ...resample(source, { width: 301 * scale, height: 203 * scale }) };
    expect(psnr(result.raster, ideal)).toBeGreaterThan(38);
  });

  it('brings what a service made much larger than it was sent to the size that was asked for', async () => {
    const { restored } = await throughService(await encoded(scene(1000, 1000)), {
      rule: small,
      shape: { scale: 4 },
      answer: async (upload) => sharp(upload).resize(4000, 4000).png().toBuffer(),
    });
    expect(restored).toMatchObject({ width: 4000, height: 4000, answer: { width: 4000, height: 4000 } });
    const tooLarge = throughService(await encoded(scene(1000, 1000)), {
      rule: small,
      shape: { scale: 2 },
      answer: async (upload) => sharp(upload).resize(4800, 4800).png().toBuffer(),
    });
    expect((await refusal(tooLarge)).message).toBe('the answer has 4800 x 4800 pixels, more than 20000000');
  });

  it('has the alpha of the source, enlarged in place', async () => {
    const data = Uint8Array.from({ length: 400 * 300 * 4 }, (_, at) => {
      const [x, y] = [Math.floor(at / 4) % 400, Math.floor(at / 1600)];
      return at % 4 === 3 ? Math.max(0, Math.min(255, 128 + (x - 150) * 4 + y - 140)) : 90 + (x % 60);
    });
    const bytes = await sharp(data, { raw: { width: 400, height: 300, channels: 4 } })
      .png()
      .toBuffer();
    const { result } = await throughService(bytes, {
      rule: any,
      shape: { scale: 2 },
      answer: async (upload) => sharp(upload).resize(800, 600).png().toBuffer(),
    });
    const alpha = {
      data: data.filter((_, at) => at % 4 === 3),
      width: 400,
      height: 300,
      pages: 1,
      channels: 1,
      depth: 8,
    } as const;
    const ideal = resample(alpha, { width: 800, height: 600 });
    expect(result.raster.data.filter((_, at) => at % 4 === 3)).toEqual(ideal.data);
  });
});

describe('a result with edges', () => {
  const edges = { left: 100, right: 0, top: 37, bottom: 200 };

  // Paints what lies beyond the upload in red, and the upload darker and upside down.
  const paint = (fitEdges: typeof edges) => async (upload: Buffer) => {
    const { left, right, top, bottom } = fitEdges;
    return sharp(await repainted(upload))
      .extend({ left, right, top, bottom, background: '#c02020' })
      .png()
      .toBuffer();
  };
  // Goes on as the picture does.
  const goOn = (fitEdges: typeof edges) => async (upload: Buffer) => {
    const { left, right, top, bottom } = fitEdges;
    return sharp(upload).extend({ left, right, top, bottom, extendWith: 'copy' }).png().toBuffer();
  };

  it.each(all)('has the pixels of %s within them, to the bit', async (_, make) => {
    const { original, result } = await throughService(await make(), {
      rule: any,
      shape: { edges },
      answer: paint(edges),
    });
    expect([result.raster.width, result.raster.height]).toEqual([1300, 1037]);
    expect(result.raster.depth).toBe(original.raster.depth);
    // All but the feather, of 4 pixels where nothing is scaled. A JPEG is compressed once more.
    const kept = part(result.raster, 104, 41, 1196, 792);
    const own = part(original.raster, 4, 4, 1196, 792);
    if (original.facts.format === 'jpeg') expect(psnr(kept, own)).toBeGreaterThan(46);
    else expect(kept.data).toEqual(own.channels === kept.channels ? own.data : inThree(own));
    expect(result.facts.profile).toBe(original.facts.profile);
  });

  it.each([
    ['as it is', any],
    ['at less than half its size', small],
  ])('shows no seam where the service goes on with the picture, sent %s', async (_, rule) => {
    const source = scene(width, height);
    const plan = sentEdges(edges, source, {
      width: 600,
      height: 400,
      content: { left: 0, top: 0, width: 600, height: 400 },
    });
    const sent = rule === any ? edges : plan;
    const { result } = await throughService(await encoded(source), {
      rule,
      shape: { edges },
      answer: goOn(sent),
    });
    const { raster } = result;
    // Steps across the left, the upper and the lower edge, over the feather: never more than a little above the source's.
    let [most, usual] = [0, 0];
    const at = (x: number, y: number, c: number) => raster.data[(y * raster.width + x) * 3 + c] as number;
    for (let x = 100; x < 1300; x += 3) {
      for (let c = 0; c < 2; c++) {
        for (let y = 30; y < 70; y++) most = Math.max(most, Math.abs(at(x, y, c) - at(x, y + 1, c)));
        for (let y = 820; y < 845; y++) most = Math.max(most, Math.abs(at(x, y, c) - at(x, y + 1, c)));
        for (let y = 200; y < 400; y++) usual = Math.max(usual, Math.abs(at(x, y, c) - at(x, y + 1, c)));
      }
    }
    expect(most - usual).toBeLessThanOrEqual(3);
    expect(psnr(part(raster, 120, 57, 1170, 760), part(source, 20, 20, 1170, 760))).toBe(99);
  });

  it('takes an answer of the ratio of picture and edges alone', async () => {
    const refused = throughService(await sources['an RGB picture'](), {
      rule: any,
      shape: { edges },
      answer: repainted,
    });
    expect((await refusal(refused)).message).toBe(
      'the answer has 1200 x 800 pixels, 1300 x 1037 were asked for',
    );
    expect(grown(rgb, edges)).toEqual({ width: 1300, height: 1037 });
  });

  it('goes on with the transparency of the source', async () => {
    const { data } = scene(200, 100);
    const rgba = Uint8Array.from({ length: 200 * 100 * 4 }, (_, at) =>
      at % 4 === 3
        ? Math.floor(at / 4) % 200 < 50
          ? 0
          : 255
        : (data[Math.floor(at / 4) * 3 + (at % 4)] as number),
    );
    const bytes = await sharp(rgba, { raw: { width: 200, height: 100, channels: 4 } })
      .png()
      .toBuffer();
    const wide = { left: 30, right: 30, top: 0, bottom: 0 };
    const { result } = await throughService(bytes, { rule: any, shape: { edges: wide }, answer: goOn(wide) });
    const alphas = [0, 29, 79, 80, 229, 259].map((x) => result.raster.data[x * 4 + 3]);
    expect(alphas).toEqual([0, 0, 0, 255, 255, 255]);
  });
});

describe('a result that is kept outside a mask', () => {
  const mask = async () => {
    const data = Uint8Array.from({ length: width * height }, (_, at) => (at % width >= 700 ? 255 : 0));
    return known(
      await sharp(data, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer(),
    );
  };

  it.each(all)('has the pixels of %s there, to the bit, and those of the answer within', async (_, make) => {
    const { original, result, restored } = await throughService(await make(), {
      rule: any,
      shape: { keepOutside: await mask() },
      answer: repainted,
    });
    const pixels = [
      part(result.raster, 0, 0, 696, height),
      part(original.raster, 0, 0, 696, height),
    ] as const;
    expect(psnr(...pixels)).toBeGreaterThan(original.facts.format === 'jpeg' ? 46 : 98.9);
    const { raster } = await throughService(await make(), { rule: any, answer: repainted }).then(
      (plain) => plain.result,
    );
    const inside = [part(result.raster, 700, 0, 500, height), part(raster, 700, 0, 500, height)] as const;
    expect(psnr(...inside)).toBeGreaterThan(original.facts.format === 'jpeg' ? 46 : 98.9);
    expect(codes(restored.warnings)).toEqual([]);
  });

  it('refuses a mask that is another one now, or none', async () => {
    const file = await mask();
    const bytes = await sources['an RGB picture']();
    const tried = (keepOutside: KnownFile) =>
      refusal(throughService(bytes, { rule: any, shape: { keepOutside }, answer: repainted }));
    const changed = await tried({ ...file, sha256: 'ab' });
    expect([changed.reason, changed.message]).toEqual([
      'mask-unusable',
      'the mask has changed since the run began',
    ]);
    expect((await tried({ ...file, path: `${file.path}.gone` })).reason).toBe('mask-unusable');
    expect((await tried(await known(Buffer.from('x')))).reason).toBe('mask-unusable');
  });
});
