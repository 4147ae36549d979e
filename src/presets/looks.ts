// What `local` does for each built-in preset: wishes over one and the same plan. See `Look` for what the numbers mean.
import type { Look } from '../providers/local/look.ts';

/** Every step as far as it is measured to be needed. */
export const autoLook: Look = {
  denoise: { share: 1 },
  'white-balance': { share: 0.93 },
  dehaze: { share: 0.6 },
  exposure: { share: 1 },
  contrast: { share: 1 },
  'fill-light': { share: 1 },
  vibrance: { share: 1 },
  sharpen: { share: 1 },
};

/** Shadows opened wide, also in night scenes; the noise that comes with them is cleared sooner. */
export const lowLightLook: Look = {
  ...autoLook,
  denoise: { share: 1, trigger: 0.7 },
  exposure: { share: 1.1, trigger: 0.8 },
  'fill-light': { share: 1.3, least: 0.5, trigger: 0.4 },
  sharpen: { share: 0.7 },
};

/** The veil taken away from place to place, then what it took from contrast and colour. */
export const dehazeLook: Look = {
  dehaze: { share: 1, trigger: 0.7 },
  exposure: { share: 0.7 },
  contrast: { share: 1 },
  vibrance: { share: 0.7 },
};

export const denoiseLook: Look = { denoise: { share: 1, trigger: 0.6 } };

/** Nothing but sharpening, of at least 0.8 of the usual strength. */
export const sharpenLook: Look = { sharpen: { share: 1, least: 0.8 } };

/** White walls white, dark corners open, the view from the window kept; colours as they are. */
export const realEstateLook: Look = {
  ...autoLook,
  'white-balance': { share: 1, trigger: 0.6 },
  contrast: { share: 1, trigger: 0.8 },
  'fill-light': { share: 1.2, least: 0.25, trigger: 0.7 },
  'local-contrast': { share: 1, least: 0.12 },
  vibrance: { share: 0.7 },
};

/** Neutral and clean: the smallest cast and the faintest noise count, colours are not pushed. */
export const productLook: Look = {
  ...autoLook,
  denoise: { share: 1, trigger: 0.8 },
  'white-balance': { share: 1.1, trigger: 0.5 },
  contrast: { share: 1.1, trigger: 0.7 },
  vibrance: { share: 0.4 },
  sharpen: { share: 1, least: 0.25 },
};

/** Skin first: soft light, clean shadows, no crispness that ages. */
export const portraitLook: Look = {
  ...autoLook,
  denoise: { share: 1, trigger: 0.8 },
  'white-balance': { share: 0.8 },
  contrast: { share: 0.7 },
  'fill-light': { share: 1.2, least: 0.15 },
  vibrance: { share: 0.5 },
  sharpen: { share: 0.5 },
};

/** Deeper contrast and stronger colours than the scene had. */
export const vividLook: Look = {
  ...autoLook,
  contrast: { share: 1.2, least: 18 },
  'local-contrast': { share: 1, least: 0.6 },
  vibrance: { share: 1.2, least: 1.4 },
  sharpen: { share: 1, least: 0.3 },
};
