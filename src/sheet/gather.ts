// Everything the ledger knows of the pictures of a run's folder.
import { join, sep } from 'node:path';
import type { Item, ItemRow, ItemState } from '../ledger/items.ts';
import type { OutputRow } from '../ledger/outputs.ts';
import type { RunRow } from '../ledger/runs.ts';
import { reviewName } from '../review-folder.ts';

export interface SheetLedger {
  items(runId: string, state?: ItemState): Iterable<ItemRow>;
  outputAt(outputPath: string): OutputRow | undefined;
  outputsIn(outputFolder: string, recipeKey: string): Iterable<OutputRow>;
}

/** One picture: what a run noted of it, and the output that it left. */
export interface Gathered
  extends Pick<Item, 'source' | 'output' | 'reason' | 'message' | 'hint' | 'made'>,
    Partial<Pick<Item, 'elapsedMs'>> {
  readonly state: Exclude<ItemState, 'skipped'>;
  readonly atMs: number;
  readonly runId: string;
  /** Undefined for what failed, and where another recipe has made another file of it since. */
  readonly row: OutputRow | undefined;
}

export interface GatheredRun {
  readonly pictures: readonly Gathered[];
  /** What the run passed over, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/**
 * What a run made or failed at, with what earlier runs made by the same recipe into the same folder, by source. A run that
 * found all of it done has thus a whole sheet.
 */
export function gather(ledger: SheetLedger, run: RunRow, recipeKey: string | undefined): GatheredRun {
  const pictures: Gathered[] = [];
  const skipped: Record<string, number> = {};
  const outputs = new Set<string>();
  const failed = new Set<string>();
  let key = recipeKey;
  for (const item of ledger.items(run.id)) {
    const { state, output, reason, source } = item;
    if (state === 'skipped') {
      skipped[reason ?? 'done'] = (skipped[reason ?? 'done'] ?? 0) + 1;
      continue;
    }
    const row = output === undefined ? undefined : ledger.outputAt(output);
    const own = row?.runId === run.id ? row : undefined;
    key ??= own?.recipeKey;
    if (output !== undefined) outputs.add(output);
    if (state === 'failed') failed.add(source);
    pictures.push({ ...item, state, row: own ?? (row?.recipeKey === key ? row : undefined) });
  }
  if (key !== undefined) {
    for (const row of ledger.outputsIn(run.outputFolder ?? '', key)) {
      const { outputPath, sourcePath: source, made, state, doneAtMs: atMs, runId } = row;
      if (outputs.has(outputPath) || failed.has(source)) continue;
      if (run.outputFolder === undefined && !isBelow(source, run.roots)) continue;
      pictures.push({ source, output: outputPath, state, made, atMs, runId, row });
    }
  }
  const stands = withoutTaken(pictures, run.outputFolder);
  stands.sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : 0));
  return { pictures: stands, skipped };
}

// What was put aside, and taken to its place since, is told where it is now.
function withoutTaken(pictures: readonly Gathered[], folder: string | undefined): Gathered[] {
  if (folder === undefined) return [...pictures];
  const isAside = ({ output }: Gathered) => output?.startsWith(join(folder, reviewName) + sep) === true;
  const takenAtMs = new Map<string, number>();
  for (const one of pictures) if (one.row !== undefined && !isAside(one)) takenAtMs.set(one.source, one.atMs);
  return pictures.filter((one) => !isAside(one) || (takenAtMs.get(one.source) ?? 0) < one.atMs);
}

// Pictures in place have no folder in common but where they were looked for; a glob by its fixed part.
function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const parts = root.split(/[\\/]/);
    const glob = parts.findIndex((part) => /[*?[{]/.test(part));
    const fixed = (glob === -1 ? parts : parts.slice(0, glob)).join('/');
    const plain = path.replaceAll('\\', '/');
    return plain === fixed || plain.startsWith(`${fixed}/`);
  });
}
