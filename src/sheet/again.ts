// The command that gives what was rejected another go.
import { posix, win32 } from 'node:path';
import { shellWord } from './shell.ts';

export interface AgainFacts {
  readonly cwd: string;
  readonly outputFolder: string | undefined;
  /** Whether somebody was paid: then the same words would give the very picture that was bought. */
  readonly isRemote: boolean;
  /** The flags of the run that say what is made and how, in the order they are to be typed. */
  readonly flags: readonly (readonly [flag: string, value: string | undefined])[];
  /** Sources and their outputs, absolute. */
  readonly places: readonly { readonly source: string; readonly output: string }[];
}

export type Again =
  | { readonly before: string; readonly after: string; readonly note: string }
  | { readonly note: string };

/**
 * Around the name of the list: it is given in the folder from which listed files get the places they have, so that new
 * results take the places of the old ones; where there is no such folder, results go to a folder beside.
 */
export function againFor(facts: AgainFacts, platform: NodeJS.Platform = process.platform): Again {
  const { cwd, outputFolder, isRemote, flags, places } = facts;
  if (outputFolder === undefined) {
    return {
      note: 'The run replaced the originals: bring those you rejected back from --backup-dir (or your own copy), then give their list to imgsys enhance --files-from with other words.',
    };
  }
  const base = commonBase(places, outputFolder, platform);
  const target = base === undefined ? `${outputFolder}-again` : outputFolder;
  const words = [
    ...['-o', shellWord(target), ...(base === undefined ? [] : ['--on-exists', 'overwrite'])],
    ...flags.flatMap(([flag, value]) => (value === undefined ? [flag] : [flag, shellWord(value)])),
  ];
  return {
    before: `cd ${shellWord(base ?? cwd)} && imgsys enhance --files-from `,
    after: ` ${words.join(' ')} ${isRemote ? "--prompt 'say what should be different'" : '--strength 0.4'}`,
    note: isRemote
      ? 'Change the prompt, the model or the quality: the same order gives the same picture again, since nothing is bought twice.'
      : 'Change the strength or the preset: the same recipe gives the same picture again.',
  };
}

// The folder below which every source lies as its output lies below the folder of outputs.
function commonBase(
  places: AgainFacts['places'],
  outputFolder: string,
  platform: NodeJS.Platform,
): string | undefined {
  const system = platform === 'win32' ? win32 : posix;
  let base: string | undefined;
  for (const { source, output } of places) {
    const below = system.relative(outputFolder, system.dirname(output));
    const folder = system.dirname(source);
    const own =
      below === ''
        ? folder
        : folder.endsWith(system.sep + below)
          ? folder.slice(0, -below.length - 1) || system.sep
          : undefined;
    if (own === undefined || (base !== undefined && base !== own)) return undefined;
    base = own;
  }
  return base;
}
