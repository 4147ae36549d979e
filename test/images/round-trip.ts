// A service that gives back what it was sent, and how far its answer is from the source.
import sharp from 'sharp';
import type { TargetFormat } from '../../src/images/facts.ts';
import { inspect } from '../../src/images/inspect.ts';
import type { Raster } from '../../src/images/raster.ts';
import { restoreAnswer } from '../../src/images/restore/restore.ts';
import { bringsAlpha, plainShape, type ResultShape } from '../../src/images/restore/shape.ts';
import { targetFor } from '../../src/images/target.ts';
import { type PrepareOptions, prepareUpload } from '../../src/images/upload/prepare.ts';
import { resample } from '../../src/lanczos.ts';
import { limits, open } from './pictures.ts';
import { free } from './upload/rules.ts';

export interface Trip {
  readonly rule?: PrepareOptions['rule'];
  readonly type?: PrepareOptions['type'];
  readonly shape?: Partial<ResultShape>;
  readonly format?: TargetFormat;
  /** What the service makes of the upload; a PNG of the same pixels if left out. */
  readonly answer?: (upload: Buffer) => Promise<Buffer>;
}

export const identity = (upload: Buffer) => sharp(upload).png().toBuffer();

export async function sourceOf(bytes: Buffer) {
  return { bytes, facts: await inspect(bytes, limits) };
}

export const preparing: PrepareOptions = {
  limits,
  rule: free,
  maxUploadBytes: 50_000_000,
  type: 'image/png',
};

/** Prepares, has it answered and restores; `raster` and `facts` are those of the result, decoded again. */
export async function throughService(bytes: Buffer, trip: Trip = {}) {
  const source = await sourceOf(bytes);
  const options = { ...preparing, rule: trip.rule ?? free, type: trip.type ?? 'image/png' } as const;
  const prepared = await prepareUpload(source, undefined, options);
  const answer = await (trip.answer ?? identity)(prepared.upload.bytes);
  const format =
    trip.format ?? targetFor(source.facts, 'keep', bringsAlpha({ ...plainShape, ...trip.shape }));
  const encode = { format, quality: 100, metadata: 'keep', gps: 'keep' } as const;
  const { fit } = prepared;
  const restored = await restoreAnswer(source, answer, {
    fit,
    limits,
    encode,
    shape: { ...plainShape, ...trip.shape },
  });
  return { prepared, fit, restored, result: await open(restored.bytes), original: await open(bytes) };
}

/** The picture at the size of an upload's content and back, with nothing else done to it: what scaling alone loses. */
export function onlyScaled(raster: Raster, { width, height }: { width: number; height: number }): Raster {
  const small = resample(raster, { width, height });
  return { ...raster, ...resample(small, { width: raster.width, height: raster.height }) };
}

/** Peak signal-to-noise ratio of the colours in dB, 99 for the same; alpha weights them where there is any. */
export function psnr(one: Raster, other: Raster): number {
  const max = (raster: Raster) => (raster.depth === 8 ? 255 : 65_535);
  const colours = one.channels < 3 ? 1 : 3;
  if ((other.channels < 3 ? 1 : 3) !== colours || one.width !== other.width || one.height !== other.height)
    return 0;
  let [sum, weight] = [0, 0];
  for (let pixel = 0; pixel < one.width * one.height; pixel++) {
    const [at, to] = [pixel * one.channels, pixel * other.channels];
    const alpha = one.channels > colours ? (one.data[at + colours] as number) / max(one) : 1;
    weight += alpha * colours;
    for (let c = 0; c < colours; c++) {
      const difference =
        (one.data[at + c] as number) / max(one) - (other.data[to + c] as number) / max(other);
      sum += alpha * difference ** 2;
    }
  }
  return sum === 0 ? 99 : 10 * Math.log10(weight / sum);
}

/** A picture of soft shapes and one hard edge, without noise; `tint` turns its colours. */
export function scene(width: number, height: number, tint = 0): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      const at = (y * width + x) * 3;
      data[at] = 40 + 150 * u + 30 * Math.sin(9 * v + tint);
      data[at + 1] = 60 + 120 * v + 40 * Math.cos(7 * u * v + tint);
      data[at + 2] = (u + v > 1 ? 190 : 60) + 30 * Math.sin(5 * (u - v));
    }
  }
  return { data, width, height, pages: 1, channels: 3, depth: 8 };
}

export function asSharp({ data, width, height, channels }: Raster) {
  return sharp(data, { raw: { width, height, channels } });
}
