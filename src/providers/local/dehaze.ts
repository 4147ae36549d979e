import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import type { Strip } from './strip.ts';
import { largest } from './vibrance.ts';

/** How haze is taken away. */
export interface Dehaze {
  /** Share of the veil that is taken away, 0 to 1. */
  readonly amount: number;
  /** Colour of the haze, code values 0 to 1, after white balance. */
  readonly air: readonly [red: number, green: number, blue: number];
}

const leastTransmission = 0.25;
// What is nearly air itself (sky, cloud) keeps at least this much of it, fading out over the distance.
const airTransmission = 0.6;
const airDistance = 0.2;
// A pixel never loses more than this share of its darkest channel.
const mostOfDarkest = 0.85;

/** Transmission by veil, for veils evenly spread over 0 to 1 that a curve (`grey`, code values 0 to 1) goes before. */
export function transmissionOf(dehaze: Dehaze, grey: Float32Array): Float32Array {
  const share = dehaze.amount / lumaOf(boundedAir(dehaze));
  return grey.map((veil) => Math.max(leastTransmission, 1 - share * veil));
}

/**
 * Takes haze away, in place: what is seen through air A with transmission t is I = t J + (1 - t) A (Koschmieder), so
 * J = A + (I - A) / t with t = 1 - amount * veil / A (He, Sun, Tang 2009; in `transmission`, see transmissionOf), on code
 * values. Transmission is held back near the colour of the air, and where a channel would pass black or white. Luma and
 * base, if asked for, move as grey would.
 */
export function dehazeStrip(
  strip: Strip,
  dehaze: Dehaze,
  transmission: Float32Array,
  withBase: boolean,
): void {
  const { count, red, green, blue, luma, base, veil } = strip;
  const [airRed, airGreen, airBlue] = boundedAir(dehaze);
  const airLuma = lumaOf([airRed, airGreen, airBlue]);
  const last = transmission.length - 1;
  const [darkRed, darkGreen, darkBlue] = [
    mostOfDarkest / airRed,
    mostOfDarkest / airGreen,
    mostOfDarkest / airBlue,
  ];
  const [roomRed, roomGreen, roomBlue] = [1 / (1 - airRed), 1 / (1 - airGreen), 1 / (1 - airBlue)];
  const nearer = 1 / airDistance;
  for (let x = 0; x < count; x++) {
    const r = (red[x] as number) - airRed;
    const g = (green[x] as number) - airGreen;
    const b = (blue[x] as number) - airBlue;
    let t = transmission[((veil[x] as number) * last + 0.5) | 0] as number;
    if (t < airTransmission) {
      const away = largest(Math.abs(r), Math.abs(g), Math.abs(b));
      if (away < airDistance) t += (airTransmission - t) * (1 - away * nearer);
    }
    const least = 1 - mostOfDarkest - smallest(darkRed * r, darkGreen * g, darkBlue * b);
    if (t < least) t = least;
    if (r > 0 || g > 0 || b > 0) {
      const over = largest(r * roomRed, g * roomGreen, b * roomBlue);
      t = over < 1 ? t + (1 - t) * over : 1;
    }
    const gain = 1 / t;
    red[x] = airRed + r * gain;
    green[x] = airGreen + g * gain;
    blue[x] = airBlue + b * gain;
    if (!withBase) continue;
    luma[x] = clamp(airLuma + ((luma[x] as number) - airLuma) * gain);
    base[x] = clamp(airLuma + ((base[x] as number) - airLuma) * gain);
  }
}

function boundedAir({ air }: Dehaze): [red: number, green: number, blue: number] {
  return air.map((value) => Math.max(0.05, Math.min(0.995, value))) as [number, number, number];
}

function lumaOf([red, green, blue]: readonly [number, number, number]): number {
  return redWeight * red + greenWeight * green + blueWeight * blue;
}

function smallest(red: number, green: number, blue: number): number {
  const least = red < green ? red : green;
  return blue < least ? blue : least;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
