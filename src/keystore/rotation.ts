// A key that takes the place of another: the one before stays for 7 days, to go back to. Times in milliseconds since 1970.
import { Secret } from '../secret.ts';
import { type Content, defined, entryOf, kindOf, replace } from './changes.ts';
import type { KeyEntry, NextKey } from './keystore.ts';
import { refused } from './refusals.ts';

/** How long a rotation can be rolled back. */
const keepPreviousMs = 7 * 24 * 3_600_000;

/** Throws CommandError 2 while the key before the last rotation is kept: another rotation would lose it. */
export function checkRotate({ id, hasPrevious }: KeyEntry): void {
  if (!hasPrevious) return;
  throw refused(
    `the key before the last rotation of ${id} is still kept, and another rotation would lose it`,
    `if the one in use works: imgsys key rotate ${id} --confirm; if not, first: imgsys key rotate ${id} --rollback`,
  );
}

export function rotateKey(content: Content, id: string, next: NextKey, nowMs: number): Content {
  const entry = entryOf(content.index, id);
  const { current } = content.payload.get(id) ?? {};
  if (entry.kind === 'no-key' || kindOf(next) === 'no-key') {
    throw refused(`${id} has no key to replace`, `remove it and add it again: imgsys key remove ${id}`);
  }
  checkRotate(entry);
  const same =
    next.secret === undefined
      ? next.reference === entry.reference
      : current !== undefined && next.secret.equals(new Secret(current));
  if (same) throw refused(`the new key of ${id} is the one in use`, 'make a new one at the provider first');
  const {
    tail: _t,
    previousReference: _p,
    verdict: _v,
    verdictAtMs: _a,
    reference: previousReference,
    ...kept
  } = entry;
  return replace(
    content,
    defined({
      ...{
        ...kept,
        kind: kindOf(next),
        tail: next.secret?.tail(),
        reference: next.reference,
        previousReference,
      },
      ...{ verdict: next.verdict, verdictAtMs: next.verdict === undefined ? undefined : nowMs },
      ...{ rotatedAtMs: nowMs, hasPrevious: true },
    }),
    defined({ current: next.secret?.reveal(), previous: current }),
  );
}

/** Swaps current and previous, so that it can itself be undone. */
export function rollBackKey(content: Content, id: string, nowMs: number): Content {
  const entry = entryWithPrevious(content, id);
  const { current, previous } = content.payload.get(id) ?? {};
  const {
    verdict: _v,
    verdictAtMs: _a,
    previousReference: reference,
    reference: previousReference,
    ...kept
  } = entry;
  const kind = reference === undefined ? 'stored' : 'reference';
  const tail = previous === undefined ? undefined : new Secret(previous).tail();
  return replace(
    content,
    defined({ ...kept, kind, tail, reference, previousReference, rotatedAtMs: nowMs }),
    defined({ current: previous, previous: current }),
  );
}

export function confirmKey(content: Content, id: string): Content {
  entryWithPrevious(content, id);
  return withoutPrevious(content, id);
}

/** Throws CommandError 2 when there is no key to go back to, or to forget. */
export function entryWithPrevious({ index }: Pick<Content, 'index'>, id: string): KeyEntry {
  const entry = entryOf(index, id);
  if (entry.hasPrevious) return entry;
  throw refused(
    entry.rotatedAtMs === undefined
      ? `${id} has no previous key: it was never rotated`
      : `${id} has no previous key: the one before was forgotten, by --confirm or after 7 days`,
    `go on with the key there is, or replace it: imgsys key rotate ${id}`,
  );
}

/** The entry as it is now: a rotation of more than 7 days ago has no way back. */
export function asOf(entry: KeyEntry, nowMs: number): KeyEntry {
  const { previousReference: _, ...kept } = entry;
  return isExpired(entry, nowMs) ? { ...kept, hasPrevious: false } : entry;
}

/** Drops what a rotation of more than 7 days ago has left. */
export function dropExpired(content: Content, nowMs: number): Content {
  const expired = content.index.filter((entry) => isExpired(entry, nowMs));
  return expired.reduce((rest, { id }) => withoutPrevious(rest, id), content);
}

function withoutPrevious(content: Content, id: string): Content {
  const { previousReference: _, ...entry } = entryOf(content.index, id);
  const { current } = content.payload.get(id) ?? {};
  return replace(content, { ...entry, hasPrevious: false }, defined({ current }));
}

function isExpired({ hasPrevious, rotatedAtMs = 0 }: KeyEntry, nowMs: number): boolean {
  return hasPrevious && nowMs - rotatedAtMs > keepPreviousMs;
}
