// The input of a prediction, by the names that the model has for it.
import { parseJson } from '../../json.ts';
import { CallError, type EnhanceRequest } from '../enhance.ts';
import { ratioOf } from '../gemini/sizes.ts';
import { type InputFields, nameOptions } from './fields.ts';
import { findReplicateModel } from './models.ts';
import { replicate } from './replicate.ts';

/** Where pictures stand in the input: a data URL, or an address. */
export interface Pictures<Place> {
  readonly image: Place;
  readonly mask?: Place;
}

/**
 * What is sent as `input`: pictures as they are given, options over what the model is sent otherwise. Throws CallError
 * `invalid` for what the model has no name for, and for an option that would take the place of the picture.
 */
export function inputOf<Place>(request: EnhanceRequest, pictures: Pictures<Place>): Record<string, unknown> {
  const { fields, options } = readNames(findReplicateModel(request.model).input, request.options);
  const { image, isList, ratio, always, unscaled } = fields;
  const { prompt, wish, size, quality } = request;
  const own = [image, pictures.mask === undefined ? undefined : fields.mask];
  const taken = Object.keys(options).find((name) => own.includes(name));
  if (taken !== undefined) throw invalid(`the option ${taken} cannot be set: it holds the picture`);
  const dear = { '--size': wish.scale && fields.scale?.field, '--quality': quality && fields.quality };
  const said = Object.entries(dear).find(([, name]) => name !== undefined && Object.hasOwn(options, name));
  if (said !== undefined)
    throw invalid(`the option ${said[1]} cannot be set: ${said[0]} says it, and its price`);
  const named = (name: string | undefined, what: string, value: unknown) => {
    if (value === undefined) return {};
    if (name === undefined || name === '')
      throw invalid(`no name is known by which ${request.model} takes ${what}`);
    return { [name]: value };
  };
  const aspect = ratio !== undefined && size !== undefined ? ratioOf(size) : undefined;
  return {
    ...always,
    ...(wish.scale === undefined && unscaled),
    ...(aspect !== undefined && named(ratio, 'a ratio', aspect)),
    ...(prompt !== '' && fields.prompt && { [fields.prompt]: prompt }),
    ...scaleOf(fields, wish.scale),
    ...named(fields.seed, 'a seed', wish.seed),
    ...named(fields.negative, 'what is not to be seen', wish.negative),
    ...named(fields.quality, 'a quality', quality),
    ...options,
    [image]: isList === true ? [pictures.image] : pictures.image,
    ...named(fields.mask, 'a mask', pictures.mask),
  };
}

// A model whose factor is its own is sent none.
function scaleOf({ scale }: InputFields, factor: number | undefined): Record<string, unknown> {
  if (scale === undefined || factor === undefined) return {};
  return { [scale.field]: scale.isTimes === true ? `${factor}x` : factor };
}

// The names that the user gives take the place of those that are known.
function readNames(known: InputFields, given: Readonly<Record<string, string>>) {
  const { [nameOptions.image]: image, [nameOptions.scale]: scale, ...rest } = given;
  const {
    [nameOptions.prompt]: prompt,
    [nameOptions.mask]: mask,
    [nameOptions.seed]: seed,
    ...others
  } = rest;
  const fields: InputFields = {
    ...known,
    ...(image !== undefined && { image: image.replace(/\[\]$/, ''), isList: image.endsWith('[]') }),
    ...(scale !== undefined && { scale: { field: scale } }),
    ...{ prompt: prompt ?? known.prompt, mask: mask ?? known.mask, seed: seed ?? known.seed },
  };
  const options = Object.entries(others).map(([name, text]) => [name, readValue(text)]);
  return { fields, options: Object.fromEntries(options) as Record<string, unknown> };
}

// A model refuses a number that is written as a text: what reads as JSON is sent as such, and `"1337"` as the text 1337.
function readValue(text: string): unknown {
  return parseJson(text) ?? text;
}

function invalid(message: string): CallError {
  return new CallError(message, {
    ...{ provider: replicate.id, kind: 'invalid', charge: 'none' },
    hint: 'its page names what it takes under API: give that with --option NAME=VALUE',
  });
}
