import type { SheetData, SheetPicture } from '../data.ts';
import { byId } from './dom.ts';

export const sheet: SheetData = JSON.parse(byId('data').textContent ?? '');
export const pictures = sheet.pictures;

export const statuses = ['all', 'enhanced', 'unchanged', 'failed', 'drifted', 'review'] as const;
export type Status = (typeof statuses)[number];

export function picture(index: number): SheetPicture {
  const found = pictures[index];
  if (found === undefined) throw new Error(`there is no picture ${index}`);
  return found;
}

function hasDrifted({ drift, reason }: SheetPicture): boolean {
  return (drift?.reasons.length ?? 0) > 0 || reason === 'drifted';
}

/** One picture may have several: what was put aside is enhanced and has drifted, too. */
export function hasStatus(one: SheetPicture, status: Status): boolean {
  if (status === 'all') return true;
  if (status === 'drifted') return hasDrifted(one);
  return status === 'review' ? one.review : one.state === status;
}

/** The most telling status, for a picture's badge; none where all is as usual. */
export function badgeOf(one: SheetPicture): Exclude<Status, 'all' | 'enhanced'> | undefined {
  if (one.state === 'failed') return 'failed';
  if (one.review) return 'review';
  if (hasDrifted(one)) return 'drifted';
  return one.state === 'unchanged' ? 'unchanged' : undefined;
}

/** Whether there is something to compare: a copy that stands as it was written is the picture itself. */
export function isCompared({ state, after }: SheetPicture): boolean {
  return state !== 'unchanged' || after?.state !== 'as-it-was';
}

/** How far a picture is from its source, for sorting: those beyond their tolerance come first. */
export function driftRank({ drift, reason }: SheetPicture): number {
  if (reason === 'drifted') return 10;
  if (drift === undefined) return -1;
  return drift.reasons.length + (1 - drift.measures.structure);
}

/** What was paid for it, in micro-dollars; undefined where nothing was, or it is not known. */
export function paidFor({ cost }: SheetPicture): number | undefined {
  return cost === undefined || cost.reused || cost.microusd === null ? undefined : cost.microusd;
}
