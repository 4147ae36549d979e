import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BatchOptions } from '../../batch/options.ts';
import type { Context } from '../../context.ts';
import type { DecodeLimits, TargetFormat } from '../../images/facts.ts';
import { checkTemplate } from '../../outputs/name.ts';
import { findPreset, type Preset } from '../../presets/presets.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { findProvider } from '../../providers/providers.ts';
import { parseBytes, parseDuration, parseWhole } from '../../quantities.ts';
import { type SettingName, type SettingValues, settingKeys } from '../../settings/keys.ts';
import type { Settings } from '../../settings/settings.ts';
import { nearest } from '../../suggest.ts';
import { defaultConcurrency, defaultMemoryBudget } from '../../workers/budget.ts';
import type { EnhanceFlags } from '../enhance.ts';
import { usage } from './usage.ts';

/** Everything a run needs to know, checked, before any file is touched. */
export interface Enhancement {
  readonly batch: BatchOptions;
  readonly recipe: LocalRecipe;
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  readonly quality: number;
  readonly metadata: 'keep' | 'strip';
  readonly gps: 'keep' | 'strip';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxDepth: number;
  readonly hidden: boolean;
}

const defaultTemplate = '{name}.{ext}';
const scales = { keep: 1, '2x': 2, '4x': 4 } as const;

/** Flags over the user's settings over defaults. Throws CommandError (exit 2) naming the flag that is wrong. */
export async function checkFlags(flags: EnhanceFlags, context: Context): Promise<Enhancement> {
  const settings = await context.settings();
  const naming = { template: flags.name ?? defaultTemplate, suffix: flags.suffix ?? '' };
  checkTemplate(naming.template, naming.suffix);
  checkConflicts(flags);
  const provider = findProvider(chosen('provider', flags.provider, settings) ?? '');
  const preset = findPreset(chosen('preset', flags.preset, settings) ?? '');
  const recipe: LocalRecipe = {
    operation: preset.operation,
    scale: scaleOf(flags.size, preset),
    strength: chosen('strength', flags.strength, settings) ?? preset.strength,
  };
  const format = chosen('format', flags.format, settings) ?? 'keep';
  if (flags.inPlace && format !== 'keep') {
    throw usage('--in-place keeps each file its format', 'add --format keep, or give a folder with -o');
  }
  const encode = {
    format,
    quality: chosen('output-quality', flags.outputQuality, settings) ?? 90,
    metadata: chosen('metadata', flags.metadata, settings) ?? 'keep',
    gps: chosen('gps', flags.gps, settings) ?? 'keep',
  };
  const purchase = { provider: provider.id, preset: preset.name, version: preset.version, ...recipe };
  const concurrency = chosen('concurrency', flags.concurrency, settings) ?? 'auto';
  const memory = chosen('max-memory', flags.maxMemory, settings);
  return {
    batch: {
      outputFolder: flags.inPlace ? undefined : resolve(context.cwd, flags.output ?? ''),
      outputShown: flags.inPlace ? 'in place' : (flags.output ?? ''),
      backupFolder: flags.backupDir === undefined ? undefined : resolve(context.cwd, flags.backupDir),
      provider: provider.id,
      preset: preset.name,
      ...naming,
      platform: process.platform,
      recipeKey: hash({ purchase, naming, ...encode }),
      jobKey: (sourceSha256) => hash({ sourceSha256, purchase }),
      onExists: chosen('on-exists', flags.onExists, settings) ?? 'skip',
      force: flags.force ?? false,
      checksum: flags.checksum ?? false,
      dryRun: flags.dryRun ?? false,
      limit: optional(flags.limit, (text) => whole('--limit', text, 1)),
      maxErrors: optional(flags.maxErrors, (text) => whole('--max-errors', text, 1)),
      maxDurationMs: optional(flags.maxDuration, (text) =>
        checked('--max-duration', text, parseDuration(text), '90s, 30m or 2h'),
      ),
      concurrency: concurrency === 'auto' ? defaultConcurrency() : concurrency,
      memoryBudgetBytes: optional(memory, bytes('--max-memory')) ?? defaultMemoryBudget(),
    },
    recipe,
    limits: {
      maxPixels: 1e6 * (chosen('max-pixels', flags.maxPixels, settings) ?? 100),
      svg: flags.svg ?? false,
    },
    maxFileBytes: bytes('--max-file-size')(flags.maxFileSize ?? '1G'),
    ...encode,
    include: flags.include ?? [],
    exclude: flags.exclude ?? [],
    maxDepth: optional(flags.maxDepth, (text) => whole('--max-depth', text, 1)) ?? Number.POSITIVE_INFINITY,
    hidden: flags.hidden ?? false,
  };
}

function checkConflicts(flags: EnhanceFlags): void {
  if (flags.inPlace) {
    const other = (['output', 'name', 'suffix', 'onExists'] as const).find(
      (flag) => flags[flag] !== undefined,
    );
    const spelled = { output: '-o', name: '--name', suffix: '--suffix', onExists: '--on-exists' };
    if (other) throw usage(`--in-place and ${spelled[other]} exclude each other`, 'leave out one of them');
  } else if (flags.backupDir !== undefined) {
    throw usage('--backup-dir goes with --in-place', 'originals are never touched without --in-place');
  }
  for (const [flag, value] of [
    ['-o', flags.output],
    ['--backup-dir', flags.backupDir],
  ]) {
    if (value === '')
      throw usage(`${flag} is empty`, 'name a folder; perhaps a variable of your script is not set');
  }
  if (flags.json && flags.print0)
    throw usage('--json and --print0 exclude each other', 'leave out one of them');
  if (flags.quiet && flags.verbose)
    throw usage('--quiet and --verbose exclude each other', 'leave out one of them');
}

function scaleOf(size: string | undefined, preset: Preset): LocalRecipe['scale'] {
  const [standard = 'keep'] = preset.sizes;
  const wish = preset.sizes.find((legal) => legal === (size ?? standard));
  if (wish !== undefined) return scales[wish];
  const sizes = preset.sizes.join(' or ');
  const way = preset.operation === 'upscale' ? '' : '; enlarge with --preset upscale';
  throw usage(`--size ${size} does not go with the preset ${preset.name}`, `it takes ${sizes}${way}`);
}

// The flag, else the user's own setting, else the default, if there is one.
function chosen<Name extends SettingName>(
  name: Name,
  flag: string | undefined,
  settings: Settings,
): SettingValues[Name] | undefined {
  const key = settingKeys[name];
  if (flag === undefined) return settings.get(name) ?? key.default;
  const value = key.parse(flag);
  if (value !== undefined) return value;
  const near = key.choices && nearest(flag, key.choices);
  throw usage(`--${name} ${flag} is not ${key.expects}`, near && `did you mean ${near}?`);
}

function whole(flag: string, text: string, least: number): number {
  const value = parseWhole(text, least);
  if (value === undefined) throw usage(`${flag} ${text} is not a whole number of at least ${least}`);
  return value;
}

function bytes(flag: string): (text: string) => number {
  return (text) => checked(flag, text, parseBytes(text), '512M or 2G');
}

function checked(flag: string, text: string, value: number | undefined, example: string): number {
  if (value === undefined || value <= 0)
    throw usage(`${flag} ${text} is not understood`, `for example ${example}`);
  return value;
}

function optional<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
