// Google's models that edit pictures with a key of AI Studio, as of November 2026 (@google/genai 3.1.0, ai.google.dev).

import { CommandError, exitCodes } from '../../errors.ts';
import { printable } from '../../text.ts';
import type { EditModel } from '../model.ts';
import { unknownModel } from '../unknown-model.ts';
import { commonRatios, longRatios, sizesOf } from './sizes.ts';

export const defaultModel = 'gemini-3.1-flash-image';

/** The model called `name`, or the default one. Throws CommandError (2) for one that is unknown, or gone on `today`. */
export function findGeminiModel(name: string | undefined, today: string): EditModel {
  const id = name ?? defaultModel;
  const end = gone.find(({ names }) => names.test(id))?.date;
  if (end !== undefined && end <= today) {
    throw new CommandError(`the model ${printable(id)} was shut down by Google on ${end}`, {
      exitCode: exitCodes.usage,
      hint: `use --model ${defaultModel} instead, or --model gemini-nano-banana-2.1`,
    });
  }
  const found = geminiModels.find((model) => model.id === id);
  if (found !== undefined) return found;
  const names = geminiModels.map((model) => model.id);
  throw unknownModel(id, 'that edits pictures at Google Gemini', names);
}

// Names that people remember, and when they ended.
const gone: readonly { readonly names: RegExp; readonly date: string }[] = [
  { names: /^gemini-2\.5-flash-image(?:-preview)?$/, date: '2026-10-02' },
  { names: /^imagen-/, date: '2026-08-17' },
];

// Half a megabyte of the 20 MB is left to the prompt and the frame; base64 takes four bytes for three.
const maxInlineBytes = 20_000_000;
const maxUploadBytes = Math.floor(((maxInlineBytes - 500_000) * 3) / 4);

const common = {
  // It paints the picture anew in a ratio of its own list and takes no mask: where something is to be painted cannot be
  // told it to the pixel (`fill`, `expand`), and more pixels than it makes cannot be asked for (`upscale`).
  operations: ['enhance', 'denoise', 'restore', 'relight', 'replace-background', 'retouch'],
  prompt: 'needed',
  mask: 'none',
  scales: [],
  isCreative: true,
  // It takes a seed and promises nothing for it.
  takes: { seed: false, negative: false, styles: [] },
  shutdownDate: undefined,
  uploadTypes: ['image/png', 'image/jpeg', 'image/webp'],
  outputTypes: ['image/png', 'image/jpeg'],
  maxUploadBytes,
  options: {},
  numbers: {},
  takesAnyOption: false,
} as const;

// What is sent has a legal ratio, padded where it must be, and the same ratio is asked for: so it comes back whole and
// uncropped. The qualities are the classes of what is made, whatever the size of what is sent.
const ofThree = { qualities: ['1K', '2K', '4K'], ...common } as const;
const anyRatio = { kind: 'list', sizes: sizesOf([...commonRatios, ...longRatios], [1, 2]) } as const;
const usualRatio = { kind: 'list', sizes: sizesOf(commonRatios, [1, 2]) } as const;

export const geminiModels: readonly EditModel[] = [
  { id: defaultModel, ...ofThree, sizes: anyRatio },
  { id: 'gemini-nano-banana-2.1', ...ofThree, sizes: anyRatio },
  { id: 'gemini-3-pro-image', ...ofThree, sizes: usualRatio },
  { id: 'nano-banana-pro-preview', ...ofThree, sizes: usualRatio },
  {
    id: 'gemini-3.1-flash-lite-image',
    ...{ ...common, qualities: ['1K'] },
    sizes: { kind: 'list', sizes: sizesOf(commonRatios, [1]) },
  },
];
