import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { providers } from '../../providers/providers.ts';
import { settingNames } from '../../settings/keys.ts';

/** What may stand in a place: words there are, files, folders, or something that only the user knows. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'anything' };

export interface TableOption {
  /** `--output`; the short form where there is one is `-o`. */
  readonly long: string;
  readonly short: string | undefined;
  readonly help: string;
  /** Undefined for an option that takes no value. */
  readonly values: Values | undefined;
  /** May be given more than once. */
  readonly repeats: boolean;
}

/** One command or sub-command as the scripts need it. */
export interface TableCommand {
  /** Words after `imgsys`; empty for the program itself. */
  readonly path: readonly string[];
  readonly help: string;
  readonly children: readonly TableCommand[];
  readonly options: readonly TableOption[];
  /** The last is good for all further places where `variadic` is true. */
  readonly places: readonly Values[];
  readonly variadic: boolean;
}

const anything: Values = { kind: 'anything' };
const words = (list: readonly string[]): Values => ({ kind: 'words', words: list });

// What the commands' own definitions do not say: by option, and by the name of an argument.
const presetNames = builtInPresets.map(({ name }) => name);
const known: Readonly<Record<string, Values>> = {
  '--preset': words(presetNames),
  '--provider': words(providers.map(({ id }) => id)),
  '--base': words(presetNames),
  '--fallback': words(providers.map(({ id }) => id)),
  '--mask': { kind: 'files' },
  '--background': { kind: 'files' },
  '--prompt-file': { kind: 'files' },
  '--show-upload': { kind: 'files' },
  '--prices': { kind: 'files' },
  '--files-from': { kind: 'files' },
  '--lock': { kind: 'files' },
  'providers provider': words(providers.map(({ id }) => id)),
  '--size': words(['keep', '2x', '4x']),
  preset: words(presetNames),
  setting: words(settingNames),
  paths: { kind: 'files' },
};

/** All commands with their options, read from the definitions that parse them: a script never knows others. */
export async function readTable(context: Context): Promise<TableCommand> {
  const modules = await Promise.all([
    import('../enhance.ts').then((module) => module.enhanceCommand),
    import('../key.ts').then((module) => module.keyCommand),
    import('../usage.ts').then((module) => module.usageCommand),
    import('../runs.ts').then((module) => module.runsCommand),
    import('../check.ts').then((module) => module.checkCommand),
    import('../presets.ts').then((module) => module.presetsCommand),
    import('../providers.ts').then((module) => module.providersCommand),
    import('../config.ts').then((module) => module.configCommand),
    import('../doctor.ts').then((module) => module.doctorCommand),
    import('../completion.ts').then((module) => module.completionCommand),
  ]);
  const children = modules.map((create) => readCommand(create(context), []));
  const version: TableOption = {
    long: '--version',
    short: '-V',
    help: 'print the version',
    values: undefined,
    repeats: false,
  };
  return { path: [], help: '', children, options: [help, version], places: [], variadic: false };
}

/** This command and all below it, the command first. */
export function flatten(command: TableCommand): TableCommand[] {
  return [command, ...command.children.flatMap(flatten)];
}

const help: TableOption = {
  long: '--help',
  short: '-h',
  help: 'print help',
  values: undefined,
  repeats: false,
};

function readCommand(command: Command, above: readonly string[]): TableCommand {
  const path = [...above, command.name()];
  const args = command.registeredArguments;
  return {
    path,
    help: firstLine(command.description()),
    children: command.commands.map((child) => readCommand(child, path)),
    options: [...command.options.map(readOption), help],
    places: args.map((arg) => (arg.argChoices ? words(arg.argChoices) : placeOf(path, arg.name()))),
    variadic: args.at(-1)?.variadic ?? false,
  };
}

function placeOf(path: readonly string[], name: string): Values {
  return known[`${path.join(' ')} ${name}`] ?? known[name] ?? anything;
}

function readOption(option: Command['options'][number]): TableOption {
  return {
    long: option.long ?? '',
    short: option.short,
    help: firstLine(option.description),
    values: option.required || option.optional ? valuesOf(option) : undefined,
    repeats: option.variadic || option.parseArg !== undefined,
  };
}

function valuesOf({ long, flags, argChoices }: Command['options'][number]): Values {
  if (argChoices !== undefined) return words(argChoices);
  if (flags.includes('<dir>')) return { kind: 'folders' };
  if (flags.includes('<file.html>')) return { kind: 'files' };
  return known[long ?? ''] ?? anything;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
