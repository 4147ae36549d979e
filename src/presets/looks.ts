// What `local` does for each built-in preset: wishes over one and the same plan.
import type { Look } from '../providers/local/look.ts';

/** Every step as far as it is measured to be needed. */
export const autoLook: Look = {
  denoise: { share: 1 },
  'white-balance': { share: 1 },
  exposure: { share: 1 },
  contrast: { share: 1 },
  'fill-light': { share: 1 },
  'local-contrast': { share: 1 },
  vibrance: { share: 1 },
  sharpen: { share: 1 },
};

/** A look with nothing but sharpening, of at least 0.8 of the usual strength. */
export const sharpenLook: Look = { sharpen: { share: 1, least: 0.8 } };
