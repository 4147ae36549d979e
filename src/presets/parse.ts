// A preset as a file. It says what is done to a picture, never who is paid for it or where anything goes.
import type { CommandError } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import { nearest } from '../suggest.ts';
import { builtInPresets } from './built-in.ts';
import {
  doable,
  elsewhere,
  type Fields,
  fieldNames,
  isPresetName,
  isRemark,
  isShare,
  maxPromptCharacters,
  remark,
  rules,
} from './fields.ts';
import { ownAsked } from './own-asked.ts';
import { mostShare, type Shares, stepNames, withShares } from './own-look.ts';
import type { GenerativeAction, LocalAction, Preset } from './preset.ts';
import { checkPrompts } from './prompts-by-provider.ts';
import { type FileFacts, meant, shortened, wrong } from './refuse-file.ts';

export const maxFileBytes = 65_536;

/**
 * The preset that `bytes` describe, UTF-8 JSON. For AI providers: `prompt`, and where wanted `base` (a built-in preset
 * whose prompt comes first and whose operation, quality and models hold unless given), `operation`, `prompts` (by
 * provider), `quality` and `drift` (how far results may move). For `local`: `steps` (a share each, laid over those of
 * `look`, else of `base`, else of auto) and `strength` (0 to 1). Further `name`, `version` (1) and `summary`; `//` is
 * for the reader. Throws CommandError (2) naming file and field.
 */
export function parsePresetFile(bytes: Uint8Array, facts: FileFacts): Preset {
  const fields = readFields(bytes, facts);
  const prompt = readField(fields, 'prompt', facts);
  const name = nameOf(fields, facts);
  const base = builtIn(readField(fields, 'base', facts));
  const summary = readField(fields, 'summary', facts) ?? 'your own preset';
  const local = locally(fields, base, prompt !== undefined, facts);
  const isForAI = aboutAsking.some((field) => readField(fields, field, facts) !== undefined);
  if (prompt === undefined && (local === undefined || isForAI)) {
    throw wrong(
      facts,
      'the field "prompt" is missing',
      'say what is to be done; for local alone with "steps"',
    );
  }
  return {
    name,
    version: readField(fields, 'version', facts) ?? 1,
    summary,
    description: summary,
    file: facts.file,
    ...(local === undefined ? {} : { local }),
    ...(prompt === undefined ? {} : { generative: asked(fields, prompt, base, facts) }),
  };
}

// Of no effect without a prompt.
const aboutAsking = ['quality', 'operation', 'prompts', 'drift'] as const;

function readFields(bytes: Uint8Array, facts: FileFacts): Readonly<Record<string, unknown>> {
  if (bytes.length > maxFileBytes) throw wrong(facts, 'larger than 64 KiB', 'a preset is a short JSON file');
  const value = parseJson(decoded(bytes, facts));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(facts, 'not a JSON object', 'an example to begin with: imgsys presets init NAME');
  }
  for (const [field, content] of Object.entries(value)) {
    if (field !== remark) checkKnown(field, facts);
    else if (!isRemark(content)) throw wrong(facts, `the field "${remark}" must be text or a list of texts`);
  }
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
  const shown = shortened(field);
  if (other !== undefined) {
    throw wrong(
      facts,
      `the field "${shown}" is refused: a preset file does not choose ${other[0]}`,
      other[1],
    );
  }
  throw wrong(facts, `the field "${shown}" is unknown`, meant(field, 'fields', fieldNames));
}

