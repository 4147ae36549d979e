import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes, systemCode } from '../../errors.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { isPresetName } from '../../presets/fields.ts';
import { loadPreset, ownPresetFile } from '../../presets/load.ts';
import { type Preset, presetForProvider } from '../../presets/preset.ts';
import { hint, writeResult } from '../../streams.ts';
import { syncFolder } from '../../sync-folder.ts';
import { describeWriteError } from '../../system-errors.ts';
import { printable } from '../../text.ts';

export interface PresetsInitOptions {
  readonly name: string;
  /** The preset whose prompt the file begins with. */
  readonly base: string;
  readonly json: boolean;
}

/**
 * Writes a preset of the user's own, whole with its prompt, and prints its path. Throws CommandError: 2 for a name that
 * cannot be one and a base without a prompt, 13 when the file is there already.
 */
export async function presetsInitRun(options: PresetsInitOptions, context: Context): Promise<void> {
  const { name, json } = options;
  const folder = dirname(context.paths.config);
  checkName(name);
  const base = await loadPreset(options.base, { folder, cwd: context.cwd });
  const file = ownPresetFile(folder, name);
  await writeNew(file, textOf(name, base));
  await writeResult(
    context.streams,
    `${json ? JSON.stringify({ type: 'preset-file', name, file }) : printable(file)}\n`,
  );
  // The file cannot say it, and the base was made for it.
  const { operation, models } = base.generative ?? {};
  const { findEnhanceProvider, enhanceProviders } = await import('../../providers/enhance-providers.ts');
  const doing = enhanceProviders.find(({ modelFor }) => modelFor[operation ?? 'enhance'] !== undefined);
  const { id } = doing ?? findEnhanceProvider('openai');
  const choice = [`--provider ${id}`, models?.[id] && `--model ${models[id]}`].filter(Boolean).join(' ');
  hint(context.streams, `edit it, then: imgsys enhance photos -o enhanced -p ${name} ${choice}`);
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

// The prompt in full, so that every word of it can be changed.
function textOf(name: string, base: Preset): string {
  const { prompt, quality } = presetForProvider(base, 'AI providers');
  const summary = base.file === undefined ? `${base.name}, in my own words` : base.summary;
  const { operation, prompts } = base.generative ?? {};
  const fields = { name, version: 1, summary, operation, prompt, prompts, quality };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
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
