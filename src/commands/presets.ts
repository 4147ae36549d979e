import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { CommandError } from '../errors.ts';
import { builtInPresets } from '../presets/built-in.ts';
import { loadPreset, ownPresetNames, type PresetPlaces } from '../presets/load.ts';
import { stepNames } from '../presets/own-look.ts';
import type { Preset } from '../presets/preset.ts';
import { hint, warn, writeResult } from '../streams.ts';
import { notes } from './help.ts';
import { asJson, asLines, asPage } from './presets/describe.ts';
import { presetsInitRun } from './presets/init.ts';
import { presetMeant } from './presets/meant.ts';

export interface PresetsOptions {
  /** The preset to show, a name or the path of a file; undefined lists all. */
  readonly name: string | undefined;
  readonly json: boolean;
}

interface Flags {
  readonly json?: boolean;
}

interface InitFlags extends Flags {
  readonly base: string;
}

const examples = `
Examples:
  imgsys presets list
  imgsys presets show real-estate               the steps of local, and the prompt that AI providers get
  imgsys presets init warm --base real-estate   a preset of your own to edit, used by -p warm
  imgsys enhance photos -o big -p upscale --size 4x
  imgsys config set preset sharpen              what enhance does without -p

local is this processor, free of charge; ai is any provider that makes pictures for money (--provider).

A preset of your own is a JSON file. For AI: "prompt", "base" (a built-in preset whose prompt comes first), "operation"
(what is done: imgsys providers), "prompts" (other words by the name of a provider), "quality".
For local: "steps", each with a number from 0 (left out) to 2 (twice the usual), such as {"vibrance": 0,
"fill-light": 1.5}, laid over those of "look", else "base", else auto; and "strength", 0 to 1. Without a prompt only local
does it. "//" holds words to yourself. The steps:
${stepNames.join(', ')}.`;

/** `imgsys presets list|show|init`: what can be done to a picture. */
export function presetsCommand(context: Context): Command {
  const command = new Command('presets')
    .description('list and show what can be done to a picture')
    .addHelpText('after', notes(examples));
  command
    .command('list')
    .description('all presets, your own last')
    .option('--json', 'JSON Lines')
    .action(({ json = false }: Flags) => presetsRun({ name: undefined, json }, context));
  command
    .command('show')
    .description('one preset in full: what local does, and the prompt')
    .argument('<preset>', 'a name, or the path of a preset file')
    .option('--json', 'JSON Lines')
    .action((name: string, { json = false }: Flags) => presetsRun({ name, json }, context));
  command
    .command('init')
    .description('write a preset of your own, to be edited; prints its path')
    .argument('<name>', 'small letters, digits and hyphens')
    .option('--base <preset>', 'the preset it begins with', 'auto')
    .option('--json', 'JSON Lines')
    .action((name: string, { base, json = false }: InitFlags) =>
      presetsInitRun({ name, base, json }, context),
    );
  return command;
}

/**
 * Throws CommandError (2) for an unknown preset, naming the nearest, and for a file that is wrong. The list goes on past
 * such a file, with a warning.
 */
export async function presetsRun({ name, json }: PresetsOptions, context: Context): Promise<void> {
  const places = { folder: dirname(context.paths.config), cwd: context.cwd };
  const chosen =
    name === undefined ? await allPresets(places, context) : [await presetMeant(name, context, 'local')];
  const pages = json ? chosen.map(asJson) : name === undefined ? asLines(chosen) : chosen.map(asPage);
  for (const page of pages) await writeResult(context.streams, `${page}\n`);
}

async function allPresets(places: PresetPlaces, { streams }: Context): Promise<Preset[]> {
  const all = [...builtInPresets];
  for (const name of await ownPresetNames(places.folder)) {
    try {
      all.push(await loadPreset(name, places));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      warn(streams, error.message);
      if (error.hint !== undefined) hint(streams, error.hint);
    }
  }
  return all;
}
