// The settings there are, as data.
import { isAbsolute } from 'node:path';
import { CommandError, exitCodes } from '../errors.ts';
import { parseDollars } from '../money.ts';
import { parseBytes, parseWhole } from '../quantities.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';

export const formatNames = ['keep', 'jpeg', 'png', 'webp', 'avif', 'tiff'] as const;
const policies = ['keep', 'strip'] as const;
const disclosures = ['auto', 'off'] as const;
export const onDriftNames = ['keep', 'review', 'reject'] as const;
const onExistsNames = ['skip', 'overwrite', 'rename', 'fail'] as const;

export interface SettingValues {
  provider: string;
  preset: string;
  strength: number;
  concurrency: number | 'auto';
  'output-quality': number;
  format: (typeof formatNames)[number];
  metadata: (typeof policies)[number];
  gps: (typeof policies)[number];
  disclose: (typeof disclosures)[number];
  'on-exists': (typeof onExistsNames)[number];
  'on-drift': (typeof onDriftNames)[number];
  /** Megapixels. */
  'max-pixels': number;
  /** A size as people write it: `2G`. */
  'max-memory': string;
  /** Absolute path of a file. */
  prices: string;
  /** Dollars as people write them: `1.50`. */
  'confirm-above': string;
}

export type SettingName = keyof SettingValues;

export interface SettingKey<Value> {
  readonly help: string;
  /** What may be given, in words that follow "is not". */
  readonly expects: string;
  /** What holds without the setting; undefined where something else decides (`help` says what). */
  readonly default: Value | undefined;
  /** All values there are, where they can be listed. */
  readonly choices?: readonly string[];
  /** The value that `text` stands for, undefined for anything else. */
  parse(text: string): Value | undefined;
}

/** In the order they are listed. */
export const settingKeys: { readonly [Name in SettingName]: SettingKey<SettingValues[Name]> } = {
  provider: word('who enhances the pictures', 'local'),
  preset: word('what is done to them; imgsys presets list', 'auto'),
  strength: {
    help: "how far to go; without it, the preset's own",
    expects: 'a number from 0 to 1',
    default: undefined,
    parse: (text) => within(Number(text.trim() || Number.NaN), 0, 1),
  },
  concurrency: {
    help: 'pictures at once; auto is one for each processor',
    expects: 'auto or a whole number from 1 to 256',
    default: 'auto',
    parse: (text) => (text === 'auto' ? 'auto' : parseWhole(text, 1, 256)),
  },
  'output-quality': whole('quality of JPEG, WebP and AVIF results', 1, 100, 90),
  format: choice('format of the results', formatNames),
  metadata: choice('what happens to EXIF, IPTC and XMP', policies),
  gps: choice('what happens to the place of the picture', policies),
  disclose: choice('whether results say how they were made', disclosures),
  'on-exists': choice('when an output exists that is not known as done', onExistsNames),
  'on-drift': choice('when an AI result moves too far from its picture', onDriftNames),
  'max-pixels': whole('largest picture, in megapixels', 1, 10_000, 100),
  'max-memory': {
    help: 'memory for all pictures in work; without it, a quarter of this machine',
    expects: 'a size such as 512M or 2G',
    default: undefined,
    parse: (text) => ((parseBytes(text) ?? 0) > 0 ? text.trim() : undefined),
  },
  prices: {
    help: 'file of your own prices, over the built-in ones',
    expects: 'the path of a file',
    default: undefined,
    parse: (text) => (isAbsolute(text) && text.length < 4096 && printable(text) === text ? text : undefined),
  },
  'confirm-above': {
    help: 'dollars that a run may cost without a question on the terminal',
    expects: 'a sum such as 5 or 0.50',
    default: '1',
    parse: (text) => (parseDollars(text) === undefined ? undefined : text.trim()),
  },
};

export const settingNames = Object.keys(settingKeys) as readonly SettingName[];

/** The setting called `name`. Throws CommandError (2), with the nearest name as its hint. */
export function findSetting(name: string): SettingName {
  const found = settingNames.find((known) => known === name);
  if (found !== undefined) return found;
  const near = nearest(name, settingNames);
  throw new CommandError(`there is no setting ${printable(name)}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the settings are: ${settingNames.join(', ')}` : `did you mean ${near}?`,
  });
}

/** The value that `text` stands for. Throws CommandError (2) saying what is expected. */
export function parseSetting<Name extends SettingName>(name: Name, text: string): SettingValues[Name] {
  const key = settingKeys[name];
  const value = key.parse(text);
  if (value !== undefined) return value;
  const near = key.choices && nearest(text, key.choices);
  throw new CommandError(`${name}: ${printable(text) || 'nothing'} is not ${key.expects}`, {
    exitCode: exitCodes.usage,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}

function word(help: string, standard: string): SettingKey<string> {
  return {
    help,
    expects: 'a name of small letters, digits and hyphens',
    default: standard,
    parse: (text) => (/^[a-z0-9][a-z0-9-]*$/.test(text) ? text : undefined),
  };
}

function choice<Value extends string>(help: string, choices: readonly Value[]): SettingKey<Value> {
  return {
    help,
    expects: `one of ${choices.join(', ')}`,
    default: choices[0],
    choices,
    parse: (text) => choices.find((value) => value === text),
  };
}

function whole(help: string, least: number, most: number, standard: number): SettingKey<number> {
  return {
    help,
    expects: `a whole number from ${least} to ${most}`,
    default: standard,
    parse: (text) => parseWhole(text, least, most),
  };
}

function within(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}
