// What a check finds, and what to do about each.
import type { LockFolder } from '../../lock/lock.ts';

export type StaleReason =
  | 'new'
  | 'changed'
  | 'missing-output'
  | 'output-changed'
  | 'source-gone'
  | 'in-review'
  | 'unreadable';

/** A picture that is not as the lock says; part of the JSON contract. Paths are relative to the lock file. */
export interface Stale {
  readonly type: 'stale';
  readonly reason: StaleReason;
  readonly source: string;
  /** Absent where it is not known yet. */
  readonly output?: string;
  readonly message: string;
  /** Whether to enhance once more is what helps. */
  readonly folder?: LockFolder;
}

/** Something to know that fails nothing. */
export interface Note {
  readonly type: 'note';
  readonly reason: 'source-gone' | 'mixed-recipe' | 'folder-gone';
  readonly source: string;
  readonly message: string;
}

/** What is wrong, and the next step. */
export const staleWords: Readonly<
  Record<Exclude<StaleReason, 'unreadable'> | 'out-of-review', (output: string) => string>
> = {
  new: () => 'is not enhanced yet',
  changed: () => 'changed since it was enhanced',
  'missing-output': (output) => `its output ${output} is missing: bring it back, or enhance again`,
  'output-changed': (output) =>
    `its output ${output} is not what was written: bring it back, or delete it and enhance again`,
  'source-gone': (output) => `is gone, and its output ${output} still stands: delete that`,
  'in-review': (output) =>
    `its result waits to be looked at: ${output}; move it to its place to take it, then enhance with --lock`,
  'out-of-review': (output) =>
    `its result ${output} waits there no longer: where it has its place now, enhance with --lock`,
};

/** Reasons that another `imgsys enhance` mends, for some of them once the user has had a look. */
export const mendedByEnhancing: ReadonlySet<StaleReason> = new Set([
  'new',
  'changed',
  'missing-output',
  'output-changed',
  'in-review',
]);
