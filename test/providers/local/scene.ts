// Small made-up pictures for the tests of the provider `local`.
import type { Raster } from '../../../src/images/raster.ts';
import { decode, encode } from '../../../src/providers/local/tone.ts';

const maxOf = (raster: Raster) => (raster.depth === 8 ? 255 : 65535);

/** Numbers from 0 to 1, the same on every run (Park and Miller). */
export function series(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A well-exposed RGB picture: grey and moderately coloured squares from black to white, averaging neutral. */
export function goodScene(width = 192, height = 144, depth: 8 | 16 = 8): Raster {
  const next = series(7);
  const columns = Math.ceil(width / 12);
  const squares = Array.from({ length: columns * Math.ceil(height / 12) }, (_, at) => {
    const light = (at % 12) / 11;
    const tint = (at % 3 === 0 ? 0 : 1.2) * Math.min(light, 1 - light);
    return [0, 1, 2].map(() => Math.max(0, Math.min(1, light + tint * (next() * 2 - 1))));
  });
  return paint(width, height, depth, (x, y) => {
    const square =
      Math.floor(y / 12) * columns + ((Math.floor(x / 12) * 5 + Math.floor(y / 12) * 3) % columns);
    return squares[square] as number[];
  });
}

/** An RGB raster of the colours 0..1 that `colourAt` gives. */
export function paint(
  width: number,
  height: number,
  depth: 8 | 16,
  colourAt: (x: number, y: number) => readonly number[],
): Raster {
  const max = depth === 8 ? 255 : 65535;
  const data = depth === 8 ? new Uint8Array(width * height * 3) : new Uint16Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, y);
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = Math.round((colour[c] ?? 0) * max);
    }
  }
  return { data, width, height, pages: 1, channels: 3, depth };
}

/** A copy with every value changed; values are 0 to 1. */
export function change(raster: Raster, by: (value: number, channel: number, at: number) => number): Raster {
  const max = maxOf(raster);
  const data = raster.data.slice();
  for (let at = 0; at < data.length; at++) {
    const value = by((data[at] as number) / max, at % raster.channels, at);
    data[at] = Math.max(0, Math.min(max, Math.round(value * max)));
  }
  return { ...raster, data };
}

export const light = (raster: Raster, ev: number) => change(raster, (x) => encode(decode(x) * 2 ** ev));

export const tint = (raster: Raster, ...gains: [number, number, number]) =>
  change(raster, (x, channel) => x * (gains[channel] ?? 1));

/** Adds normally distributed noise of a deviation given on the scale 0 to 255. */
export function addNoise(raster: Raster, sigma: number): Raster {
  const next = series(3);
  return change(
    raster,
    (x) => x + (sigma / 255) * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
  );
}

/** A copy with other channels: 1 keeps green, 2 and 4 add an alpha that `alphaAt` gives (0 to 1). */
export function withChannels(
  raster: Raster,
  channels: 1 | 2 | 3 | 4,
  alphaAt: (pixel: number) => number = () => 1,
): Raster {
  const count = raster.data.length / raster.channels;
  const data = raster.depth === 8 ? new Uint8Array(count * channels) : new Uint16Array(count * channels);
  for (let pixel = 0; pixel < count; pixel++) {
    for (let c = 0; c < channels; c++) {
      const alpha = channels % 2 === 0 && c === channels - 1;
      const from = pixel * raster.channels + (channels < 3 ? 1 : c);
      data[pixel * channels + c] = alpha
        ? Math.round(alphaAt(pixel) * maxOf(raster))
        : (raster.data[from] as number);
    }
  }
  return { ...raster, data, channels };
}

/** One channel of a raster as plain numbers. */
export function channelOf({ data, channels }: Raster, channel: number): number[] {
  return Array.from(data).filter((_, at) => at % channels === channel);
}

/** Peak signal-to-noise ratio in dB. */
export function psnr(one: Raster, other: Raster): number {
  let sum = 0;
  for (let at = 0; at < one.data.length; at++) {
    sum += ((one.data[at] as number) - (other.data[at] as number)) ** 2;
  }
  return 10 * Math.log10(maxOf(one) ** 2 / (sum / one.data.length));
}
