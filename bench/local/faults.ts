// Synthetic faults: what goes wrong with photographs, made from good ones, so that the original is known.
import type { Raster } from '../../src/images/raster.ts';
import { decode, encode } from '../../src/providers/local/tone.ts';

export interface Fault {
  readonly name: string;
  readonly kind: string;
  readonly make: (raster: Raster) => Raster;
}

export const faults: readonly Fault[] = [
  { name: 'exposure -2 EV', kind: 'dark', make: light(-2) },
  { name: 'exposure -1 EV', kind: 'dark', make: light(-1) },
  { name: 'exposure +1 EV', kind: 'bright', make: light(1) },
  { name: 'exposure +1.5 EV', kind: 'bright', make: light(1.5) },
  { name: 'warm cast', kind: 'cast', make: cast(1.06, 1, 0.75) },
  { name: 'tungsten cast', kind: 'cast', make: cast(1.1, 1, 0.6) },
  { name: 'cool cast', kind: 'cast', make: cast(0.78, 0.95, 1.05) },
  { name: 'green cast', kind: 'cast', make: cast(0.86, 1.04, 0.86) },
  { name: 'haze', kind: 'haze', make: channelwise((x) => 0.5 * x + 95 / 255) },
  { name: 'low contrast', kind: 'low contrast', make: channelwise((x) => 0.5 + 0.6 * (x - 0.5)) },
  { name: 'noise 10', kind: 'noise', make: noise(10) },
  { name: 'noise 25', kind: 'noise', make: noise(25) },
];

function light(ev: number): Fault['make'] {
  return channelwise((x) => encode(decode(x) * 2 ** ev));
}

function cast(...gains: [number, number, number]): Fault['make'] {
  return channelwise((x, channel) => x * (gains[channel] ?? 1));
}

function channelwise(change: (value: number, channel: number) => number): Fault['make'] {
  return (raster) => ({
    ...raster,
    data: (raster.data as Uint8Array).map((value, at) =>
      Math.max(0, Math.min(255, Math.round(change(value / 255, at % raster.channels) * 255))),
    ),
  });
}

// Normally distributed (Box and Muller) from a fixed series (Park and Miller), so that every run sees the same noise.
function noise(sigma: number): Fault['make'] {
  return (raster) => {
    let state = 20_261;
    const next = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    return {
      ...raster,
      data: (raster.data as Uint8Array).map((value) => {
        const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
        return Math.max(0, Math.min(255, Math.round(value + sigma * normal)));
      }),
    };
  };
}
