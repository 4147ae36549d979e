// OpenAI's models that edit pictures, as of November 2026 (developers.openai.com: model pages and deprecations).

import { CommandError, exitCodes } from '../../errors.ts';
import type { EditModel, SizeRule, UploadType } from '../model.ts';
import { unknownModel } from '../unknown-model.ts';
import { repainting } from '../usual-models.ts';

/** By what a model's tokens are counted. */
export type TokenFamily = '1.5' | '1-mini' | '2' | '2.5' | '2.6';

export interface OpenAIModel extends EditModel {
  readonly family: TokenFamily;
}

/** The model called `name`, or the default one. Throws CommandError (2) for one that is unknown, or gone on `today`. */
export function findOpenAIModel(name: string | undefined, today: string): OpenAIModel {
  const id = name ?? defaultModel;
  const ended = gone[id];
  const found = openaiModels.find((model) => model.id === id);
  const shutdownDate = found?.shutdownDate ?? ended;
  if (shutdownDate !== undefined && shutdownDate <= today) {
    throw new CommandError(`the model ${id} was shut down by OpenAI on ${shutdownDate}`, {
      exitCode: exitCodes.usage,
      hint: `use --model ${defaultModel}, or --model gpt-image-2.5-flare, which is faster`,
    });
  }
  if (found !== undefined) return found;
  const living = openaiModels.filter(({ shutdownDate: end }) => end === undefined || end > today);
  const names = living.map((model) => model.id);
  throw unknownModel(id, 'that edits pictures at OpenAI', names);
}

export const defaultModel = 'gpt-image-2.5-sunburst';

const uploadTypes: readonly UploadType[] = ['image/png', 'image/jpeg', 'image/webp'];

const common = {
  ...repainting,
  uploadTypes,
  outputTypes: uploadTypes,
  // "png, webp or jpg, less than 50 MB each".
  maxUploadBytes: 49_999_999,
  takesAnyOption: false,
} as const;

const freeSizes: SizeRule = {
  kind: 'free',
  multiple: 16,
  minPixels: 655_360,
  usualPixels: 2560 * 1440,
  maxPixels: 8_294_400,
  maxSide: 3840,
  maxRatio: 3,
};
const threeSizes: SizeRule = {
  kind: 'list',
  sizes: [
    { width: 1024, height: 1024 },
    { width: 1536, height: 1024 },
    { width: 1024, height: 1536 },
  ],
};

const options = { background: ['auto', 'opaque', 'transparent'], moderation: ['auto', 'low'] };
const basic = ['low', 'medium', 'high'];
const fine = [...basic, 'xhigh', 'max'];

export const openaiModels: readonly OpenAIModel[] = [
  ...['sunburst', 'flare'].flatMap((kind) => [
    make(`gpt-image-2.5-${kind}`, '2.5', fine),
    make(`gpt-image-2.5-${kind}-2026-09-08`, '2.5', fine),
  ]),
  ...['sunburst', 'flare'].map((kind) => ({
    ...make(`gpt-image-2.6-${kind}`, '2.6', fine),
    options: { ...options, complexity: basic },
  })),
  make('gpt-image-2', '2', basic),
  make('gpt-image-2-2026-04-21', '2', basic),
  ending('gpt-image-1.5', '1.5'),
  ending('gpt-image-1.5-2025-12-16', '1.5'),
  ending('gpt-image-1-mini', '1-mini'),
  ending('chatgpt-image-latest', '1.5'),
];

// Names that people remember, and when they ended.
const gone: Readonly<Record<string, string>> = {
  'gpt-image-1': '2026-10-23',
  'dall-e-3': '2026-05-12',
  'dall-e-2': '2026-05-12',
};

function make(id: string, family: TokenFamily, qualities: readonly string[]): OpenAIModel {
  return { ...common, id, family, qualities, options, sizes: freeSizes, shutdownDate: undefined };
}

function ending(id: string, family: TokenFamily): OpenAIModel {
  return { ...make(id, family, basic), sizes: threeSizes, shutdownDate: '2026-12-01' };
}
