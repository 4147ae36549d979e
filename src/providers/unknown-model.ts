import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

/**
 * The error (2) for a model called `id` that is none of `names`, with the nearest of them or all as its hint. `where` follows
 * the name in the sentence.
 */
export function unknownModel(
  id: string,
  where: string,
  names: readonly string[],
  near = nearest(id, names),
): CommandError {
  return new CommandError(`there is no model ${printable(id)} ${where}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the models are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}
