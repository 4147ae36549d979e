// A preset as a file. It says what is done to a picture, never who is paid for it or where anything goes.
import { CommandError, exitCodes } from '../errors.ts';
import { parseJson } from '../json.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';
import { builtInPresets } from './built-in.ts';
import {
  askable,
  elsewhere,
  type Fields,
  fieldNames,
  isPresetName,
  maxPromptCharacters,
  rules,
} from './fields.ts';
import { ownAsked } from './own-asked.ts';
import type { LocalAction, Preset } from './preset.ts';

export const maxFileBytes = 65_536;

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

/**
 * The preset that `bytes` describe, UTF-8 JSON: `prompt`, and where wanted `name`, `version` (1), `summary`, `quality`,
 * `base` (a built-in preset whose prompt comes first and whose quality and models hold unless given) and `strength`
 * (0 to 1: `local` may do it too, as it does the base), `operation` (that of the base, else enhance) and `prompts` (other
 * words by provider). Throws CommandError (2) naming file and field.
 */
export function parsePresetFile(bytes: Uint8Array, facts: FileFacts): Preset {
  const fields = readFields(bytes, facts);
  const own = readField(fields, 'prompt', facts);
  if (own === undefined) throw wrong(facts, 'the field "prompt" is missing', 'say what is to be done');
  const name = nameOf(fields, facts);
  const baseName = readField(fields, 'base', facts);
  const base = builtInPresets.find((preset) => preset.name === baseName);
  const summary = readField(fields, 'summary', facts) ?? 'your own preset';
  const local = locally(readField(fields, 'strength', facts), base, facts);
  const quality = readField(fields, 'quality', facts) ?? base?.generative?.quality;
  const models = base?.generative?.models;
  return {
    name,
    version: readField(fields, 'version', facts) ?? 1,
    summary,
    description: summary,
    file: facts.file,
    ...(local === undefined ? {} : { local }),
    generative: {
      ...ownAsked(base?.generative, {
        prompt: own,
        operation: readField(fields, 'operation', facts),
        prompts: readField(fields, 'prompts', facts),
      }),
      prompt: joined(base, own, facts),
      ...(quality === undefined ? {} : { quality }),
      ...(models === undefined ? {} : { models }),
    },
  };
}

function readFields(bytes: Uint8Array, facts: FileFacts): Readonly<Record<string, unknown>> {
  if (bytes.length > maxFileBytes) throw wrong(facts, 'larger than 64 KiB', 'a preset is a short JSON file');
  const value = parseJson(decoded(bytes, facts));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(facts, 'not a JSON object', 'an example to begin with: imgsys presets init NAME');
  }
  for (const field of Object.keys(value)) checkKnown(field, facts);
  return value as Record<string, unknown>;
}

function decoded(bytes: Uint8Array, facts: FileFacts): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrong(facts, 'not UTF-8 text', 'save it as UTF-8 in your editor');
  }
}

function checkKnown(field: string, facts: FileFacts): void {
  if (fieldNames.some((name) => name === field)) return;
  const plain = field.toLowerCase().replace(/[-_ ]/g, '');
  const other = Object.hasOwn(elsewhere, plain) ? elsewhere[plain] : undefined;
  const shown = printable(field.length > 64 ? `${field.slice(0, 63)}…` : field);
  if (other !== undefined) {
    throw wrong(
      facts,
      `the field "${shown}" is refused: a preset file does not choose ${other[0]}`,
      other[1],
    );
  }
  const near = field.length > 64 ? undefined : nearest(field, fieldNames);
  const hint = near === undefined ? `the fields are: ${fieldNames.join(', ')}` : `did you mean "${near}"?`;
  throw wrong(facts, `the field "${shown}" is unknown`, hint);
}

function readField<Name extends keyof Fields>(
  fields: Readonly<Record<string, unknown>>,
  name: Name,
  facts: FileFacts,
): Fields[Name] | undefined {
  const value = fields[name];
  const { expects, holds } = rules[name];
  if (value === undefined || holds(value)) return value;
  const near =
    name === 'base' && typeof value === 'string' && value.length <= 64 ? nearest(value, askable) : undefined;
  throw wrong(facts, `the field "${name}" must be ${expects}`, near && `did you mean "${near}"?`);
}

// Reports and the ledger tell presets apart by their names, so a file never bears that of a built-in one.
function nameOf(fields: Readonly<Record<string, unknown>>, facts: FileFacts): string {
  const own = readField(fields, 'name', facts);
  if (facts.named && own !== undefined && own !== facts.name) {
    throw wrong(facts, `the field "name" says ${own}`, 'leave it out, or give it the name of the file');
  }
  const name = own ?? facts.name;
  if (!isPresetName(name)) {
    throw wrong(facts, 'the name of the file is no name for a preset', 'add a field "name", such as "warm"');
  }
  if (builtInPresets.some((preset) => preset.name === name)) {
    throw wrong(facts, `${name} is the name of a built-in preset`, 'add a field "name" with another');
  }
  return name;
}

function locally(
  strength: number | undefined,
  base: Preset | undefined,
  facts: FileFacts,
): LocalAction | undefined {
  if (strength === undefined) return undefined;
  if (base?.local !== undefined) return { ...base.local, strength };
  const doable = builtInPresets.filter(({ local, generative }) => local && generative);
  throw wrong(
    facts,
    'the field "strength" is for local, which does not do this',
    `leave it out, or add a field "base": ${doable.map(({ name }) => name).join(' or ')}`,
  );
}

function joined(base: Preset | undefined, own: string, facts: FileFacts): string {
  const prompt = base?.generative === undefined ? own : `${base.generative.prompt}\n${own}`;
  if (prompt.length <= maxPromptCharacters) return prompt;
  throw wrong(facts, 'the field "prompt" is too long together with that of its base', 'shorten it');
}

function wrong({ shown }: FileFacts, what: string, hint?: string): CommandError {
  return new CommandError(`the preset file ${printable(shown)}: ${what}`, {
    exitCode: exitCodes.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}
