import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes, systemCode } from '../../errors.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { isPresetName } from '../../presets/fields.ts';
import { ownPresetFile } from '../../presets/load.ts';
import type { Preset } from '../../presets/preset.ts';
import { hint, writeResult } from '../../streams.ts';
import { syncFolder } from '../../sync-folder.ts';
import { describeWriteError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { presetMeant } from './meant.ts';
import { presetText } from './preset-text.ts';

export interface PresetsInitOptions {
  readonly name: string;
  /** The preset that the file begins with. */
  readonly base: string;
  readonly json: boolean;
}

/**
 * Writes a preset of the user's own that does what its base does, with all there is to change in it, and prints its path.
 * Throws CommandError: 2 for a name that cannot be one, 13 when the file is there already.
 */
export async function presetsInitRun(options: PresetsInitOptions, context: Context): Promise<void> {
  const { name, json } = options;
  const folder = dirname(context.paths.config);
  checkName(name);
  const base = await presetMeant(options.base, context, 'local');
  const file = ownPresetFile(folder, name);
  await writeNew(file, presetText(name, base));
  await writeResult(
    context.streams,
    `${json ? JSON.stringify({ type: 'preset-file', name, file }) : printable(file)}\n`,
  );
  const use = `imgsys enhance photos -o enhanced -p ${name}${await howToUse(base)}`;
  hint(context.streams, `edit it, then: ${use}`);
}

// The file cannot say the provider and the model, and the base was made for them.
async function howToUse({ local, generative }: Preset): Promise<string> {
  if (generative === undefined) return '';
  const { operation = 'enhance', models } = generative;
  const { enhanceProviders } = await import('../../providers/enhance-providers.ts');
  const id = enhanceProviders.find(({ modelFor }) => modelFor[operation] !== undefined)?.id ?? 'openai';
  const choice = [`--provider ${id}`, models?.[id] && `--model ${models[id]}`].filter(Boolean).join(' ');
  return local === undefined ? ` ${choice}` : `, by AI with ${choice}`;
}

function checkName(name: string): void {
  if (!isPresetName(name)) {
    throw usage(
      `${printable(name) || 'nothing'} is no name for a preset`,
      'use small letters, digits and hyphens',
    );
  }
  if (builtInPresets.some((preset) => preset.name === name)) {
    throw usage(`${name} is a built-in preset`, `choose another name: imgsys presets init my-${name}`);
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  await inWords(file, async () => {
    // The settings lie in the folder above: for this user alone.
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  });
  await inWords(file, async () => {
    const opened = await openNew(file);
    try {
      await opened.writeFile(text);
      await opened.sync();
    } catch (error) {
      await unlink(file);
      throw error;
    } finally {
      await opened.close();
    }
    await syncFolder(dirname(file));
  });
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new CommandError(`the preset file ${printable(file)} exists already`, {
      exitCode: exitCodes.outputExists,
      hint: 'edit it, remove it, or choose another name',
      cause: error,
    });
  }
}

async function inWords(file: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { message } = describeWriteError(error);
    // What is in the way of a folder is called "exists", like a folder that is there.
    const why = systemCode(error) === 'EEXIST' ? 'a file is in the way of the folder' : message;
    throw new CommandError(`the preset file ${printable(file)}: ${why}`, {
      exitCode: exitCodes.usage,
      hint: 'check who may write there, or set IMGSYS_HOME to another folder',
      cause: error,
    });
  }
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint });
}
