import type { Context } from '../../context.ts';
import { isCollectable } from '../../ledger/attempts.ts';
import type { Item } from '../../ledger/items.ts';
import { collectHint } from '../../settle-hints.ts';
import { hint, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import { findRun } from './find-run.ts';
import { runJson, runLine } from './line.ts';

export interface ShowFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `imgsys runs show`: what failed in a run or drifted, and which pictures of it can still be collected. */
export async function showRun(
  name: string | undefined,
  flags: ShowFlags,
  { streams, ledger }: Context,
): Promise<void> {
  const book = await ledger();
  const run = findRun(book, name);
  const left = book.purchases.unsettled(run.id).filter(isCollectable);
  await writeResult(
    streams,
    flags.json ? runJson(run, { collectable: left.length }) : `${runLine(run)}${leftInWords(left.length)}\n`,
  );
  const sources = new Set(left.map(({ sourcePath }) => sourcePath));
  for (const item of book.items(run.id)) {
    const far = driftOf(item);
    if (!flags.all && item.state !== 'failed' && far === '') continue;
    if (flags.json) {
      const collectable = sources.has(item.source);
      await writeResult(streams, `${JSON.stringify({ type: 'item', ...item, collectable })}\n`);
      continue;
    }
    const why = item.message === undefined ? far : `: ${printable(item.message)}`;
    const next = item.hint === undefined ? '' : ` (${printable(item.hint)})`;
    await writeResult(streams, `  ${item.state} ${printable(item.source)}${why}${next}\n`);
  }
  if (left.length > 0 && !flags.json) hint(streams, collectHint());
}

// A failed one says so in its message.
function driftOf({ made, output }: Item): string {
  if (made?.drift === undefined || made.drift.reasons.length === 0) return '';
  const { drift, warnings = [] } = made;
  const why =
    warnings.find(({ code }) => code === 'drift')?.message ?? `has drifted: ${drift.reasons.join(', ')}`;
  return `: ${printable(why)}${output === undefined ? '' : ` → ${printable(output)}`}`;
}

// Also of a run that died, which has no word on its pictures.
function leftInWords(count: number): string {
  return count === 0 ? '' : `  ${counted(count, 'picture')} can still be collected`;
}
