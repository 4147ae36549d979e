// What a preset is, and what of it each kind of provider takes.
import { CommandError, exitCodes } from '../errors.ts';
import type { OperationName } from '../operations.ts';
import type { Look } from '../providers/local/look.ts';
import { nearest } from '../suggest.ts';
import { printable } from '../text.ts';
import type { OwnTolerance } from './drift-tolerances.ts';
import { type Service, waysToAsk } from './wishes.ts';

/** What is to be done to pictures: by `local`, by AI providers, or by both. */
export interface Preset {
  /** Small letters, digits and hyphens. */
  readonly name: string;
  /** Counts up when what it does changes. For people: what is bought is known by what is sent, not by this number. */
  readonly version: number;
  readonly summary: string;
  readonly description: string;
  /** The file it was read from; undefined for a built-in one. */
  readonly file?: string;
  /** What `local` does; undefined where it cannot. */
  readonly local?: LocalAction;
  /** What AI providers are asked for; undefined where a model that paints anew cannot promise it. */
  readonly generative?: GenerativeAction;
}

export interface LocalAction {
  readonly look: Look;
  /** 0 to 1, where the user says nothing. */
  readonly strength: number;
  /** Legal values of `--size`, the default first. */
  readonly sizes: readonly ('keep' | '2x' | '4x')[];
  /** Whether edges are added, by `--expand`. */
  readonly expands?: true;
}

export interface GenerativeAction {
  /** What is asked of a provider; `enhance` where it is not said. */
  readonly operation?: OperationName;
  /** 1 to 32 000 characters. `{thing}` stands for what is to go, `{background}` for the new background. */
  readonly prompt: string;
  /** Other words by the provider's id, where its models want a description in place of an instruction. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** A suggestion, for models that know the word; `low` is the cheapest of any that has several. */
  readonly quality?: string;
  /** The model to take by the provider's id, where the preset is made for another than the provider's default. */
  readonly models?: Readonly<Record<string, string>>;
  /** How far results may move from their pictures, where that is not as usual for the operation. */
  readonly drift?: OwnTolerance;
}

/** A preset as `local` does it. */
export interface LocalPreset extends LocalAction {
  readonly name: string;
  readonly version: number;
}

/** A preset as one AI provider does it. */
export interface GenerativePreset {
  readonly name: string;
  readonly version: number;
  readonly operation: OperationName;
  readonly prompt: string;
  readonly quality: string | undefined;
  /** Undefined leaves it to the user and the provider. */
  readonly model: string | undefined;
  readonly drift: OwnTolerance | undefined;
}

/** The part of a preset that `local` does; undefined where it needs an AI provider. */
export function presetForLocal({ name, version, local }: Preset): LocalPreset | undefined {
  return local && { name, version, ...local };
}

/** The error (2) for a preset that `local` does not do, with those of `services` that do. */
export function needsAI({ name, file, generative }: Preset, services: readonly Service[]): CommandError {
  const { operation = 'enhance' } = generative ?? {};
  const able = services.filter(({ modelFor }) => modelFor[operation] !== undefined);
  const own = file === undefined ? '' : '; or say in its file what local does: "steps"';
  return new CommandError(`local cannot do the preset ${name}: it is a prompt for AI providers`, {
    exitCode: exitCodes.usage,
    hint: `${waysToAsk(able, `-p ${name}`)}${own}`,
  });
}

/** The part of a preset that the AI provider `provider` is asked for. Throws CommandError (2) where only `local` does it. */
export function presetForProvider(preset: Preset, provider: string): GenerativePreset {
  const { name, version, generative, file } = preset;
  if (generative === undefined) {
    const way = file === undefined ? 'see what AI providers do: imgsys presets list' : 'add a "prompt" to it';
    throw new CommandError(`the preset ${name} is done by local, not by ${printable(provider)}`, {
      exitCode: exitCodes.usage,
      hint: `add --provider local, or ${way}`,
    });
  }
  const { operation = 'enhance', prompt, prompts = {}, quality, models = {}, drift } = generative;
  const own = Object.hasOwn(prompts, provider) ? prompts[provider] : undefined;
  const model = Object.hasOwn(models, provider) ? models[provider] : undefined;
  return { name, version, operation, prompt: own ?? prompt, quality, model, drift };
}

/** The error for a name that is none of `names`, with the nearest as its hint. */
export function unknownPreset(name: string, names: readonly string[]): CommandError {
  // What providers are said to do, and `auto` asks for.
  const near = name === 'enhance' ? 'auto' : nearest(name, names);
  return new CommandError(`there is no preset ${printable(name) || 'without a name'}`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? `the presets are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}
