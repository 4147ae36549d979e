import type { SheetPicture } from '../data.ts';
import { driftRank, hasStatus, paidFor, pictures, type Status } from './data.ts';
import { type Mark, markOf } from './marks.ts';

export interface Filters {
  status: Status;
  preset: string;
  reason: string;
  mark: '' | 'none' | Mark;
  text: string;
  /** Micro-dollars. */
  least: number | undefined;
  most: number | undefined;
  sort: 'name' | 'cost' | 'drift';
}

export const filters: Filters = {
  ...{ status: 'all', preset: '', reason: '', mark: '', text: '', sort: 'name' },
  ...{ least: undefined, most: undefined },
};

/** The pictures that pass, in the order that is asked for. */
export function chosen(): number[] {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: number[] = [];
  for (const [index, one] of pictures.entries()) if (passes(one, words)) found.push(index);
  const rank = { cost: (one: SheetPicture) => paidFor(one) ?? -1, drift: driftRank, name: () => 0 }[
    filters.sort
  ];
  const ranks = pictures.map(rank);
  return found.sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || a - b);
}

function passes(one: SheetPicture, words: readonly string[]): boolean {
  const { status, preset, reason, mark, least, most } = filters;
  if (!hasStatus(one, status)) return false;
  if (preset !== '' && one.preset !== preset) return false;
  if (reason !== '' && !one.drift?.reasons.some((known) => known === reason)) return false;
  if (mark !== '' && (markOf(one) ?? 'none') !== mark) return false;
  if (least !== undefined || most !== undefined) {
    const paid = paidFor(one) ?? 0;
    if (paid < (least ?? 0) || paid > (most ?? Number.POSITIVE_INFINITY)) return false;
  }
  const name = one.name.toLowerCase();
  return words.every((word) => name.includes(word));
}
