// The fields of a preset file, as data.
import { isRecord } from '../json.ts';
import { type OperationName, operations } from '../operations.ts';
import { printable } from '../text.ts';
import { builtInPresets } from './built-in.ts';
import type { OwnTolerance } from './drift-tolerances.ts';
import { mostShare, type Shares } from './own-look.ts';

export const maxPromptCharacters = 32_000;

/** Whether a preset may be called so. */
export function isPresetName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);
}

export interface Fields {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly prompt: string;
  readonly quality: string;
  readonly base: string;
  readonly operation: OperationName;
  readonly prompts: Readonly<Record<string, string>>;
  readonly look: string;
  readonly strength: number;
  readonly steps: Shares;
  readonly drift: OwnTolerance;
}

/** The field for words to the reader: text or a list of texts, of no effect. */
export const remark = '//';

interface Rule<Value> {
  /** In words that follow "must be". */
  readonly expects: string;
  readonly holds: (value: unknown) => value is Value;
  /** The words there are, where it is one of several. */
  readonly words?: readonly string[];
}

const operationNames = operations.map(({ name }) => name);
const presetNames = builtInPresets.map(({ name }) => name);
/** The presets that local does. */
export const doable = builtInPresets.filter(({ local }) => local).map(({ name }) => name);
const isText = (value: unknown): value is string => typeof value === 'string';
const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;

/** What each field may hold. */
export const rules: { readonly [Name in keyof Fields]: Rule<Fields[Name]> } = {
  name: {
    expects: 'a name of at most 64 small letters, digits and hyphens',
    holds: (value): value is string => isText(value) && isPresetName(value),
  },
  version: {
    expects: 'a whole number from 1 to 1000000',
    holds: (value): value is number => isWithin(value, 1, 1_000_000) && Number.isInteger(value),
  },
  summary: {
    expects: 'one line of 1 to 200 characters',
    holds: (value): value is string =>
      isText(value) && value.trim() !== '' && value.length <= 200 && printable(value) === value,
  },
  prompt: {
    expects: `text of 1 to ${maxPromptCharacters} characters, without control characters other than line breaks (\\n) and tabs`,
    holds: isPrompt,
  },
  quality: {
    expects: 'a word as --quality takes it, such as low, high or 2K',
    holds: (value): value is string => isText(value) && /^(?:[a-z][a-z0-9-]{0,31}|\d(?:\.\d)?K)$/.test(value),
  },
  base: {
    expects: `a built-in preset: ${presetNames.join(', ')}`,
    holds: (value): value is string => isText(value) && presetNames.includes(value),
    words: presetNames,
  },
  look: {
    expects: `a built-in preset that local does: ${doable.join(', ')}`,
    holds: (value): value is string => isText(value) && doable.includes(value),
    words: doable,
  },
  strength: {
    expects: 'a number from 0 to 1',
    holds: (value): value is number => isWithin(value, 0, 1),
  },
  steps: {
    expects: `an object of steps, each with a number from 0 to ${mostShare}, such as {"vibrance": 0.5}`,
    holds: (value): value is Shares => isRecord(value) && Object.entries(value).every(isShare),
  },
  operation: {
    expects: `one of ${operationNames.join(', ')}`,
    holds: (value): value is OperationName => operationNames.some((name) => name === value),
  },
  prompts: {
    expects: 'an object with a prompt by the name of a provider, such as {"stability": "a sunny kitchen"}',
    holds: (value): value is Fields['prompts'] => isRecord(value) && Object.values(value).every(isPrompt),
  },
  drift: {
    expects:
      'an object of structure and edges (the least, 0 to 1), colour (the most, 0 to 100) and mustChange (true or false), such as {"structure": 0.5}',
    holds: isTolerance,
  },
};

const mostDrift: Readonly<Record<string, number>> = { structure: 1, colour: 100, edges: 1 };

function isTolerance(value: unknown): value is OwnTolerance {
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, bound]) =>
      name === 'mustChange'
        ? typeof bound === 'boolean'
        : Object.hasOwn(mostDrift, name) && isWithin(bound, 0, mostDrift[name] as number),
    )
  );
}

function isPrompt(value: unknown): value is string {
  return (
    isText(value) &&
    value.trim() !== '' &&
    value.length <= maxPromptCharacters &&
    value.isWellFormed() &&
    !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(value)
  );
}

/** Whether a step has a share that may be laid over another; which steps there are is said apart, with the nearest name. */
export function isShare([name, share]: [string, unknown]): boolean {
  return name === remark ? isRemark(share) : isWithin(share, 0, mostShare);
}

/** Whether it is text or a list of texts. */
export function isRemark(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.every(isText));
}

export const fieldNames = Object.keys(rules) as readonly (keyof Fields)[];

/** Fields by which a file would choose more than what is done: by their names in small letters, without - and _. */
export const elsewhere: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ...spelled(['provider', 'providers'], 'the provider', 'choose it with --provider'),
  ...spelled(['model', 'models'], 'the model', 'choose it with --model'),
  ...spelled(
    ['key', 'keys', 'apikey', 'token', 'secret', 'org', 'organization', 'organisation', 'project'],
    'who pays',
    'choose the key with --key',
  ),
  ...spelled(
    ['address', 'url', 'baseurl', 'endpoint', 'host', 'proxy'],
    'where pictures are sent',
    'an address belongs to a key: imgsys key add --base-url',
  ),
  ...spelled(
    ['output', 'outputs', 'out', 'outputfolder', 'outputdir', 'folder', 'path', 'inplace'],
    'where results go',
    'choose it with -o',
  ),
};

function spelled(fields: readonly string[], what: string, hint: string) {
  return Object.fromEntries(fields.map((field) => [field, [what, hint] as const]));
}
