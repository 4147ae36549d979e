// Synthetic faults: what goes wrong with photographs, made from good ones, so that the original is known.
import type { Raster } from '../../src/images/raster.ts';
import { decode, encode } from '../../src/providers/local/tone.ts';

export const faultKinds = ['dark', 'bright', 'cast', 'haze', 'low contrast', 'noise', 'mixed'] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly name: string;
  readonly kind: FaultKind;
  /** A new picture with the fault; of an 8-bit RGB or grey one, which is left as it is. */
  readonly make: (raster: Raster) => Raster;
}

// Grey-blue, as air is in the distance.
const air = [0.72, 0.77, 0.83] as const;
const warm = cast(1.06, 1, 0.75);
const cool = cast(0.78, 0.95, 1.05);
const flat = even((x) => 0.5 + 0.6 * (x - 0.5));

export const faults: readonly Fault[] = [
  { name: 'exposure -2 EV', kind: 'dark', make: made(light(-2)) },
  { name: 'exposure -1 EV', kind: 'dark', make: made(light(-1)) },
  { name: 'exposure -0.5 EV', kind: 'dark', make: made(light(-0.5)) },
  { name: 'exposure +0.5 EV', kind: 'bright', make: made(light(0.5)) },
  { name: 'exposure +1 EV', kind: 'bright', make: made(light(1)) },
  { name: 'exposure +1.5 EV', kind: 'bright', make: made(light(1.5)) },
  { name: 'warm cast', kind: 'cast', make: made(warm) },
  { name: 'tungsten cast', kind: 'cast', make: made(cast(1.1, 1, 0.6)) },
  { name: 'cool cast', kind: 'cast', make: made(cool) },
  { name: 'green cast', kind: 'cast', make: made(cast(0.86, 1.04, 0.86)) },
  { name: 'even haze', kind: 'haze', make: made(even((x) => 0.5 * x + 95 / 255)) },
  { name: 'haze by depth', kind: 'haze', make: made(hazeByDepth(0.9, 0.35)) },
  { name: 'low contrast', kind: 'low contrast', make: made(flat) },
  { name: 'noise 5', kind: 'noise', make: made(noise(5)) },
  { name: 'noise 10', kind: 'noise', make: made(noise(10)) },
  { name: 'noise 15', kind: 'noise', make: made(noise(15)) },
  { name: 'noise 25', kind: 'noise', make: made(noise(25)) },
  { name: '-1 EV, warm, noise 8', kind: 'mixed', make: made(light(-1), warm, noise(8)) },
  { name: 'haze by depth, cool', kind: 'mixed', make: made(hazeByDepth(0.9, 0.35), cool) },
  { name: 'flat, -1 EV, noise 5', kind: 'mixed', make: made(flat, light(-1), noise(5)) },
];

// From a code value 0 to 1 to another; `up` is the place in the picture, 0 at the bottom and 1 at the top.
type Change = (value: number, channel: number, up: number) => number;

// One after the other without rounding in between. Each is begun anew for each picture, so that a series starts over.
function made(...begin: readonly (() => Change)[]): Fault['make'] {
  return (raster) => {
    const { width, height, channels } = raster;
    const changes = begin.map((start) => start());
    const data = (raster.data as Uint8Array).map((from, at) => {
      const up = 1 - Math.floor(at / channels / width) / Math.max(1, height - 1);
      let value = from / 255;
      for (const change of changes) value = Math.max(0, Math.min(1, change(value, at % channels, up)));
      return Math.round(value * 255);
    });
    return { ...raster, data };
  };
}

function even(change: (value: number) => number): () => Change {
  return () => change;
}

// Stops, on linear light.
function light(ev: number): () => Change {
  return even((x) => encode(decode(x) * 2 ** ev));
}

function cast(...gains: readonly [number, number, number]): () => Change {
  return () => (x, channel) => x * (gains[channel] as number);
}

// Transmission falls evenly with height, as if what is higher in the picture were farther away.
function hazeByDepth(bottom: number, top: number): () => Change {
  return () => (x, channel, up) => {
    const transmission = bottom + (top - bottom) * up;
    return transmission * x + (1 - transmission) * (air[channel] as number);
  };
}

// Normally distributed (Box and Muller) from a fixed series (Park and Miller), so that every run sees the same noise.
function noise(sigmaOf255: number): () => Change {
  return () => {
    let state = 20_261;
    const next = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    return (x) => x + (sigmaOf255 / 255) * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  };
}
