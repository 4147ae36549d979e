// What is done to photographs on purpose: edits that a good result may be made of, and alterations that it must not be.
import sharp, { type Sharp } from 'sharp';
import type { Raster } from '../../src/images/raster.ts';
import type { OperationName } from '../../src/operations.ts';
import { autoLook, denoiseLook, sharpenLook, vividLook } from '../../src/presets/looks.ts';
import { analyse } from '../../src/providers/local/analyse.ts';
import { applyPlan } from '../../src/providers/local/apply.ts';
import type { Look } from '../../src/providers/local/look.ts';
import { makePlan } from '../../src/providers/local/plan.ts';

export interface Edit {
  readonly name: string;
  /** What it is a good result of besides `enhance`; all but the cut-outs with `any`. */
  readonly goodFor?: 'any' | readonly OperationName[];
  make(one: Raster, other: Raster): Raster | Promise<Raster>;
}

/** What an enhanced picture may have undergone. */
export const legitimate: readonly Edit[] = [
  { name: 'the same', goodFor: 'any', make: (one) => one },
  { name: 'local auto', make: (one) => locally(one, autoLook, 0.65) },
  { name: 'local auto, strength 1', make: (one) => locally(one, autoLook, 1) },
  { name: 'local vivid', make: (one) => locally(one, vividLook, 0.65) },
  { name: 'local denoise', goodFor: 'any', make: (one) => locally(one, denoiseLook, 0.65) },
  { name: 'local sharpen', goodFor: 'any', make: (one) => locally(one, sharpenLook, 0.65) },
  ...[-1, -0.5, 0.5, 1, 1.5].map((ev) => ({
    name: `exposure ${ev > 0 ? '+' : ''}${ev} EV`,
    make: (one: Raster) => mapped(one, (value) => value * 2 ** (ev / 2.2)),
  })),
  {
    name: 'gamma 0.7',
    goodFor: ['relight', 'restore'],
    make: (one) => mapped(one, (value) => 255 * (value / 255) ** 0.7),
  },
  {
    name: 'gamma 1.4',
    goodFor: ['relight', 'restore'],
    make: (one) => mapped(one, (value) => 255 * (value / 255) ** 1.4),
  },
  { name: 'contrast 1.3', make: (one) => mapped(one, (value) => 128 + (value - 128) * 1.3) },
  { name: 'white balance warmer', make: (one) => balanced(one, [1.12, 1, 0.84]) },
  { name: 'white balance cooler', make: (one) => balanced(one, [0.86, 1, 1.15]) },
  { name: 'saturation 1.3', make: (one) => sharped(one, (s) => s.modulate({ saturation: 1.3 })) },
  { name: 'median 3', goodFor: 'any', make: (one) => sharped(one, (s) => s.median(3)) },
  { name: 'sharpened', goodFor: 'any', make: (one) => sharped(one, (s) => s.sharpen({ sigma: 1.5 })) },
  { name: 'JPEG quality 30', goodFor: 'any', make: (one) => throughJpeg(one, 30) },
  { name: 'JPEG quality 70', goodFor: 'any', make: (one) => throughJpeg(one, 70) },
  { name: 'noise of 5', goodFor: 'any', make: (one) => noisy(one, 5) },
  { name: 'noise of 12', make: (one) => noisy(one, 12) },
  { name: 'through half the size', goodFor: 'any', make: (one) => throughSize(one, 0.5) },
  { name: 'shifted by 0.5 %', goodFor: 'any', make: (one) => moved(one, { x: 0.005, y: -0.005 }) },
  {
    name: 'scaled by 1 %',
    goodFor: ['relight', 'restore', 'fill', 'expand', 'retouch'],
    make: (one) => moved(one, { zoom: 1.01 }),
  },
  { name: 'scaled by 2 %', make: (one) => moved(one, { zoom: 1.02 }) },
  { name: 'light from one side', goodFor: ['relight', 'restore'], make: (one) => lit(one) },
  {
    name: 'repainted',
    goodFor: ['relight', 'restore', 'fill', 'expand', 'retouch'],
    make: (one) => repainted(one, 1.01),
  },
  {
    name: 'repainted and brightened',
    make: async (one) => mapped(await repainted(one, 1.015), (v) => v * 1.2 + 8),
  },
];

