import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BatchOptions } from '../../batch/options.ts';
import type { Context } from '../../context.ts';
import type { DecodeLimits, TargetFormat } from '../../images/facts.ts';
import { checkTemplate } from '../../outputs/name.ts';
import type { LocalPreset } from '../../presets/preset.ts';
import type { LocalRecipe } from '../../providers/local/plan.ts';
import { findProvider, type ProviderFacts } from '../../providers/providers.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
import { createFilter } from '../../sources/filter.ts';
import { defaultConcurrency, defaultMemoryBudget } from '../../workers/budget.ts';
import { localPart, presetMeant } from '../presets/meant.ts';
import { driftFlags } from './drift-flags.ts';
import { bytes, chosen, optional, span, whole } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import { localRecipe } from './local-flags.ts';
import { outputParts } from './output-parts.ts';
import { remoteFlags } from './remote-flags.ts';
import type { RemoteChoice } from './remote-options.ts';
import { type Asked, sentBy } from './sent.ts';
import { checkSpending, type Spending, spendingFlags } from './spending.ts';
import { usage } from './usage.ts';

/** Everything a run needs to know, checked, before any file is touched. */
export interface Enhancement {
  readonly batch: BatchOptions;
  readonly work: Work;
  readonly limits: DecodeLimits;
  readonly maxFileBytes: number;
  readonly format: 'keep' | TargetFormat;
  readonly quality: number;
  readonly metadata: 'keep' | 'strip';
  readonly gps: 'keep' | 'strip';
  /** Whether results say how they were made. */
  readonly disclose: 'auto' | 'off';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxDepth: number;
  readonly hidden: boolean;
  readonly spending: Spending;
  /** The project the run is accounted to. */
  readonly tag: string | undefined;
}

/** Who does it: this processor, or a service. */
export type Work =
  | { readonly kind: 'local'; readonly recipe: LocalRecipe }
  | { readonly kind: 'remote'; readonly recipe: RemoteRecipe };

const defaultTemplate = '{name}.{ext}';
const remotePlaces = 256;
const longestTag = 100;

/** An earlier run that is gone on with: what it asked services for, if it did, and whether nothing is bought now. */
export interface Then {
  readonly asked?: Asked | undefined;
  readonly offline: boolean;
}

/** Flags over the user's settings over defaults. Throws CommandError (exit 2) naming the flag that is wrong. */
export async function checkFlags(
  flags: EnhanceFlags,
  context: Context,
  { asked, offline }: Then = { offline: false },
): Promise<Enhancement> {
  const settings = await context.settings();
  const naming = { template: flags.name ?? defaultTemplate, suffix: flags.suffix ?? '' };
  checkTemplate(naming.template, naming.suffix);
  checkConflicts(flags);
  const provider = findProvider(flags.provider ?? chosen('provider', undefined, settings) ?? '');
  const concurrency = chosen('concurrency', flags.concurrency, settings) ?? 'auto';
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
  const disclose = chosen('disclose', flags.disclose, settings) ?? 'auto';
  const { preset, version, work } =
    asked === undefined
      ? await workOf(flags, provider, concurrency, context)
      : await workAsThen(asked, flags, { concurrency, offline }, context);
  // What is bought is known by what is sent, what `local` makes by the version of its preset.
  const purchase =
    work.kind === 'remote' ? sentBy(work.recipe) : { provider: provider.id, preset, version, ...work.recipe };
  const parts = work.kind === 'remote' ? await outputParts(work.recipe, { format, flags }) : {};
  const memory = chosen('max-memory', flags.maxMemory, settings);
  return {
    batch: {
      outputFolder: flags.inPlace ? undefined : resolve(context.cwd, flags.output ?? ''),
      outputShown: flags.inPlace ? 'in place' : (flags.output ?? ''),
      backupFolder: flags.backupDir === undefined ? undefined : resolve(context.cwd, flags.backupDir),
      provider: provider.id,
      preset,
      ...naming,
      platform: process.platform,
      // Outputs from before there were labels stand for those with one: nothing is made again for a label alone.
      recipeKey: hash({ purchase, naming, ...encode, ...parts, ...(disclose === 'off' && { disclose }) }),
      jobKey: (sourceSha256) => hash({ sourceSha256, purchase }),
      onExists: chosen('on-exists', flags.onExists, settings) ?? 'skip',
      ...driftFlags(flags, work, settings),
      force: flags.force ?? false,
      checksum: flags.checksum ?? false,
      dryRun: flags.dryRun ?? false,
      limit: optional(flags.limit, (text) => whole('--limit', text, 1)),
      maxErrors: optional(flags.maxErrors, (text) => whole('--max-errors', text, 1)),
      maxDurationMs: optional(flags.maxDuration, span('--max-duration')),
      concurrency: placesFor(work, concurrency),
      memoryBudgetBytes: optional(memory, bytes('--max-memory')) ?? defaultMemoryBudget(),
    },
    work,
    limits: {
      maxPixels: 1e6 * (chosen('max-pixels', flags.maxPixels, settings) ?? 100),
      svg: flags.svg ?? false,
    },
    maxFileBytes: bytes('--max-file-size')(flags.maxFileSize ?? '1G'),
    ...encode,
    disclose,
    ...patterns(flags),
    maxDepth: optional(flags.maxDepth, (text) => whole('--max-depth', text, 1)) ?? Number.POSITIVE_INFINITY,
    hidden: flags.hidden ?? false,
    tag: optional(flags.tag, tagName),
    spending: checkSpending(flags, settings),
  };
}

