import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BatchOptions, OnExists } from '../../batch/options.ts';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import type { DecodeLimits, TargetFormat } from '../../images/facts.ts';
import { checkTemplate } from '../../outputs/name.ts';
import { findPreset } from '../../presets/presets.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { findProvider } from '../../providers/providers.ts';
import { parseBytes, parseDuration, parseWhole } from '../../quantities.ts';
import type { Settings } from '../../settings/settings.ts';
import { defaultConcurrency, defaultMemoryBudget } from '../../workers/budget.ts';
import type { EnhanceFlags } from '../enhance.ts';

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
  const template = flags.name ?? defaultTemplate;
  checkTemplate(template, flags.suffix);
  checkConflicts(flags);
  const provider = findProvider(flags.provider ?? setting(settings, 'provider'));
  const preset = findPreset(flags.preset ?? setting(settings, 'preset'));
  const recipe: LocalRecipe = {
    operation: preset.operation,
    scale: scaleOf(flags.size, preset),
    strength: fraction('--strength', flags.strength ?? settings.get('strength') ?? preset.strength),
  };
  const format = (flags.format ?? settings.get('format') ?? 'keep') as Enhancement['format'];
  if (flags.inPlace && format !== 'keep') {
    throw usage('--in-place keeps each file its format', 'leave out --format, or give a folder with -o');
  }
  const quality = whole(
    '--output-quality',
    flags.outputQuality ?? settings.get('output-quality') ?? '90',
    1,
    100,
  );
  const metadata = (flags.metadata ?? settings.get('metadata') ?? 'keep') as 'keep' | 'strip';
  const gps = (flags.gps ?? settings.get('gps') ?? 'keep') as 'keep' | 'strip';
  const purchase = { provider: provider.id, preset: preset.name, version: preset.version, ...recipe };
  const naming = { template, suffix: flags.suffix ?? '' };
  const concurrency = concurrencyOf(flags.concurrency ?? settings.get('concurrency'));
  return {
    batch: {
      outputFolder: flags.inPlace ? undefined : resolve(context.cwd, flags.output ?? ''),
      outputShown: flags.inPlace ? 'in place' : (flags.output ?? ''),
      backupFolder: flags.backupDir === undefined ? undefined : resolve(context.cwd, flags.backupDir),
      provider: provider.id,
      preset: preset.name,
      ...naming,
      platform: process.platform,
      recipeKey: hash({ purchase, naming, format, quality, metadata, gps, svg: flags.svg ?? false }),
      jobKey: (sourceSha256) => hash({ sourceSha256, purchase }),
      onExists: (flags.onExists ?? settings.get('on-exists') ?? 'skip') as OnExists,
      force: flags.force ?? false,
      checksum: flags.checksum ?? false,
      dryRun: flags.dryRun ?? false,
      limit: optional(flags.limit, (text) => whole('--limit', text, 1)),
      maxErrors: optional(flags.maxErrors, (text) => whole('--max-errors', text, 1)),
      maxDurationMs: optional(flags.maxDuration, (text) =>
        checked('--max-duration', text, parseDuration(text), '30m'),
      ),
      concurrency,
      memoryBudgetBytes:
        optional(flags.maxMemory ?? settings.get('max-memory'), bytes('--max-memory')) ??
        defaultMemoryBudget(),
    },
    recipe,
    limits: {
      maxPixels:
        1e6 * whole('--max-pixels', flags.maxPixels ?? settings.get('max-pixels') ?? '100', 1, 10_000),
      svg: flags.svg ?? false,
    },
    maxFileBytes: bytes('--max-file-size')(flags.maxFileSize ?? '1G'),
    format,
    quality,
    metadata,
    gps,
    include: flags.include ?? [],
    exclude: flags.exclude ?? [],
    maxDepth: optional(flags.maxDepth, (text) => whole('--max-depth', text, 1)) ?? Number.POSITIVE_INFINITY,
    hidden: flags.hidden ?? false,
  };
}

/** Refuses an output folder that would mix results with their sources. */
export function checkFolders(inputs: readonly string[], batch: BatchOptions, cwd: string): void {
  for (const input of inputs) {
    if (batch.outputFolder !== undefined && resolve(cwd, input) === batch.outputFolder) {
      throw usage(
        `the output folder is the input folder: ${input}`,
        'name another folder with -o, or replace the originals with --in-place',
      );
    }
  }
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
  if (flags.json && flags.print0)
    throw usage('--json and --print0 exclude each other', 'leave out one of them');
  if (flags.quiet && flags.verbose)
    throw usage('--quiet and --verbose exclude each other', 'leave out one of them');
}

function scaleOf(
  size: string | undefined,
  preset: { operation: string; name: string },
): LocalRecipe['scale'] {
  const upscale = preset.operation === 'upscale';
  const scale = scales[(size ?? (upscale ? '2x' : 'keep')) as keyof typeof scales];
  if (scale === undefined) throw usage(`--size ${size} is not known`, 'use keep, 2x or 4x');
  if (upscale && scale === 1) throw usage('the preset upscale needs a size', 'use --size 2x or 4x');
  if (!upscale && scale !== 1)
    throw usage(`the preset ${preset.name} keeps the size`, 'enlarge with --preset upscale');
  return scale;
}

function concurrencyOf(text: string | number | undefined): number {
  if (text === undefined || text === 'auto') return defaultConcurrency();
  return whole('--concurrency', text, 1, 256);
}

function fraction(flag: string, text: string | number): number {
  const value = Number(text);
  if (String(text).trim() !== '' && value >= 0 && value <= 1) return value;
  throw usage(`${flag} ${text} is not a number from 0 to 1`, `for example ${flag} 0.5`);
}

function whole(flag: string, text: string | number, least: number, most?: number): number {
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  const value = parseWhole(String(text), least, most);
  if (value === undefined) throw usage(`${flag} ${text} is not a whole number ${range}`);
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

function setting(settings: Settings, key: 'provider' | 'preset'): string {
  return settings.get(key) ?? { provider: 'local', preset: 'auto' }[key];
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function usage(message: string, hint?: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, ...(hint === undefined ? {} : { hint }) });
}