/** What a good result of one operation may have undergone, and of no other. */
export const special: readonly Edit[] = [
  { name: 'faded print mended', goodFor: ['restore'], make: (one) => mended(one) },
  {
    name: '10 % painted out',
    goodFor: ['retouch'],
    make: async (one) => patched(one, await blurred(one), 0.1),
  },
  {
    name: '15 % from another',
    goodFor: ['retouch'],
    make: (one, other) => patched(one, fitted(other, one), 0.15),
  },
  {
    name: 'all but 35 % from another',
    goodFor: ['replace-background'],
    make: async (one, other) => patched(await fitted(other, one), one, 0.35),
  },
  {
    name: 'all but 35 % plain',
    goodFor: ['replace-background'],
    make: (one) => patched(flat(one, 0), one, 0.35),
  },
];

/** What is no edit of the picture any more, or much of it. */
export const gross: readonly Edit[] = [
  { name: 'another photograph', make: (one, other) => fitted(other, one) },
  { name: 'mirrored', make: (one) => sharped(one, (s) => s.flop()) },
  { name: 'upside down', make: (one) => sharped(one, (s) => s.rotate(180)) },
  { name: 'turned by 10 degrees', make: (one) => turned(one, 10) },
  { name: 'shifted by 5 %', make: (one) => moved(one, { x: 0.05, y: 0.05 }) },
  { name: 'zoomed by 10 % a side', make: (one) => moved(one, { zoom: 1.25 }) },
  { name: '40 % from another', make: (one, other) => patched(one, fitted(other, one), 0.4) },
  { name: '20 % from another', make: (one, other) => patched(one, fitted(other, one), 0.2) },
  { name: 'heavy blur', make: (one) => blurred(one) },
  { name: 'blank', make: (one) => flat(one, 0) },
  { name: 'nearly blank', make: (one) => flat(one, 3) },
  { name: 'noise alone', make: (one) => noisy(flat(one, 0), 60) },
  { name: 'hue turned by 120', make: (one) => sharped(one, (s) => s.modulate({ hue: 120 })) },
];

/** What is hard to tell, or not to be told at this size. */
export const small: readonly Edit[] = [
  { name: '10 % from another', make: (one, other) => patched(one, fitted(other, one), 0.1) },
  { name: '5 % from another', make: (one, other) => patched(one, fitted(other, one), 0.05) },
  { name: '2 % from another', make: (one, other) => patched(one, fitted(other, one), 0.02) },
  { name: '20 % painted out', make: async (one) => patched(one, await blurred(one), 0.2) },
  { name: '10 % painted out', make: async (one) => patched(one, await blurred(one), 0.1) },
  { name: '5 % painted out', make: async (one) => patched(one, await blurred(one), 0.05) },
  { name: 'upper 40 % another sky', make: (one) => sky(one) },
  { name: 'garbled text', make: (one) => written(one) },
  { name: 'grey', make: (one) => sharped(one, (s) => s.modulate({ saturation: 0 })) },
  { name: 'hue turned by 60', make: (one) => sharped(one, (s) => s.modulate({ hue: 60 })) },
  { name: 'turned by 3 degrees', make: (one) => turned(one, 3) },
  { name: 'shifted by 3 %', make: (one) => moved(one, { x: 0.03, y: 0.03 }) },
];

function locally(one: Raster, look: Look, strength: number): Raster {
  const analysis = analyse(one);
  const copy = { ...one, data: one.data.slice() };
  return applyPlan(copy, makePlan(analysis, { look, strength, scale: 1 }), analysis.light);
}

function mapped(one: Raster, map: (value: number, channel: number, pixel: number) => number): Raster {
  const { channels } = one;
  const data = Uint8Array.from(one.data, (value, at) =>
    Math.max(0, Math.min(255, Math.round(map(value, at % channels, Math.floor(at / channels))))),
  );
  return { ...one, data };
}

function balanced(one: Raster, gains: readonly [number, number, number]): Raster {
  return mapped(one, (value, channel) => value * (gains[channel] as number));
}

// What was yellow, pale and flat becomes neutral and full.
function mended(one: Raster): Promise<Raster> {
  const even = balanced(
    mapped(one, (value) => 128 + (value - 128) * 1.6),
    [0.85, 1, 1.3],
  );
  return sharped(even, (s) => s.median(3).modulate({ saturation: 1.4 }));
}

function lit(one: Raster): Raster {
  return mapped(one, (value, _, pixel) => value * (0.6 + (0.8 * (pixel % one.width)) / one.width));
}

async function sharped(one: Raster, work: (image: Sharp) => Sharp): Promise<Raster> {
  const { width, height } = one;
  const image = sharp(one.data, { raw: { width, height, channels: 3 } });
  const { data, info } = await work(image)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { ...one, data: new Uint8Array(data), width: info.width, height: info.height };
}