// Made here as each walk will make them, so that what is no pattern is refused before anything is looked at.
function patterns({ include = [], exclude = [] }: EnhanceFlags): Pick<Enhancement, 'include' | 'exclude'> {
  createFilter(include, exclude);
  return { include, exclude };
}

function tagName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= longestTag) return name;
  throw usage(
    name === '' ? '--tag is empty' : `--tag has more than ${longestTag} characters`,
    'name the project, such as --tag "spring catalogue"',
  );
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

// Pictures in work at once: calls wait elsewhere for most of their time, so many may be under way.
function placesFor({ kind }: Work, concurrency: number | 'auto'): number {
  if (concurrency !== 'auto') return concurrency;
  return kind === 'local' ? defaultConcurrency() : remotePlaces;
}

interface NamedWork {
  readonly preset: string;
  readonly version?: number;
  readonly work: Work;
}

async function workOf(
  flags: EnhanceFlags,
  provider: ProviderFacts,
  concurrency: number | 'auto',
  context: Context,
): Promise<NamedWork> {
  const settings = await context.settings();
  const named = flags.preset ?? chosen('preset', undefined, settings) ?? '';
  const preset = await presetMeant(named, context, provider.id);
  const work = provider.isRemote
    ? await remoteWork(flags, provider, { preset, concurrency }, context)
    : localWork(flags, await localPart(preset), chosen('strength', flags.strength, settings));
  return { preset: preset.name, version: preset.version, work };
}

async function workAsThen(
  asked: Asked,
  flags: EnhanceFlags,
  how: { readonly concurrency: number | 'auto'; readonly offline: boolean },
  context: Context,
): Promise<NamedWork> {
  const { recipeAsThen } = await import('./as-then.ts');
  const recipe = await recipeAsThen(asked, flags, how, context);
  return { preset: asked.preset, work: { kind: 'remote', recipe } };
}

async function remoteWork(
  flags: EnhanceFlags,
  provider: ProviderFacts,
  choice: RemoteChoice,
  context: Context,
): Promise<Work> {
  if (flags.strength !== undefined) {
    throw usage(`--strength is for the provider local, not for ${provider.id}`, 'say it in --prompt');
  }
  // Loaded where it is needed: this processor knows nothing of services.
  const { checkRemoteFlags } = await import('./remote-options.ts');
  return { kind: 'remote', recipe: await checkRemoteFlags(flags, provider, choice, context) };
}

function localWork(flags: EnhanceFlags, preset: LocalPreset, strength: number | undefined): Work {
  for (const [flag, spelled] of Object.entries({ ...remoteFlags, ...spendingFlags })) {
    if (flags[flag as keyof EnhanceFlags] === undefined) continue;
    throw usage(
      `${spelled} is for providers that pictures are sent to, not for local`,
      'name one, such as --provider openai (it is paid), or leave the flag out',
    );
  }
  return { kind: 'local', recipe: localRecipe(flags, preset, strength) };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
