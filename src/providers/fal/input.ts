// What a model is sent, under the names it has for it.
import { parseJson } from '../../json.ts';
import type { Edges } from '../../operations.ts';
import { printable } from '../../text.ts';
import { CallError, type EnhanceRequest } from '../enhance.ts';
import type { Base64 } from '../service/body.ts';
import { fal } from './fal.ts';
import type { FalInput, FalModel } from './model.ts';
import { ratioOf } from './sizes.ts';

/** A picture as a data URL or by the address it was uploaded to. */
export type Sent = Base64 | string;

export interface SentPictures {
  readonly image: Sent;
  readonly mask: Sent | undefined;
}

/** Throws CallError `invalid` or `refused` before anything is sent, for what the model's data cannot refuse. */
export function checkRequest(model: FalModel, request: EnhanceRequest): void {
  const { input, qualities } = model;
  const { quality, wish } = request;
  if (quality !== undefined && qualities.length === 0) {
    throw invalid('the model has one quality only', 'leave --quality out');
  }
  const { edges } = input;
  const most = edges?.as === 'sides' ? edges.most : Number.POSITIVE_INFINITY;
  if (Object.values(wish.edges ?? {}).some((edge) => edge > most)) {
    // A matter of this picture, not of the request: the next one may be smaller.
    throw refused(
      `the model adds ${most} pixels to a side at most`,
      'add less with --expand, or name another --model',
    );
  }
  const taken = Object.keys(request.options).find((name) => ownNames(model, request).has(name));
  if (taken !== undefined) {
    const hint = 'pictures, words, sizes and the like are given by flags of their own';
    throw invalid(`the option ${printable(taken)} cannot be set: what it says is sent already`, hint);
  }
  const { num_images: count } = request.options;
  if (count !== undefined && count.trim() !== '1') {
    throw invalid('the option num_images can be 1 only: each picture has its price', 'leave it out');
  }
}

// What is set for this picture; and what holds it, or its price, whether it is set or not. An option of such a name would
// be left out, and the same picture bought once more as if it were another.
function ownNames(model: FalModel, request: EnhanceRequest): ReadonlySet<string> {
  const { image, mask, scale, quality } = model.input;
  const pictures = { image: '', mask: request.mask && '' };
  return new Set(
    [...Object.keys(ownOf(model, request, pictures)), image, mask, scale, quality].filter(isName),
  );
}

function isName(name: string | undefined): name is string {
  return name !== undefined;
}

function refused(message: string, hint: string): CallError {
  return new CallError(message, { provider: fal.id, kind: 'refused', charge: 'none', hint });
}

function invalid(message: string, hint: string): CallError {
  return new CallError(message, { provider: fal.id, kind: 'invalid', charge: 'none', hint });
}

/** The JSON value that is sent, with Base64 in it. Options are none of what is set here (checkRequest). */
export function inputOf(
  model: FalModel,
  request: EnhanceRequest,
  sent: SentPictures,
): Record<string, unknown> {
  const options = Object.entries(request.options).map(([name, value]) => [name, typed(model, name, value)]);
  return { ...model.input.fixed, ...Object.fromEntries(options), ...ownOf(model, request, sent) };
}

function ownOf({ input }: FalModel, request: EnhanceRequest, sent: SentPictures): Record<string, unknown> {
  const { wish, prompt } = request;
  return {
    [input.image]: input.image === 'image_urls' ? [sent.image] : sent.image,
    ...named(input.mask, sent.mask),
    ...named(input.prompt, prompt === '' ? undefined : prompt),
    ...named(input.scale, wish.scale),
    ...named(input.seed, wish.seed),
    ...named(input.negative, wish.negative),
    ...named(input.style, wish.style),
    ...named(input.background, wish.background),
    ...named(input.thing, wish.thing),
    ...named(input.quality, request.quality),
    ...sizeOf(input, request),
    ...edgesOf(input, request),
  };
}

function named(name: string | undefined, value: unknown): Record<string, unknown> {
  return name === undefined || value === undefined ? {} : { [name]: value };
}

// Options come as text: those that are on or off, and numbers, are sent as such. Of a name that is not known, what is JSON.
function typed({ options, numbers }: FalModel, name: string, text: string): unknown {
  if (Object.hasOwn(numbers, name) || name === 'num_images') return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  // Levels such as `safety_tolerance` are text, digits or not.
  return Object.hasOwn(options, name) ? text : (parseJson(text) ?? text);
}

function sizeOf({ size: how }: FalInput, { size }: EnhanceRequest): Record<string, unknown> {
  if (how === undefined || size === undefined) return {};
  if (how === 'pixels') return { image_size: { width: size.width, height: size.height } };
  const ratio = ratioOf(size);
  if (ratio === undefined) return {};
  return { aspect_ratio: how === 'ratio' ? ratio : { ratio } };
}

function edgesOf({ edges: how }: FalInput, { wish, image }: EnhanceRequest): Record<string, unknown> {
  if (how === undefined) return {};
  const { left, right, top, bottom }: Edges = wish.edges ?? { left: 0, right: 0, top: 0, bottom: 0 };
  if (how.as === 'sides') {
    return { expand_left: left, expand_right: right, expand_top: top, expand_bottom: bottom };
  }
  return {
    canvas_size: [image.width + left + right, image.height + top + bottom],
    original_image_size: [image.width, image.height],
    original_image_location: [left, top],
  };
}
