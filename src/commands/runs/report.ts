import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { exitCodes } from '../../errors.ts';
import { checkTarget } from '../../sheet/target.ts';
import { say, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import { findRun } from './find-run.ts';
import { makeSheet } from './sheet.ts';

export interface ReportFlags {
  readonly output?: string;
  readonly json?: boolean;
}

/** `imgsys runs report`: the contact sheet of a run, made anew from the ledger and the files as they are now. */
export async function reportRun(
  name: string | undefined,
  { output, json }: ReportFlags,
  context: Context,
): Promise<void> {
  const { streams, cwd } = context;
  const ledger = await context.ledger();
  const run = findRun(ledger, name);
  const shown = output ?? `contact-sheet-${run.id}.html`;
  const file = resolve(cwd, shown);
  await checkTarget(file, shown);
  const ending = new AbortController();
  const unheed = context.onStopSignal((signal) => {
    ending.abort();
    context.setExitCode(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
  });
  try {
    const pictures = await makeSheet(run, { ledger, context, file, shown, ending: ending.signal });
    const told = json
      ? JSON.stringify({ type: 'contact-sheet', run: run.id, file, pictures })
      : printable(shown);
    await writeResult(streams, `${told}\n`);
    if (!json) say(streams, `run ${run.id}: ${counted(pictures, 'picture')}; open the page in a browser`);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    say(streams, 'stopped: no contact sheet was written');
  } finally {
    unheed();
  }
}
