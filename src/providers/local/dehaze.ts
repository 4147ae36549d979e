import { blueWeight, greenWeight, redWeight } from './statistics.ts';
import type { Strip } from './strip.ts';

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

/**
 * Takes haze away, in place: what is seen through air A with transmission t is I = t J + (1 - t) A (Koschmieder), so
 * J = A + (I - A) / t with t = 1 - amount * veil / A (He, Sun, Tang 2009), on code values. Transmission is held back near
 * the colour of the air, and where a channel would pass black or white. Luma and base move as grey would.
 */
export function dehazeStrip(strip: Strip, { amount, air }: Dehaze): void {
  const { red, green, blue, luma, base, veil } = strip;
  const [airRed, airGreen, airBlue] = air.map((value) => Math.max(0.05, Math.min(0.995, value))) as [
    number,
    number,
    number,
  ];
  const airLuma = redWeight * airRed + greenWeight * airGreen + blueWeight * airBlue;
  const share = amount / airLuma;
  for (let x = 0; x < strip.count; x++) {
    const r = (red[x] as number) - airRed;
    const g = (green[x] as number) - airGreen;
    const b = (blue[x] as number) - airBlue;
    let t = 1 - share * (veil[x] as number);
    if (t < leastTransmission) t = leastTransmission;
    const away = Math.max(r, g, b, -r, -g, -b);
    if (away < airDistance && t < airTransmission) t += (airTransmission - t) * (1 - away / airDistance);
    const least = Math.min(r / airRed, g / airGreen, b / airBlue) + 1;
    if (t < 1 - mostOfDarkest * least) t = 1 - mostOfDarkest * least;
    const over = Math.max(r / (1 - airRed), g / (1 - airGreen), b / (1 - airBlue));
    if (over > 0) t += (1 - t) * Math.min(1, over);
    red[x] = airRed + r / t;
    green[x] = airGreen + g / t;
    blue[x] = airBlue + b / t;
    luma[x] = clamp(airLuma + ((luma[x] as number) - airLuma) / t);
    base[x] = clamp(airLuma + ((base[x] as number) - airLuma) / t);
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
