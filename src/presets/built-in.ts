import type { Look } from '../providers/local/look.ts';
import {
  autoLook,
  dehazeLook,
  denoiseLook,
  lowLightLook,
  portraitLook,
  productLook,
  realEstateLook,
  sharpenLook,
  vividLook,
} from './looks.ts';
import { enlarging, operationPresets } from './operation-presets.ts';
import type { GenerativeAction, LocalAction, Preset } from './preset.ts';
import { prompts } from './prompts.ts';

/** In the order they are listed: what `local` does first. */
export const builtInPresets: readonly Preset[] = [
  {
    name: 'auto',
    version: 1,
    summary: 'exposure, contrast, white balance, colour and sharpness, each only as far as needed',
    description:
      'Corrects what falls short. local measures each picture, and copies one that needs nothing byte for byte.',
    local: locally(autoLook),
    generative: asked('auto'),
  },
  {
    name: 'upscale',
    version: 1,
    summary: 'two or four times the width and height',
    description:
      'local enlarges with an aligned Lanczos filter, and adds nothing; models that enlarge bring detail of their own.',
    local: locally({}, ['2x', '4x']),
    generative: enlarging,
  },
  {
    name: 'sharpen',
    version: 1,
    summary: 'sharpness alone, as far as the picture bears it',
    description:
      'Light and colours stay as they are. local sharpens edges by what is measured to be missing.',
    local: locally(sharpenLook),
    generative: asked('sharpen'),
  },
  {
    name: 'draft',
    version: 1,
    summary: 'as auto, by a fast model at low quality: for trying out and thumbnails',
    description: 'A cheap way to see what AI makes of your pictures. Fine detail and small text may suffer.',
    generative: {
      prompt: prompts.draft,
      quality: 'low',
      models: { openai: 'gpt-image-2.5-flare', gemini: 'gemini-3.1-flash-lite-image' },
    },
  },
  {
    name: 'low-light',
    version: 1,
    summary: 'brightens what was taken in poor light, and clears its noise',
    description: 'Makes the subject clear to see; night stays night, and no new light appears.',
    local: locally(lowLightLook),
    generative: asked('low-light'),
  },
  {
    name: 'denoise',
    version: 1,
    summary: 'noise, grain and compression blocks',
    description: 'Removes noise and keeps texture; light and colours stay as they are.',
    local: locally(denoiseLook),
    generative: asked('denoise'),
  },
  {
    name: 'dehaze',
    version: 1,
    summary: 'haze, smog and the veil of backlight or glass',
    description: 'Brings back contrast and colour in the distance; the sky stays the same sky.',
    local: locally(dehazeLook),
    generative: asked('dehaze'),
  },
  {
    name: 'real-estate',
    version: 1,
    summary: 'rooms and buildings: even light, white walls, readable windows',
    description: 'For property listings. Sky, furniture, wear and damage stay as the buyer will find them.',
    local: locally(realEstateLook),
    generative: asked('real-estate'),
  },
  {
    name: 'product',
    version: 1,
    summary: 'goods: neutral colours, clean light, labels untouched',
    description: 'For shops. Colours, parts, quantity and every printed letter stay true to the goods.',
    local: locally(productLook),
    generative: asked('product'),
  },
  {
    name: 'portrait',
    version: 1,
    summary: 'people: light and colour, no beautifying',
    description: 'Balances light on faces; complexion, pores, wrinkles and all else of a person stay.',
    local: locally(portraitLook),
    generative: asked('portrait'),
  },
  {
    name: 'vivid',
    version: 1,
    summary: 'stronger colours and deeper contrast than the scene had',
    description: 'For a bold look. Skin and what is colourful already are held back.',
    local: locally(vividLook),
  },
  {
    name: 'restore',
    version: 1,
    summary: 'old photographs: scratches, creases, fading',
    description: 'Mends the print and not the people: faces are not redrawn, and nothing is colourised.',
    generative: asked('restore'),
  },
  {
    name: 'food',
    version: 1,
    summary: 'dishes: daylight colours, white plates',
    description: 'Shows the dish as it is served: same portion, same garnish, no added gloss or steam.',
    generative: asked('food'),
  },
  ...operationPresets,
];

function locally(look: Look, sizes: LocalAction['sizes'] = ['keep']): LocalAction {
  return { look, strength: 0.65, sizes };
}

function asked(name: keyof typeof prompts): GenerativeAction {
  // Services have models that do nothing else.
  const operation = name === 'denoise' || name === 'restore' ? { operation: name } : {};
  // Sharpness is finer than what results are compared by.
  const drift = name === 'sharpen' ? { drift: { mustChange: false } } : {};
  return { ...operation, prompt: prompts[name], quality: 'high', ...drift };
}
