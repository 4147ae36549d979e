// `--contact-sheet`: checked before the run, written when it has ended.
import { resolve } from 'node:path';
import type { Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { checkTarget } from '../../sheet/target.ts';
import { hint, say, warner } from '../../streams.ts';
import { printable } from '../../text.ts';
import { defaultConcurrency } from '../../workers/budget.ts';
import { makeSheet } from '../runs/sheet.ts';
import type { EnhanceFlags } from './flags.ts';
import type { Enhancement } from './options.ts';
import type { RanAndRecorded } from './record.ts';
import { usage } from './usage.ts';

/** Throws CommandError (2) for a sheet that nothing would be on. */
export function checkSheetFlag({ contactSheet, dryRun, showUpload }: EnhanceFlags): void {
  if (contactSheet === undefined) return;
  if (contactSheet === '') throw usage('--contact-sheet is empty', 'name a file: --contact-sheet sheet.html');
  const other = dryRun ? '--dry-run' : showUpload !== undefined ? '--show-upload' : undefined;
  if (other)
    throw usage(`--contact-sheet and ${other} exclude each other`, 'nothing is made that could be shown');
}

/** Throws CommandError (2) where something else stands under the name of the sheet. */
export async function checkSheetFile({ contactSheet }: EnhanceFlags, { cwd }: Context): Promise<void> {
  if (contactSheet !== undefined) await checkTarget(resolve(cwd, contactSheet), contactSheet);
}

/** One picture through a pipe leaves nothing behind. */
export function refuseSheetOfPipe({ contactSheet }: EnhanceFlags): void {
  if (contactSheet === undefined) return;
  throw usage('one picture through a pipe has no contact sheet', 'name the file, and a folder with -o');
}

/** Writes the sheet of a run that has ended. What keeps it from being written is told; the run is as it is. */
export async function writeSheetOf(
  ran: RanAndRecorded | undefined,
  { contactSheet: shown, quiet }: EnhanceFlags,
  { batch }: Enhancement,
  stops: Stops,
  context: Context,
): Promise<void> {
  const ledger = await context.ledger();
  const row = ran?.run === undefined ? undefined : ledger.run(ran.run);
  if (shown === undefined || row === undefined) return;
  // A signal that comes now is about the sheet: it is written with what it has.
  const hurry = stops.drain.aborted ? stops.now : AbortSignal.any([stops.now, stops.drain]);
  try {
    await makeSheet(row, {
      ...{ ledger, context, file: resolve(context.cwd, shown), shown, hurry },
      concurrency: Math.min(batch.concurrency, defaultConcurrency()),
      memoryBudgetBytes: batch.memoryBudgetBytes,
    });
    if (!quiet) say(context.streams, `contact sheet: ${printable(shown)}`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    warner(context.streams)(error.message, error.hint);
    hint(context.streams, `make it later: imgsys runs report ${row.id} -o FILE.html`);
    if (ran?.exitCode === exitCodes.done) context.setExitCode(exitCodes.temporary);
  }
}
