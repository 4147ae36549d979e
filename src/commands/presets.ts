import { Command } from 'commander';
import type { Context } from '../context.ts';
import { findPreset, type Preset, presets } from '../presets/presets.ts';
import { writeResult } from '../streams.ts';

export interface PresetsOptions {
  /** The preset to show; undefined lists all. */
  readonly name: string | undefined;
  readonly json: boolean;
}

interface Flags {
  readonly json?: boolean;
}

const examples = `
Examples:
  imgsys presets list
  imgsys presets show upscale
  imgsys enhance photos -o big -p upscale --size 4x
  imgsys config set preset sharpen              what enhance does without -p`;

/** `imgsys presets list|show`: what can be done to a picture. */
export function presetsCommand(context: Context): Command {
  const command = new Command('presets')
    .description('List and show what can be done to a picture.')
    .addHelpText('after', examples);
  command
    .command('list')
    .description('all presets')
    .option('--json', 'JSON Lines')
    .action(({ json = false }: Flags) => presetsRun({ name: undefined, json }, context));
  command
    .command('show')
    .description('one preset in full')
    .argument('<preset>')
    .option('--json', 'JSON Lines')
    .action((name: string, { json = false }: Flags) => presetsRun({ name, json }, context));
  return command;
}

/** Throws CommandError (2) for an unknown preset, naming the nearest. */
export async function presetsRun({ name, json }: PresetsOptions, { streams }: Context): Promise<void> {
  const chosen = name === undefined ? presets : [findPreset(name)];
  const write = json ? asJson : name === undefined ? asLine : asPage;
  for (const preset of chosen) await writeResult(streams, `${write(preset)}\n`);
}

function asJson(preset: Preset): string {
  return JSON.stringify({ type: 'preset', ...preset });
}

function asLine({ name, summary }: Preset): string {
  return `${name.padEnd(10)}${summary}`;
}

function asPage({ name, version, provider, operation, description, strength, sizes }: Preset): string {
  const facts = [
    ['provider', provider],
    ['operation', operation],
    ['version', version],
    ['strength', `${strength} (--strength 0..1)`],
    ['size', `${sizes[0]}${sizes.length > 1 ? ` (--size ${sizes.join('|')})` : ''}`],
  ];
  return [
    `${name}: ${description}`,
    ...facts.map(([key, value]) => `  ${String(key).padEnd(11)}${value}`),
  ].join('\n');
}
