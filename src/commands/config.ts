import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { loadPreset } from '../presets/load.ts';
import { findProvider } from '../providers/providers.ts';
import { findSetting, parseSetting, type SettingName, settingKeys, settingNames } from '../settings/keys.ts';
import type { Settings } from '../settings/settings.ts';
import { say, writeResult } from '../streams.ts';
import { notes } from './help.ts';

export interface ConfigOptions {
  readonly verb: 'get' | 'set' | 'unset' | 'list' | 'path';
  readonly key?: string;
  readonly value?: string;
  readonly json: boolean;
}

const examples = `
Settings:
${settingNames.map((name) => `  ${name.padEnd(16)}${settingKeys[name].help}`).join('\n')}

Examples:
  imgsys config list                         every setting, and whether it is yours or the default
  imgsys config set preset sharpen           what enhance does without --preset
  imgsys config set output-quality 85
  imgsys config unset output-quality         back to the default
  imgsys config path                         the file they are kept in`;

/** `imgsys config get|set|unset|list|path`: the user's own defaults. */
export function configCommand(context: Context): Command {
  const command = new Command('config')
    .description('read and change your own defaults; an option on the command line goes before them')
    .addHelpText('after', notes(examples));
  const add = (
    usage: string,
    summary: string,
    options: (...args: string[]) => Omit<ConfigOptions, 'json'>,
  ) => {
    command
      .command(usage)
      .description(summary)
      .option('--json', 'JSON Lines')
      .action(async (...args: unknown[]) => {
        const given = args.filter((arg) => typeof arg === 'string');
        const { json = false } = args[given.length] as { json?: boolean };
        await configRun({ ...options(...given), json }, context);
      });
  };
  add('get <setting>', 'the value that holds: yours, or the default', (key = '') => ({ verb: 'get', key }));
  add('set <setting> <value>', 'keep a value', (key = '', value = '') => ({ verb: 'set', key, value }));
  add('unset <setting>', 'go back to the default', (key = '') => ({ verb: 'unset', key }));
  add('list', 'all settings', () => ({ verb: 'list' }));
  add('path', 'where they are kept', () => ({ verb: 'path' }));
  return command;
}

/** Throws CommandError (2) for an unknown key (naming the nearest), a wrong value, or a settings file that is damaged. */
export async function configRun(options: ConfigOptions, context: Context): Promise<void> {
  const { verb, json } = options;
  const { streams, paths } = context;
  if (verb === 'path') {
    const line = json ? JSON.stringify({ type: 'path', path: paths.config }) : paths.config;
    return writeResult(streams, `${line}\n`);
  }
  if (verb === 'list') {
    const settings = await context.settings();
    for (const name of settingNames) await writeResult(streams, `${line(name, settings, json)}\n`);
    return;
  }
  const name = findSetting(options.key ?? '');
  if (verb === 'set') return keep(name, options.value ?? '', context, json);
  const settings = await context.settings();
  if (verb === 'unset') {
    if (!(await settings.unset(name))) say(streams, `${name} was not set`);
    if (json) await writeResult(streams, `${line(name, settings, json)}\n`);
    return;
  }
  if (json) return writeResult(streams, `${line(name, settings, json)}\n`);
  const value = settings.get(name) ?? settingKeys[name].default;
  if (value === undefined) say(streams, `${name} is not set (${settingKeys[name].help})`);
  else await writeResult(streams, `${value}\n`);
}

async function keep(name: SettingName, text: string, context: Context, json: boolean): Promise<void> {
  const value = parseSetting(name, name === 'prices' && text !== '' ? resolve(context.cwd, text) : text);
  if (name === 'prices') await (await import('./enhance/prices.ts')).readPrices(text, context);
  if (name === 'provider') findProvider(text);
  if (name === 'preset') await loadPreset(text, { folder: dirname(context.paths.config), cwd: context.cwd });
  const settings = await context.settings();
  await settings.set(name, value);
  if (json) await writeResult(context.streams, `${line(name, settings, json)}\n`);
}

function line(name: SettingName, settings: Settings, json: boolean): string {
  const [own, standard] = [settings.get(name), settingKeys[name].default];
  const source = own !== undefined ? 'set' : standard !== undefined ? 'default' : 'unset';
  const value = own ?? standard;
  if (json) return JSON.stringify({ type: 'setting', key: name, value: value ?? null, source });
  return `${name.padEnd(16)}${String(value ?? '-').padEnd(12)}${source === 'set' ? 'yours' : 'default'}`;
}
