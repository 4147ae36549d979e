// Finds a preset: built in, kept by the user beside the settings, or a file anywhere.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';
import { printable } from '../text.ts';
import { builtInPresets } from './built-in.ts';
import { isPresetName } from './fields.ts';
import { maxFileBytes, parsePresetFile } from './parse.ts';
import { type Preset, unknownPreset } from './preset.ts';

export interface PresetPlaces {
  /** The folder of the user's settings; the user's own presets lie in its folder `presets`. */
  readonly folder: string;
  /** What a relative path is taken from. */
  readonly cwd: string;
}

/**
 * The preset that is meant: what has a slash or ends in `.json` is the path of a file, anything else a name, built in
 * or of the user's own. Throws CommandError (2) for a name that is unknown and a file that cannot be used, naming it.
 */
export async function loadPreset(nameOrPath: string, places: PresetPlaces): Promise<Preset> {
  if (isPath(nameOrPath)) {
    const name = basename(nameOrPath.replaceAll('\\', '/')).replace(/\.json$/i, '');
    return readPreset(resolve(places.cwd, nameOrPath), nameOrPath, name, false);
  }
  const builtIn = builtInPresets.find(({ name }) => name === nameOrPath);
  if (builtIn !== undefined) return builtIn;
  const own = await ownPresetNames(places.folder);
  if (!own.includes(nameOrPath)) {
    throw unknownPreset(nameOrPath, [...builtInPresets.map(({ name }) => name), ...own]);
  }
  const file = ownPresetFile(places.folder, nameOrPath);
  return readPreset(file, file, nameOrPath, true);
}

/** The names of the user's own presets, sorted. What has no name of a preset, or that of a built-in one, is left out. */
export async function ownPresetNames(folder: string): Promise<string[]> {
  return (await filesOf(join(folder, 'presets')))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter(isPresetName)
    .filter((name) => builtInPresets.every((preset) => preset.name !== name))
    .sort();
}

/** Where the user's own preset `name` lies. */
export function ownPresetFile(folder: string, name: string): string {
  return join(folder, 'presets', `${name}.json`);
}

// A backslash as well, on every system: a name never has one.
function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.json$/i.test(nameOrPath);
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw unreadable('the folder of your presets', folder, error);
  }
}

async function readPreset(file: string, shown: string, name: string, named: boolean): Promise<Preset> {
  const bytes = await readSmall(file, shown);
  return parsePresetFile(bytes, { file, shown, name, named });
}

async function readSmall(file: string, shown: string): Promise<Buffer> {
  let opened: FileHandle | undefined;
  try {
    // A FIFO would be waited for, and a device may act on being opened.
    if (!(await stat(file)).isFile()) throw notAFile(shown);
    opened = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const bytes = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await opened.read(bytes, length, bytes.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw unreadable('the preset file', shown, error);
  } finally {
    await opened?.close();
  }
}

function notAFile(shown: string): CommandError {
  return new CommandError(`the preset file ${printable(shown)}: not a regular file`, {
    exitCode: exitCodes.usage,
    hint: 'name the JSON file itself',
  });
}

function unreadable(what: string, path: string, error: unknown): CommandError {
  const { message, hint } = describeReadError(error);
  return new CommandError(`${what} ${printable(path)}: ${message}`, {
    exitCode: exitCodes.usage,
    hint: hint ?? 'see what there is: imgsys presets list',
    cause: error,
  });
}
