// The steps of `local` as a preset file names them: one number each.
import type { Look, LookStep, StepWish } from '../providers/local/look.ts';

/** Every step that may be named, in the order they are applied, and what it is for. */
export const stepWords: Readonly<Record<LookStep, string>> = {
  denoise: 'noise',
  'white-balance': 'a tint of the light',
  dehaze: 'haze',
  exposure: 'too little or too much light',
  contrast: 'black that is grey, white that is dull',
  'fill-light': 'dark parts of a bright picture',
  'local-contrast': 'flat texture',
  vibrance: 'pale colours',
  sharpen: 'soft edges',
};
export const stepNames = Object.keys(stepWords) as readonly LookStep[];
export const mostShare = 2;

/** By step, how much of what is measured to be wrong is mended: 0 none, 1 the usual, 2 twice that. */
export type Shares = Readonly<Partial<Record<LookStep, number>>>;

/** `look` with other shares: 0 takes a step out; the least amount of one that has it grows and shrinks with its share. */
export function withShares(look: Look, shares: Shares): Look {
  const changed: Partial<Record<LookStep, StepWish>> = { ...look };
  for (const [name, share] of Object.entries(shares) as [LookStep, number][]) {
    const wish = look[name];
    if (wish?.share === share) continue;
    if (share === 0) delete changed[name];
    else changed[name] = wish === undefined ? { share } : scaled(wish, share);
  }
  return changed;
}

/** The share of every step there is, 0 of those the look leaves out. */
export function sharesOf(look: Look): Readonly<Record<LookStep, number>> {
  const all = stepNames.map((name) => [name, look[name]?.share ?? 0] as const);
  return Object.fromEntries(all) as Record<LookStep, number>;
}

function scaled(wish: StepWish, share: number): StepWish {
  if (wish.least === undefined || wish.share === 0) return { ...wish, share };
  return { ...wish, share, least: Number(((wish.least * share) / wish.share).toFixed(4)) };
}
