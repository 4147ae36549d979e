// A run that keeps a lock file: what stands when it ends is noted there.
import { join, resolve } from 'node:path';
import type { FinishedOutput } from '../../batch/ledger.ts';
import type { BatchOptions } from '../../batch/options.ts';
import type { Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { exitCodes } from '../../errors.ts';
import { isSameEntry, type LockEntry } from '../../lock/lock.ts';
import { mergeNotes, type RunNotes, withFolder } from '../../lock/merge.ts';
import { emptyLock, readLock } from '../../lock/read.ts';
import { type LockTable, openLockTable } from '../../lock/table.ts';
import { inTurn } from '../../lock/turn.ts';
import { writeLock } from '../../lock/write.ts';
import type { BatchEvent, Reporter, SummaryEvent } from '../../report/events.ts';
import { existsLiterally } from '../../sources/glob.ts';
import { warner } from '../../streams.ts';
import { counted } from '../../text.ts';
import { createWithin } from '../check/within.ts';
import type { Input } from './input.ts';
import { adoptListed } from './lock-adopt.ts';
import { folderInLock, type LockPlace, nameInLock } from './lock-flag.ts';
import type { Enhancement } from './options.ts';
import type { RecordParts } from './record.ts';

export interface LockKeeping {
  /** Runs `record` with what it finds noted, and writes the lock when it has ended, in whatever way. */
  during(parts: RecordParts, record: (parts: RecordParts) => Promise<void>): Promise<void>;
  close(): void;
}

interface KeepingParts {
  readonly stops: Stops;
  readonly context: Context;
  /** A part of an earlier run, which covers no folder. */
  readonly isPart: boolean;
}

/** Throws CommandError (2) when the lock cannot be understood, or cannot know what the run is about. */
export async function openLock(
  place: LockPlace,
  input: Exclude<Input, { kind: 'image' }>,
  enhancement: Enhancement,
  { stops, context, isPart }: KeepingParts,
): Promise<LockKeeping> {
  const inputs = input.kind === 'paths' && !isPart ? input.paths : [];
  const asked = await folderInLock(inputs, enhancement, place, context.cwd);
  const folder = inputs.length === 0 ? undefined : asked;
  const before = (await readLock(place.file, place.shown)) ?? emptyLock();
  const notes = openLockTable();
  const within = createWithin(place.folder);
  const { batch } = enhancement;
  let [outside, summary]: [number, SummaryEvent | undefined] = [0, undefined];

  async function note(event: BatchEvent): Promise<void> {
    if (event.type === 'summary') summary = event;
    const stands = event.type === 'done' || (event.type === 'skipped' && event.reason === 'done');
    if (!stands || event.output === undefined) return;
    const row = (await context.ledger()).outputAt(resolve(context.cwd, event.output));
    if (row?.output === undefined || row.recipeKey !== batch.recipeKey) return;
    const isWithin = (await within(row.sourcePath)) && (await within(row.outputPath));
    const entry = isWithin ? entryOf(row, row.output.sha256, place.folder, batch) : undefined;
    if (entry === undefined) outside += 1;
    // Of what was taken over from it, the lock knows more than the ledger.
    else notes.put(row.made === undefined ? knownIn(before.table, entry) : entry);
  }

  async function write(): Promise<void> {
    const isComplete = folder !== undefined && wentThroughAll(summary);
    const left = await inTurn(join(context.paths.state, 'lock-files.lock'), context.clock, () =>
      writeNotes(place, { table: notes, folder, output: asked.output, isComplete }),
    );
    const warn = warner(context.streams);
    if (outside > 0) {
      const which = `${counted(outside, 'picture')} not in ${place.shown}`;
      warn(`${which}: the lock knows only what lies below its folder`);
    }
    if (left > 0) {
      const which = left === 1 ? 'output stands whose picture is' : 'outputs stand whose pictures are';
      warn(`${left} ${which} gone`, 'imgsys check lists what to delete');
    }
  }

  return {
    async during(parts, record) {
      const watched = { ...parts, reporter: watching(parts.reporter, note) };
      const [ended] = await Promise.allSettled([
        record({
          ...watched,
          async open(ledger, run) {
            const { folder } = place;
            if (run !== undefined)
              await adoptListed(before.table, { ledger, run, batch, folder, within, drain: stops.drain });
            return parts.open(ledger, run);
          },
        }),
      ]);
      if (ended.status === 'fulfilled') return write();
      // What stands is noted all the same; what went wrong first is what is told.
      if (notes.size > 0) await Promise.allSettled([write()]);
      throw ended.reason;
    },
    close() {
      before.table.close();
      notes.close();
    },
  };
}

// Read anew: another run may have written it meanwhile. Resolves with how many outputs stand without their pictures.
async function writeNotes({ file, folder, shown }: LockPlace, notes: RunNotes): Promise<number> {
  const lock = (await readLock(file, shown)) ?? emptyLock();
  try {
    const left = await mergeNotes(lock.table, notes, (path) => existsLiterally(join(folder, path)));
    await writeLock(file, shown, { ...lock, head: withFolder(lock.head, notes.folder) });
    return left;
  } finally {
    lock.table.close();
  }
}

function watching(reporter: Reporter, note: (event: BatchEvent) => Promise<void>): Reporter {
  return {
    ...reporter,
    async event(event) {
      await note(event);
      await reporter.event(event);
    },
  };
}

function wentThroughAll(summary: SummaryEvent | undefined): boolean {
  if (summary === undefined) return false;
  return summary.stoppedBy === null && summary.left === 0 && summary.exitCode !== exitCodes.noInput;
}

const reviewFolder = '_review';

function entryOf(
  row: FinishedOutput,
  outputSha256: string,
  folder: string,
  { outputFolder, preset, provider }: BatchOptions,
): LockEntry | undefined {
  const source = nameInLock(row.sourcePath, folder);
  const output = nameInLock(row.outputPath, folder);
  if (source === undefined || output === undefined) return undefined;
  const { made, state } = row;
  const below = outputFolder === undefined ? undefined : nameInLock(row.outputPath, outputFolder);
  const isAside = below?.startsWith(`${reviewFolder}/`) === true && (made?.drift?.reasons.length ?? 0) > 0;
  return {
    ...{ source, sourceSha256: row.source.sha256, recipe: row.recipeKey },
    ...{ preset: made?.preset ?? preset, provider: made?.provider ?? provider },
    ...{ model: made?.cost?.model || null, output, outputSha256 },
    ...{ state: isAside ? 'in-review' : state, costMicrousd: made?.cost?.microusd ?? null },
  };
}

function knownIn(table: LockTable, entry: LockEntry): LockEntry {
  const known = table.get(entry.source, entry.output);
  return known !== undefined && isSameEntry(known, { ...entry, state: known.state }) ? known : entry;
}
