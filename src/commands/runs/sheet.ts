// A run's contact sheet: from the ledger and the files, by worker processes, into one page.
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { systemCode } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRow } from '../../ledger/runs.ts';
import { type Gathered, gather } from '../../sheet/gather.ts';
import { present } from '../../sheet/present.ts';
import { asSheetError, checkTarget } from '../../sheet/target.ts';
import { createThumbnailer } from '../../sheet/thumbnails.ts';
import { writeSheet } from '../../sheet/write.ts';
import { say } from '../../streams.ts';
import { defaultConcurrency, defaultMemoryBudget } from '../../workers/budget.ts';
import { invocationOf } from '../enhance/invocation.ts';
import { sheetHead } from './sheet-head.ts';

export interface SheetParts {
  readonly ledger: Ledger;
  readonly context: Context;
  /** Absolute, and as the user wrote it. */
  readonly file: string;
  readonly shown: string;
  /** Thumbnails made at once, and the memory for them; what a run without flags takes unless given. */
  readonly concurrency?: number;
  readonly memoryBudgetBytes?: number;
  /** Makes no more thumbnails when it aborts; the page is written without them. */
  readonly hurry?: AbortSignal;
  /** Ends it: nothing is left. */
  readonly ending?: AbortSignal;
}

const progressMs = 15_000;

/** Writes the sheet and returns how many pictures are on it. Throws CommandError for what keeps it from being written. */
export async function makeSheet(
  run: RunRow,
  { ledger, context, file, shown, hurry, ending, ...work }: SheetParts,
): Promise<number> {
  const key = isRecord(run.recipe) && typeof run.recipe.key === 'string' ? run.recipe.key : undefined;
  const gathered = gather(ledger, run, key);
  const { cwd = context.cwd, paths = [], flags = {} } = invocationOf(run.recipe) ?? {};
  const { provider = '', preset = '' } = (isRecord(run.recipe) ? run.recipe : {}) as Record<string, string>;
  const backup = flags.backupDir === undefined ? undefined : resolve(cwd, flags.backupDir);
  const backups = await findBackups(gathered.pictures, backup, run, cwd);
  const pictures = await present(gathered.pictures, {
    ...{ runId: run.id, folder: dirname(file), cwd, outputFolder: run.outputFolder, provider, preset },
    ...{ stat: statOf, isAbsolute, absolute: (path) => resolve(cwd, path) },
    backupOf: (one) => backups.get(one),
  });
  const head = sheetHead(run, gathered, ledger.purchases.totalsOf(run.id), { cwd, paths, flags });
  const ended = AbortSignal.any([hurry, ending].filter((signal) => signal !== undefined));
  const { pool, budget } = await context.workers(
    work.concurrency ?? defaultConcurrency(),
    work.memoryBudgetBytes ?? defaultMemoryBudget(),
  );
  const kill = () => pool.close();
  ended.addEventListener('abort', kill);
  try {
    // A run takes its time, and somebody may have put a page of their own there.
    await checkTarget(file, shown);
    await writeSheet(file, head, pictures, {
      // Two processes may report on one run.
      ...{
        token: `${run.id}-${process.pid}`,
        thumbnailer: createThumbnailer(pool, budget, ended),
        ...(ending && { ending }),
      },
      onProgress: progress(context, pictures.length),
    });
  } catch (error) {
    throw asSheetError(error, shown);
  } finally {
    ended.removeEventListener('abort', kill);
    pool.close();
  }
  return pictures.length;
}

async function statOf(path: string) {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return { size: Number(size), mtimeNs };
  } catch (error) {
    // A file that cannot be looked at cannot be shown, either.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

// Where copies of originals lie follows from how the run was asked for; the one that has the original's size is it.
async function findBackups(
  pictures: readonly Gathered[],
  backup: string | undefined,
  { roots }: RunRow,
  cwd: string,
): Promise<Map<Gathered, string>> {
  const found = new Map<Gathered, string>();
  if (backup === undefined) return found;
  for (const one of pictures) {
    const below = [...roots, ...roots.map(dirname), cwd]
      .map((root) => relative(root, one.source))
      .filter((way) => way !== '' && !way.startsWith('..') && !isAbsolute(way));
    for (const way of below) {
      const path = join(backup, way);
      if (one.row === undefined || (await statOf(path))?.size !== one.row.source.size) continue;
      found.set(one, path);
      break;
    }
  }
  return found;
}

function progress({ streams, clock }: Context, pictures: number): (made: number) => void {
  let lastMs = clock.monotonicMs();
  return (made) => {
    if (made === pictures || clock.monotonicMs() - lastMs < progressMs) return;
    lastMs = clock.monotonicMs();
    say(
      streams,
      `contact sheet: ${made.toLocaleString('en-US')} of ${pictures.toLocaleString('en-US')} pictures`,
    );
  };
}