async function throughJpeg(one: Raster, quality: number): Promise<Raster> {
  const { width, height } = one;
  const bytes = await sharp(one.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { ...one, data: new Uint8Array(await sharp(bytes).raw().toBuffer()) };
}

async function throughSize(one: Raster, share: number): Promise<Raster> {
  const width = Math.round(one.width * share);
  const less = await sharped(one, (s) => s.resize(width, Math.round(one.height * share), { fit: 'fill' }));
  return sharped(less, (s) => s.resize(one.width, one.height, { fit: 'fill' }));
}

async function blurred(one: Raster): Promise<Raster> {
  return sharped(one, (s) => s.blur(Math.max(one.width, one.height) / 50));
}

function flat(one: Raster, deviation: number): Raster {
  const plain = mapped(one, (_, channel) => [120, 130, 140][channel] as number);
  return deviation === 0 ? plain : noisy(plain, deviation);
}

function noisy(one: Raster, deviation: number): Raster {
  const next = randomFrom(7);
  return mapped(one, (value) => value + (next() + next() + next() + next() - 2) * Math.sqrt(3) * deviation);
}

async function moved(
  one: Raster,
  { x = 0, y = 0, zoom = 1 }: { x?: number; y?: number; zoom?: number },
): Promise<Raster> {
  const { width, height } = one;
  const [wide, high] = [Math.round(width * zoom), Math.round(height * zoom)];
  const larger = zoom === 1 ? one : await sharped(one, (s) => s.resize(wide, high, { fit: 'fill' }));
  const [left, top] = [
    Math.round((wide - width) / 2 + x * width),
    Math.round((high - height) / 2 + y * height),
  ];
  const data = new Uint8Array(one.data.length);
  const within = (at: number, length: number) => Math.max(0, Math.min(length - 1, at));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (within(row + top, high) * wide + within(column + left, wide)) * 3;
      data.set(larger.data.subarray(from, from + 3), (row * width + column) * 3);
    }
  }
  return { ...one, data };
}

async function turned(one: Raster, degrees: number): Promise<Raster> {
  const whole = await sharped(one, (s) => s.rotate(degrees, { background: '#808080' }));
  const [left, top] = [(whole.width - one.width) >> 1, (whole.height - one.height) >> 1];
  return sharped(whole, (s) => s.extract({ left, top, width: one.width, height: one.height }));
}

async function fitted(other: Raster, { width, height }: Raster): Promise<Raster> {
  return sharped(other, (s) => s.resize(width, height, { fit: 'cover' }));
}

// A square-like part in the middle left, of `share` of the area.
async function patched(one: Raster, by: Raster | Promise<Raster>, share: number): Promise<Raster> {
  const from = await by;
  const side = Math.sqrt(share);
  const [left, top] = [Math.round(one.width * 0.45 * (1 - side)), Math.round(one.height * 0.55 * (1 - side))];
  const [right, bottom] = [left + Math.round(one.width * side), top + Math.round(one.height * side)];
  const data = Uint8Array.from(one.data);
  for (let y = top; y < bottom; y++) {
    const row = y * one.width;
    data.set(from.data.subarray((row + left) * 3, (row + right) * 3), (row + left) * 3);
  }
  return { ...one, data };
}

// A gradient with clouds in the place of the upper part.
function sky(one: Raster): Raster {
  const until = one.height * 0.4;
  return mapped(one, (value, channel, pixel) => {
    const [x, y] = [pixel % one.width, Math.floor(pixel / one.width)];
    if (y > until) return value;
    const cloud = Math.sin((x / one.width) * 23) * Math.sin((y / one.height) * 31 + x / 90);
    return ([90, 140, 210][channel] as number) + (y / until) * 40 + Math.max(0, cloud) * 90;
  });
}

async function written(one: Raster): Promise<Raster> {
  const { width, height } = one;
  const lines = ['Wlkomne to hte', 'Ofiicail Gaurden', 'OPNE 24/8'].map(
    (text, at) =>
      `<text x="${width * 0.2}" y="${height * (0.35 + at * 0.13)}" font-size="${height / 9}" fill="white" stroke="black" stroke-width="2">${text}</text>`,
  );
  const svg = Buffer.from(
    `<svg width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg">${lines.join('')}</svg>`,
  );
  return sharped(one, (s) => s.composite([{ input: svg }]));
}

// As models do that paint a picture anew: not quite in place, fine texture made up, through their own compression.
async function repainted(one: Raster, zoom: number): Promise<Raster> {
  const placed = await moved(one, { zoom, x: 0.003, y: 0.002 });
  const coarse = await sharped(await throughSize(placed, 0.4), (s) => s.sharpen({ sigma: 1 }));
  return throughJpeg(noisy(coarse, 4), 85);
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
