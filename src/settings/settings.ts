import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type Conf from 'conf';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import { parseSetting, type SettingName, type SettingValues, settingNames } from './keys.ts';

/** The user's own settings, as they were when opened. */
export interface Settings {
  readonly file: string;
  /** Undefined for what the user has not set. */
  get<Name extends SettingName>(name: Name): SettingValues[Name] | undefined;
  /** Writes the file (mode 0600) before it resolves. */
  set<Name extends SettingName>(name: Name, value: SettingValues[Name]): Promise<void>;
  /** Resolves with whether it was set. */
  unset(name: SettingName): Promise<boolean>;
  /** What the user has set. */
  all(): Readonly<Partial<SettingValues>>;
}

type Stored = Record<string, unknown>;

/**
 * Reads the settings; where there is no file, nothing is set and nothing is written.
 * Throws CommandError (2) naming the file when it cannot be read or understood; it is then left as it is.
 */
export async function openSettings(file: string): Promise<Settings> {
  const read = async () => {
    const conf = await openConf(file);
    return { conf, values: readValues(file, conf) };
  };
  // The library and its validator take longer to load than the whole program: not before there is a file.
  let values = isThere(file) ? (await read()).values : {};
  const change = async (act: (conf: Conf<Stored>) => void) => {
    // Other files of ours may come to lie here, the key store among them: for this user alone.
    inWords(file, 'written', () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
    isThere(file);
    const { conf } = await read();
    inWords(file, 'written', () => act(conf));
    values = readValues(file, conf);
  };
  return {
    file,
    get: (name) => values[name],
    set: (name, value) => change((conf) => conf.set(name, value)),
    async unset(name) {
      const known = values[name] !== undefined;
      if (known) await change((conf) => conf.delete(name));
      return known;
    },
    all: () => ({ ...values }),
  };
}

// False where there is nothing of this name. The library would wait for a FIFO, read a device for ever, and take a link to
// nothing for no settings.
function isThere(file: string): boolean {
  if (!existsSync(file) && !isLink(file)) return false;
  return inWords(file, 'read', () => {
    const stats = statSync(file);
    if (!stats.isFile()) throw new NotUsable(stats.isDirectory() ? 'is a folder' : 'is not a regular file');
    if (stats.size > maxBytes) throw new NotUsable('is larger than 1 MiB');
    return true;
  });
}

const maxBytes = 2 ** 20;

// False for what is not there, and for what cannot be looked at.
function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

class NotUsable extends Error {
  override readonly name = 'NotUsable';
}

async function openConf(file: string): Promise<Conf<Stored>> {
  const { default: Store } = await import('conf');
  return inWords(
    file,
    'read',
    () =>
      new Store<Stored>({
        projectName: 'imgsys',
        projectSuffix: '',
        cwd: dirname(file),
        configName: basename(file, extname(file)),
        fileExtension: extname(file).slice(1),
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
        deserialize: parseObject,
        schema: Object.fromEntries(settingNames.map((name) => [name, {}])),
        rootSchema: { additionalProperties: false },
      }),
  );
}

// The library takes an array or a bare word for an empty store and would write over it.
function parseObject(text: string): Stored {
  const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Stored;
  throw new SyntaxError('not an object');
}

// The library reads the file each time it is asked for all of it.
function readValues(file: string, conf: Conf<Stored>): Partial<SettingValues> {
  return checkValues(
    file,
    inWords(file, 'read', () => conf.store),
  );
}

// A value in the file is held to the same rules as one that is typed.
function checkValues(file: string, stored: Readonly<Stored>): Partial<SettingValues> {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const value = stored[name];
    if (value === undefined) continue;
    const text = typeof value === 'number' ? String(value) : value;
    values[name] = inWords(file, 'read', () => {
      if (typeof text !== 'string') throw new TypeError(`${name}: must be text or a number`);
      return parseSetting(name, text);
    });
  }
  return values as Partial<SettingValues>;
}

function inWords<T>(file: string, verb: 'read' | 'written', act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CommandError(`the settings file ${printable(file)} ${whatIsWrong(error, verb)}`, {
      exitCode: exitCodes.usage,
      hint: systemCode(error)
        ? 'check who may use the file, or set IMGSYS_HOME to another folder'
        : 'correct it in an editor, or move it aside to begin with the defaults',
      cause: error,
    });
  }
}

function whatIsWrong(error: unknown, verb: string): string {
  const code = systemCode(error);
  if (code === 'ENOENT' && verb === 'read') return 'is a link to nothing';
  if (code !== undefined) return `cannot be ${verb} (${code})`;
  if (error instanceof NotUsable) return error.message;
  if (error instanceof SyntaxError) return 'is not valid JSON';
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /`(.*)` must NOT have additional properties/.exec(message)?.[1];
  if (unknown !== undefined) return `has an unknown setting: ${printable(unknown)}`;
  return `has a wrong value: ${printable(message.replace(/^Config schema violation: /, ''))}`;
}
