// Where each of Stability AI's models lies, and in which fields it is asked.
import { CallError, type EnhanceRequest, type Upload } from '../enhance.ts';
import { stability } from './stability.ts';

/** Fields of a form by name; those that are undefined are not sent. */
export type Fields = Readonly<Record<string, string | Upload | undefined>>;

export interface Endpoint {
  readonly path: string;
  /** Whether it answers with the id of a job, whose result is fetched later. */
  readonly isJob: boolean;
  /** Throws CallError for a wish that it cannot take. */
  readonly fieldsOf: (request: EnhanceRequest) => Fields;
}

const root = '/v2beta/stable-image';

/** By the id of the model. */
export const endpoints: Readonly<Record<string, Endpoint>> = {
  'upscale-fast': { path: `${root}/upscale/fast`, isJob: false, fieldsOf: ({ image }) => ({ image }) },
  'upscale-conservative': { path: `${root}/upscale/conservative`, isJob: false, fieldsOf: described },
  'upscale-creative': { path: `${root}/upscale/creative`, isJob: true, fieldsOf: described },
  erase: { path: `${root}/edit/erase`, isJob: false, fieldsOf: ({ image, mask }) => ({ image, mask }) },
  inpaint: {
    ...{ path: `${root}/edit/inpaint`, isJob: false },
    fieldsOf: (request) => ({ ...described(request), mask: request.mask }),
  },
  outpaint: { path: `${root}/edit/outpaint`, isJob: false, fieldsOf: expanded },
  'search-and-replace': { path: `${root}/edit/search-and-replace`, isJob: false, fieldsOf: replaced },
  'remove-background': {
    ...{ path: `${root}/edit/remove-background`, isJob: false },
    fieldsOf: ({ image }) => ({ image }),
  },
  'replace-background-and-relight': {
    ...{ path: `${root}/edit/replace-background-and-relight`, isJob: true },
    fieldsOf: ({ image, wish }) => ({ subject_image: image, background_prompt: wish.background }),
  },
  relight: {
    ...{ path: `${root}/edit/replace-background-and-relight`, isJob: true },
    fieldsOf: ({ image, prompt }) => ({
      ...{ subject_image: image, background_prompt: prompt, keep_original_background: 'true' },
    }),
  },
};

function described({ image, prompt }: EnhanceRequest): Fields {
  return { image, prompt };
}

function expanded({ image, prompt, wish: { edges } }: EnhanceRequest): Fields {
  const { left = 0, right = 0, top: up = 0, bottom: down = 0 } = edges ?? {};
  const sides = { left, right, up, down };
  const longest = Math.max(...Object.values(sides));
  if (longest > mostAdded) {
    throw new CallError(`${longest} pixels are more than ${stability.label} adds to an edge`, {
      ...{ provider: stability.id, kind: 'refused', charge: 'none' },
      hint: `it adds ${mostAdded} at most: ask for less with --expand, or send less with --upload-pixels`,
    });
  }
  const added = Object.entries(sides).map(([side, pixels]) => [side, String(pixels)]);
  return { image, ...Object.fromEntries(added), ...(prompt !== '' && { prompt }) };
}

const mostAdded = 2_000;

// It paints something in the place of what it finds, and so is asked for what surrounds it.
function replaced({ image, wish: { thing, negative } }: EnhanceRequest): Fields {
  const unwanted = [thing, negative].filter((words) => words !== undefined).join(', ');
  return { image, search_prompt: thing, prompt: surroundings, negative_prompt: unwanted };
}

const surroundings =
  'the empty surroundings, continued without a seam: same surfaces, light, perspective, focus and grain';
