// Presets for what services do besides making the whole picture better.
import { describing, operationPrompts } from './operation-prompts.ts';
import type { GenerativeAction, Preset } from './preset.ts';

/** How services are asked to enlarge. */
export const enlarging: GenerativeAction = {
  operation: 'upscale',
  prompt: operationPrompts.upscale,
  prompts: describing('A clear, sharp photograph with natural texture and true colours.'),
  quality: 'high',
};

/** In the order they are listed. */
export const operationPresets: readonly Preset[] = [
  {
    name: 'listing',
    version: 1,
    summary: 'property listings: straight, bright and honest',
    description: 'As real-estate, and leaning walls stand upright. Nothing is staged, nothing is hidden.',
    // Walls that leaned stand elsewhere.
    generative: { prompt: operationPrompts.listing, quality: 'high', drift: { structure: 0.3 } },
  },
  {
    name: 'old-photo',
    version: 1,
    summary: 'scans of old prints: damage, yellowing, faded colours, softness',
    description:
      'As restore, and the paper and its dyes look new. Nothing is colourised, no face is redrawn.',
    generative: { operation: 'restore', prompt: operationPrompts['old-photo'], quality: 'high' },
  },
  {
    name: 'relight',
    version: 1,
    summary: 'softer and better light; --prompt says which',
    description: 'Changes the light and nothing it falls on. Say where it comes from: --prompt.',
    generative: {
      operation: 'relight',
      prompt: operationPrompts.relight,
      // The others take an instruction, or no words at all.
      prompts: describing(
        'The same scene in a soft, natural main light from one side, with gentle shadows and no glare.',
        ['stability'],
      ),
      quality: 'high',
    },
  },
  {
    name: 'remove-background',
    version: 1,
    summary: 'the subject alone, the rest transparent (PNG, WebP, AVIF or TIFF)',
    description: 'Cuts out the main subject. JPEG has no transparency: give --format png.',
    generative: {
      operation: 'remove-background',
      prompt: operationPrompts['remove-background'],
      quality: 'high',
    },
  },
  {
    name: 'replace-background',
    version: 1,
    summary: 'another background: --background white, a picture, or words',
    description:
      'A colour or a picture of your own is put behind the subject here; words are painted by a model.',
    generative: {
      operation: 'replace-background',
      prompt: operationPrompts['replace-background'],
      quality: 'high',
    },
  },
  {
    name: 'fill',
    version: 1,
    summary: 'paints within --mask what --prompt says, else what fits',
    description: 'Changes nothing outside of the mask. Without a prompt the surroundings are continued.',
    generative: {
      operation: 'fill',
      prompt: operationPrompts.fill,
      prompts: describing(
        'The surroundings, continued without a seam: same materials, light, perspective and grain.',
      ),
      quality: 'high',
    },
  },
  {
    name: 'expand',
    version: 1,
    summary: 'more picture beyond the edges: --expand 20%, left=200, 16:9',
    description:
      'The picture itself stays, pixel for pixel. A model continues it beyond its edges; local mirrors it there, softly.',
    local: { look: {}, strength: 0.65, sizes: ['keep'], expands: true },
    generative: {
      operation: 'expand',
      prompt: operationPrompts.expand,
      prompts: describing(
        'The same scene continued beyond its edges: same light, perspective, focus and grain, nothing new.',
      ),
      quality: 'high',
    },
  },
  {
    name: 'retouch',
    version: 1,
    summary: 'takes away what --mask marks or --remove names',
    description: 'What was behind is continued from what is around it: it cannot be known.',
    generative: { operation: 'retouch', prompt: operationPrompts.retouch, quality: 'high' },
  },
];
