import { dirname, join } from 'node:path';
import { ItemError, systemCode } from '../errors.ts';
import { ensureFolder } from '../outputs/folder.ts';
import { discard, tempPathFor } from '../outputs/write.ts';
import type { BatchEvent } from '../report/events.ts';
import type { Source } from '../sources/source.ts';
import { type DriftWatch, findAside, isTakenBack } from './drift.ts';
import type { Engine, OpenImage } from './engine.ts';
import { finish, type Made } from './finish.ts';
import type { Gate } from './gate.ts';
import type { RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';
import { choosePlace, collision, judgePlace, nextFreePlace, shownPlace } from './place.ts';
import type { Stops } from './stops.ts';
import type { Sweeper } from './sweeper.ts';
import { clearAside, rowAside } from './taken.ts';

export interface ItemParts {
  readonly engine: Engine;
  readonly ledger: RunLedger;
  readonly stops: Stops;
  readonly sweeper: Sweeper;
  readonly options: BatchOptions;
  readonly emit: (event: BatchEvent) => Promise<void>;
  readonly nowMs: () => number;
  readonly gate: Gate;
  readonly drift: DriftWatch;
}

/** How an item ended: told by an event, not begun, or held by another process just now. */
export type Ending = 'made' | 'told' | 'left' | Elsewhere;

export interface Elsewhere {
  /** The output that the other process is making. */
  readonly place: string;
  readonly pid: number;
}

/** Takes one source through: open, place, claim, enhance, commit, record. Throws ItemError for what is wrong with it. */
export async function workOn(source: Source, parts: ItemParts): Promise<Ending> {
  const startedMs = parts.nowMs();
  let entered = false;
  let made = false;
  const begin = async () => {
    entered = !parts.stops.drain.aborted && (await parts.gate.enter());
    if (!entered) {
      if (!parts.stops.drain.aborted) parts.stops.stop('limit');
      return false;
    }
    await parts.emit({ type: 'start', source: source.shown });
    return true;
  };
  try {
    const step = await parts.engine.withImage(source, (image) => makeIn(source, image, parts), begin);
    if (step === undefined) return 'left';
    if (typeof step === 'string' || 'pid' in step) {
      made = step === 'made';
      return step;
    }
    await finish(source, step, parts, startedMs);
    made = true;
    return 'made';
  } finally {
    if (entered) parts.gate.leave(made);
  }
}

async function makeIn(source: Source, image: OpenImage, parts: ItemParts): Promise<Made | Ending> {
  const { ledger, options } = parts;
  let place = await choosePlace(source, image, ledger, options);
  const aside = await findAside(place, image, ledger, options);
  if (aside !== undefined) {
    await tellSkipped(source, aside, 'done', parts);
    return 'told';
  }
  if (options.dryRun) return plan(source, image, place, parts);
  for (;;) {
    const claim = await ledger.claim(place, source.path);
    if (claim.kind === 'other') return { place, pid: claim.pid };
    if (claim.kind === 'collision') throw collision(place, claim.with);
    let kept = false;
    try {
      if (await isTakenBack(source, place, image, ledger, options)) {
        await tellSkipped(source, place, 'done', parts);
        return 'told';
      }
      const verdict = await judgePlace(place, source, image, ledger, options);
      if (verdict.kind === 'skip') {
        if (verdict.reason === 'done') await clearAside(rowAside(source, place, parts), place, parts);
        await tellSkipped(source, place, verdict.reason, parts);
        return 'told';
      }
      if (verdict.kind === 'write') {
        const made = await enhanceBeside(source, place, verdict.replace, image, parts);
        kept = true;
        return made;
      }
    } finally {
      if (!kept) await ledger.release(place);
    }
    place = await nextFreePlace(place, source, ledger);
  }
}

async function enhanceBeside(
  source: Source,
  place: string,
  replace: boolean,
  image: OpenImage,
  parts: ItemParts,
): Promise<Made> {
  const { options } = parts;
  const folder = dirname(place);
  await ensureFolder(folder);
  await parts.sweeper.sweep(folder);
  if (options.backupFolder !== undefined) {
    await parts.sweeper.sweep(dirname(join(options.backupFolder, source.relative)));
  }
  const tempPath = tempPathFor(place, parts.ledger.token);
  try {
    return { place, tempPath, replace, image, result: await image.enhance(tempPath) };
  } catch (error) {
    await discard(tempPath);
    throw error;
  }
}

// A dry run measures and judges, and writes nothing.
async function plan(source: Source, image: OpenImage, place: string, parts: ItemParts): Promise<Ending> {
  const { ledger, options } = parts;
  const verdict = await judgePlace(place, source, image, ledger, options);
  if (verdict.kind === 'skip') {
    await tellSkipped(source, place, verdict.reason, parts);
    return 'told';
  }
  const output = verdict.kind === 'rename' ? await nextFreePlace(place, source, ledger) : place;
  const report = await image.plan();
  await parts.emit({
    type: 'planned',
    source: source.shown,
    output: shownPlace(output, options),
    format: image.target,
    width: report.width,
    height: report.height,
    plan: report.steps,
    skipped: report.skipped,
    planText: report.text,
  });
  return 'made';
}

const skippedWords = {
  done: 'done by an earlier run',
  'output-exists': 'its output exists',
  'output-changed': 'its output exists and was changed since it was written',
} as const;

/** Tells that a source was left alone because of what stands at `place`. */
export async function tellSkipped(
  source: Source,
  place: string,
  reason: keyof typeof skippedWords,
  parts: Pick<ItemParts, 'emit' | 'options'>,
): Promise<void> {
  const output = shownPlace(place, parts.options);
  await parts.emit({ type: 'skipped', source: source.shown, output, reason, message: skippedWords[reason] });
}

/** Any error of one picture as an ItemError; what nobody foresaw becomes `internal` and keeps its cause. */
export function asItemError(error: unknown): ItemError {
  if (error instanceof ItemError) return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  return new ItemError('internal', code === undefined ? message : `${message} (${code})`, {
    hint: 'this is a defect of imgsys; please report it with the file that causes it',
    cause: error,
  });
}
