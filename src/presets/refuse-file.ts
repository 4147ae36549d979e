// How a preset file is refused: by its name, its field, and the word that was perhaps meant.
import { CommandError, exitCodes } from '../errors.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

export interface FileFacts {
  /** Absolute. */
  readonly file: string;
  /** The path as it was given, for messages. */
  readonly shown: string;
  /** The file's name without `.json`: the preset's name unless the field `name` gives one. */
  readonly name: string;
  /** Whether the preset was found by that name, so that the field `name` cannot be another. */
  readonly named: boolean;
}

/** The error (exit 2) of a file: `what` is wrong with it. */
export function wrong({ shown }: FileFacts, what: string, hint?: string): CommandError {
  return new CommandError(`the preset file ${printable(shown)}: ${what}`, {
    exitCode: exitCodes.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A hint: the name that is near to `word`, else all there are. */
export function meant(word: string, what: string, names: readonly string[]): string {
  const near = word.length > 64 ? undefined : nearest(word, names);
  return near === undefined ? `the ${what} are: ${names.join(', ')}` : `did you mean "${near}"?`;
}

/** What a stranger wrote, as far as it goes into a message. */
export function shortened(word: string): string {
  return printable(word.length > 64 ? `${word.slice(0, 63)}…` : word);
}
