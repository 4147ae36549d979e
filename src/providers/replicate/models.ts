import { CommandError, exitCodes } from '../../errors.ts';
import { nearest } from '../../suggest.ts';
import { printable } from '../../text.ts';
import { communityModels, officialModels, type ReplicateModel, strangeModel } from './catalogue.ts';
import { readModelName } from './names.ts';

export const defaultModel = 'nightmareai/real-esrgan';

/**
 * The model called `name`, or the default one: any `owner/name`, or `owner/name:version`. Throws CommandError (2) for what
 * is no name, and for one of the community that is known to need a version.
 */
export function findReplicateModel(name = defaultModel): ReplicateModel {
  const parts = readModelName(name);
  if (parts === undefined) throw noName(name);
  const { version } = parts;
  const isNamed = ({ id }: ReplicateModel) => id === parts.model.toLowerCase();
  const official = officialModels.find(isNamed);
  const known = official ?? communityModels.find(isNamed);
  const model = known?.id ?? parts.model;
  const id = version === undefined ? model : `${model}:${version}`;
  if (known === undefined) return strangeModel(id);
  if (known === official || version !== undefined) return { ...known, id };
  throw new CommandError(`${model} is no official model of Replicate: it has to be named with its version`, {
    exitCode: exitCodes.usage,
    hint: `--model ${model}:VERSION, with the 64 digits from https://replicate.com/${model}/versions`,
  });
}

function noName(name: string): CommandError {
  const known = [...officialModels, ...communityModels].map(({ id }) => id);
  const near = nearest(name, [...known, ...known.map((id) => id.slice(id.indexOf('/') + 1))]);
  const meant = known.find((id) => id === near || id.endsWith(`/${near}`));
  return new CommandError(`${printable(name)} is no name of a model at Replicate`, {
    exitCode: exitCodes.usage,
    hint:
      meant === undefined
        ? 'they are called owner/name, or owner/name:VERSION with a version of 64 digits'
        : `did you mean ${meant}?`,
  });
}