function readField<Name extends keyof Fields>(
  fields: Readonly<Record<string, unknown>>,
  name: Name,
  facts: FileFacts,
): Fields[Name] | undefined {
  const value = fields[name];
  const { expects, holds, words = [] } = rules[name];
  if (value === undefined || holds(value)) return value;
  const near = typeof value === 'string' && value.length <= 64 ? nearest(value, words) : undefined;
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
  fields: Readonly<Record<string, unknown>>,
  base: Preset | undefined,
  hasPrompt: boolean,
  facts: FileFacts,
): LocalAction | undefined {
  const look = builtIn(readField(fields, 'look', facts));
  const strength = readField(fields, 'strength', facts);
  const steps = readSteps(fields, facts);
  if (look === undefined && strength === undefined && steps === undefined) return undefined;
  // What a prompt says is not what auto does: steps must say so.
  const begun = look ?? base ?? (hasPrompt && steps === undefined ? undefined : builtIn('auto'));
  if (begun?.local === undefined) {
    throw wrong(
      facts,
      `the field "${steps === undefined ? 'strength' : 'steps'}" is for local, which does not do ${base?.name ?? 'this'}`,
      `leave it out, or say with "look" which steps it begins with: ${doable.join(', ')}`,
    );
  }
  const own = withShares(begun.local.look, steps ?? {});
  const { sizes, expands } = begun.local;
  if (Object.values(own).every(({ share }) => share === 0) && sizes[0] === 'keep' && !expands) {
    throw wrong(facts, 'the field "steps" leaves local nothing to do', 'give a step more than 0');
  }
  return { ...begun.local, look: own, strength: strength ?? begun.local.strength };
}

function readSteps(fields: Readonly<Record<string, unknown>>, facts: FileFacts): Shares | undefined {
  checkShares(fields.steps, facts);
  const steps = readField(fields, 'steps', facts);
  if (steps === undefined) return undefined;
  const { [remark]: _, ...shares } = steps as Record<string, number>;
  const strange = Object.keys(shares).find((name) => !isStep(name));
  if (strange === undefined) return shares;
  throw noStep(strange, facts);
}

function isStep(name: string): boolean {
  return stepNames.some((step) => step === name);
}

function noStep(name: string, facts: FileFacts): CommandError {
  return wrong(facts, `there is no step "${shortened(name)}"`, meant(name, 'steps', stepNames));
}

// By the name of the step, as far as there are steps at all.
function checkShares(steps: unknown, facts: FileFacts): void {
  if (!isRecord(steps)) return;
  const wrongOne = Object.entries(steps).find((step) => step[0] !== remark && !isShare(step));
  if (wrongOne === undefined) return;
  const [name, share] = wrongOne;
  if (!isStep(name)) throw noStep(name, facts);
  const found = typeof share === 'number' ? `, not ${share}` : '';
  throw wrong(
    facts,
    `the step "${shortened(name)}" must be a number from 0 to ${mostShare}${found}`,
    '1 is as the preset itself does it, 0 leaves the step out',
  );
}

function asked(
  fields: Readonly<Record<string, unknown>>,
  prompt: string,
  base: Preset | undefined,
  facts: FileFacts,
): GenerativeAction {
  if (base !== undefined && base.generative === undefined) {
    throw wrong(
      facts,
      `the field "prompt" is for AI providers, which do not do ${base.name}`,
      `leave it out, or say "look" in place of "base"`,
    );
  }
  const { models, quality: usual } = base?.generative ?? {};
  const wished = readField(fields, 'quality', facts) ?? usual;
  checkPrompts(fields.prompts, facts);
  const own = {
    prompt,
    operation: readField(fields, 'operation', facts),
    prompts: readField(fields, 'prompts', facts),
    drift: readField(fields, 'drift', facts),
  };
  return {
    ...ownAsked(base?.generative, own),
    prompt: joined(base, prompt, facts),
    ...(wished === undefined ? {} : { quality: wished }),
    ...(models === undefined ? {} : { models }),
  };
}

function joined(base: Preset | undefined, own: string, facts: FileFacts): string {
  const prompt = base?.generative === undefined ? own : `${base.generative.prompt}\n${own}`;
  if (prompt.length <= maxPromptCharacters) return prompt;
  throw wrong(facts, 'the field "prompt" is too long together with that of its base', 'shorten it');
}

function builtIn(name: string | undefined): Preset | undefined {
  return builtInPresets.find((preset) => preset.name === name);
}
