// What a sheet says of its run as a whole.
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { isRecord } from '../../json.ts';
import type { RunCharges } from '../../ledger/purchases.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { redactor } from '../../redact.ts';
import { againFor } from '../../sheet/again.ts';
import type { SheetHead } from '../../sheet/data.ts';
import type { GatheredRun } from '../../sheet/gather.ts';
import { clean } from '../../sheet/present.ts';
import type { EnhanceFlags } from '../enhance/flags.ts';
import type { Invocation } from '../enhance/invocation.ts';
import { readAsked } from '../enhance/sent.ts';

export function sheetHead(
  run: RunRow,
  { pictures, skipped }: GatheredRun,
  charges: RunCharges,
  { cwd, paths, flags }: Pick<Invocation, 'cwd' | 'paths' | 'flags'>,
): SheetHead {
  const { provider, preset, model, quality } = (isRecord(run.recipe) ? run.recipe : {}) as Record<
    string,
    unknown
  >;
  const asked = readAsked(run.recipe);
  const isPaid = charges.paid + charges.useless + charges.unsettled > 0;
  const { left } = (isRecord(run.counts) ? run.counts : {}) as { left?: number };
  return {
    ...{
      run: run.id,
      folders: paths.map((path) => clean(shortFolder(path, cwd))),
      provider: word(provider),
      preset: word(preset),
    },
    ...(typeof model === 'string' && { model: clean(model) }),
    ...(typeof quality === 'string' && { quality: clean(quality) }),
    ...(asked && asked.sent.prompt !== '' && { prompt: clean(asked.sent.prompt) }),
    output: run.outputFolder === undefined ? 'in place' : clean(run.outputFolder),
    startedMs: run.startedMs,
    ...(run.endedMs !== undefined && { endedMs: run.endedMs }),
    state: run.state === 'running' && !run.live ? 'died' : run.state,
    ...{ left: left ?? 0, skipped },
    ...(isPaid && { charges }),
    again: redactedAgain(
      againFor({
        ...{ cwd, outputFolder: run.outputFolder, isRemote: asked !== undefined },
        flags: spelled(flags, { provider, preset }),
        places: pictures.flatMap(({ source, output, state, row }) =>
          output === undefined || state === 'failed' || row === undefined ? [] : [{ source, output }],
        ),
      }),
    ),
  };
}

// As it was written; by its name alone where it lies elsewhere.
function shortFolder(path: string, cwd: string): string {
  const way = relative(cwd, resolve(cwd, path));
  return way === '' || way.startsWith('..') || isAbsolute(way) ? basename(resolve(cwd, path)) : way;
}

function word(value: unknown): string {
  return typeof value === 'string' ? clean(value) : '';
}

function redactedAgain(again: SheetHead['again']): SheetHead['again'] {
  if (!('before' in again)) return again;
  return { ...again, before: redactor.redact(again.before), after: redactor.redact(again.after) };
}

// What decides the results; the prompt and the strength are to be changed.
const kept = {
  ...{ model: '--model', quality: '--quality', size: '--size', format: '--format' },
  ...{
    outputQuality: '--output-quality',
    metadata: '--metadata',
    gps: '--gps',
    name: '--name',
    suffix: '--suffix',
  },
  ...{ mask: '--mask', background: '--background', expand: '--expand', remove: '--remove', style: '--style' },
  ...{ negative: '--negative', creative: '--creative', key: '--key', tag: '--tag' },
} as const satisfies Partial<Record<keyof EnhanceFlags, string>>;

function spelled(
  flags: EnhanceFlags,
  { provider, preset }: { readonly provider: unknown; readonly preset: unknown },
): (readonly [string, string | undefined])[] {
  const first: [string, string | undefined][] = [];
  const named = flags.preset ?? preset;
  if (typeof named === 'string') first.push(['-p', named]);
  if (typeof provider === 'string' && provider !== 'local') first.push(['--provider', provider]);
  const rest = Object.entries(kept).flatMap(([name, flag]): (readonly [string, string | undefined])[] => {
    const value = flags[name as keyof typeof kept];
    if (value === undefined || value === false) return [];
    if (value === true) return [[flag, undefined]];
    return [value].flat().map((one) => [flag, one]);
  });
  return [...first, ...rest];
}
