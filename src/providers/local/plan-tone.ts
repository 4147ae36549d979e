import type { Decision, Wanted } from './plan.ts';
import { ramp } from './ramp.ts';
import type { ToneStatistics } from './statistics.ts';
import { decode } from './tone.ts';

const worthwhileEv = 0.12;
const mostEv = 2.6;

/**
 * More light where even the brightest parts are dark, less where much is white and the rest bright. `coolness` is how much
 * bluer than red the whole picture is, as in `Cast`.
 */
export function planExposure(tone: ToneStatistics, coolness: number, { reach, trigger }: Wanted): Decision {
  if (tone.whiteShare > 0.04 && tone.medianBelowWhite > 0.55) return lessLight(tone, reach);
  const missing = Math.log2(decode(0.95) / decode(Math.max(0.05, tone.brightest)));
  const darkness = ramp(tone.p50, 0.5 / trigger, 0.32 / trigger);
  // Dusk is dark and blue, and its lights need not be white.
  const dusk = 1 - 0.5 * ramp(coolness, 0.3, 0.7) * ramp(missing, 1.2, 0.8);
  const ev = round(Math.min(mostEv, missing * reach) * darkness * dusk, 2);
  if (ev < worthwhileEv) return undefined;
  return {
    name: 'exposure',
    ev,
    why: `brightest parts ${of255(tone.brightest)}, median luma ${of255(tone.p50)}`,
  };
}

function lessLight(tone: ToneStatistics, reach: number): Decision {
  const ev = round(-Math.min(1, Math.log2(decode(tone.medianBelowWhite) / decode(0.5))) * reach, 2);
  if (ev > -worthwhileEv) return undefined;
  const why = `${percent(tone.whiteShare)} is white, median luma of the rest ${of255(tone.medianBelowWhite)}`;
  return { name: 'exposure', ev, why };
}

/**
 * Levels: the darkest parts towards black and the brightest towards white, fully only where both are veiled. `isLit`:
 * light was missing, so that dull brightest parts are no choice of the photographer's. The least is in code values that
 * are given up at either end.
 */
export function planContrast(
  tone: ToneStatistics,
  isLit: boolean,
  { reach, least, trigger }: Wanted,
): Decision {
  const veil = Math.min(ramp(tone.darkest, 0.06, 0.2), ramp(tone.brightest, 0.96, 0.85));
  const stretch = Math.max(0, tone.darkest - 0.04) * reach * (0.4 / trigger + 0.6 * veil);
  const asked = least / 255;
  const black = Math.max(asked, Math.min(stretch, 0.1 + 0.25 * veil));
  const dull = isLit ? 0.35 : 0.2;
  const raised = Math.max(0, 0.97 - tone.brightest) * reach * (dull / trigger + (1 - dull) * veil);
  const white = 1 - Math.max(asked, Math.min(raised, 0.3));
  if (black < 0.02 && white > 0.97) return undefined;
  return {
    name: 'contrast',
    blackOf255: Math.round(black * 255),
    whiteOf255: Math.round(white * 255),
    why: `darkest parts ${of255(tone.darkest)}, brightest ${of255(tone.brightest)}`,
  };
}

/** Lifts dark surroundings where most of a picture that is not a night scene is dark, or where the look asks. */
export function planFillLight(tone: ToneStatistics, { reach, least, trigger }: Wanted): Decision {
  const darkness = ramp(tone.p50, 0.28 / trigger, 0.12 / trigger);
  const needed = Math.min(0.6, darkness * 0.7) * reach * ramp(tone.p95, 0.5, 0.75);
  const amount = round(Math.max(needed, least), 2);
  if (amount < (least > 0 ? 0.02 : 0.15)) return undefined;
  if (tone.blackShare > 0.12 / trigger)
    return { name: 'fill-light', skip: `${percent(tone.blackShare)} is black: night or a dark ground` };
  return { name: 'fill-light', amount, why: `median luma ${of255(tone.p50)}` };
}

const vividSaturation = 0.3;

/** More colour for pale pictures that do have colours; `colourSpread` is asked for only then. */
export function planVibrance(
  tone: ToneStatistics,
  colourSpread: () => number,
  { reach, least }: Wanted,
): Decision {
  if (tone.saturation >= vividSaturation && least === 0) return undefined;
  if (tone.saturation < 0.06 || colourSpread() < 0.06) {
    return { name: 'vibrance', skip: `nearly grey (mean saturation ${percent(tone.saturation)})` };
  }
  const missing = Math.max(0, vividSaturation - tone.saturation) / vividSaturation;
  // What is colourful already bears less.
  const asked = least * ramp(tone.saturation, 0.6, 0.35);
  const amount = round(Math.max(missing * 0.6 * reach, asked), 2);
  if (amount < 0.05) return undefined;
  return { name: 'vibrance', amount, why: `mean saturation ${percent(tone.saturation)}` };
}

function of255(value: number): string {
  return `${Math.round(value * 255)} of 255`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
