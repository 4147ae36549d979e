import { dollars } from '../../money.ts';
import type { FileState, SheetPicture } from '../data.ts';
import { make } from './dom.ts';

/** All that is known of a picture, in words. */
export function factsOf(one: SheetPicture): HTMLElement {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['status', statusOf(one)],
    ['why', one.message],
    ['next', one.hint],
    ['what was done', one.text || undefined],
    ['size', one.width && one.height ? `${one.width} × ${one.height}` : undefined],
    ['by', [one.provider, one.cost?.model].filter(Boolean).join(' · ')],
    ['preset', one.preset],
    ['cost', costOf(one)],
    ['drift', driftOf(one)],
    ['took', one.elapsedMs === undefined ? undefined : secondsOf(one.elapsedMs)],
    ['when', new Date(one.atMs).toLocaleString()],
    ['run', one.earlier && `an earlier one, ${one.earlier}`],
    ['before', fileWords[one.before?.state ?? 'as-it-was']],
    ['after', fileWords[one.after?.state ?? 'as-it-was']],
    ['note', one.note],
  ];
  const list = make('dl');
  for (const [term, text] of rows) {
    if (text !== undefined && text !== '') list.append(make('dt', {}, term), make('dd', {}, text));
  }
  for (const warning of one.warnings) list.append(make('dt', {}, 'warning'), make('dd', {}, warning));
  return list;
}

/** What a picture cost, as it stands on its cell. */
export function shortCost({ cost }: SheetPicture): string {
  if (cost === undefined) return '';
  if (cost.reused) return 'bought before';
  return cost.microusd === null ? 'cost unknown' : dollars(cost.microusd);
}

const fileWords: Readonly<Record<FileState, string | undefined>> = {
  'as-it-was': undefined,
  unknown: undefined,
  changed: 'the file has changed since',
  missing: 'the file is missing',
};

function statusOf({ state, review, reason }: SheetPicture): string {
  if (state === 'failed') return `failed${reason ? ` (${reason})` : ''}`;
  if (state === 'unchanged') return 'unchanged: nothing to mend';
  return review ? 'enhanced, put into _review' : 'enhanced';
}

function costOf(one: SheetPicture): string | undefined {
  const { cost } = one;
  if (cost === undefined) return undefined;
  const known = cost.microusd === null ? '' : ` (${dollars(cost.microusd)} then)`;
  return cost.reused ? `nothing: it was bought before${known}` : `${shortCost(one)}, ${cost.kind}`;
}

function driftOf({ drift }: SheetPicture): string | undefined {
  if (drift === undefined) return undefined;
  const { structure, colour, edges } = drift.measures;
  const numbers = `structure ${structure.toFixed(2)}, colour ${colour.toFixed(1)} ΔE, edges ${edges.toFixed(2)}`;
  return drift.reasons.length === 0 ? `none: ${numbers}` : `${drift.reasons.join(', ')}: ${numbers}`;
}

function secondsOf(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
