// What a lock file holds: which pictures were enhanced, by hashes alone, to be kept with them in version control.

export const lockVersion = 1;
export const defaultLockName = 'imgsys.lock.jsonl';

/** The first line. */
export interface LockHead {
  readonly version: typeof lockVersion;
  /** Sorted, so that the same folders are the same bytes. */
  readonly folders: readonly LockFolder[];
}

/**
 * Pictures that were asked for together: what `check` looks through for new ones. Paths are relative to the lock file,
 * with `/` between their parts.
 */
export interface LockFolder {
  /** Folders and globs. */
  readonly paths: readonly string[];
  /** Null for a run in place. */
  readonly output: string | null;
  readonly backup: string | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Null for no limit. */
  readonly maxDepth: number | null;
  readonly hidden: boolean;
  readonly svg: boolean;
  readonly preset: string;
  readonly provider: string;
  /** Null for a provider without models. */
  readonly model: string | null;
}

/** One output that stands. */
export interface LockEntry {
  readonly source: string;
  /** Lower-case hex, as are all hashes here. In place it is that of the original. */
  readonly sourceSha256: string;
  /** Hash of the recipe, the output options and the naming. */
  readonly recipe: string;
  readonly preset: string;
  readonly provider: string;
  readonly model: string | null;
  /** The source itself for a run in place. */
  readonly output: string;
  readonly outputSha256: string;
  /** `in-review`: the result was put aside to be looked at. */
  readonly state: 'enhanced' | 'unchanged' | 'in-review';
  /** Millionths of a US dollar; null where nobody was paid or it is not known. */
  readonly costMicrousd: number | null;
}

/** Whether both speak of the same bytes made in the same way. */
export function isSameEntry(one: LockEntry, other: LockEntry): boolean {
  return (
    one.sourceSha256 === other.sourceSha256 &&
    one.outputSha256 === other.outputSha256 &&
    one.recipe === other.recipe &&
    (one.state === 'in-review') === (other.state === 'in-review')
  );
}

/** Whether `path` is `folder` or lies below it; both relative to the lock file, `.` being its own folder. */
export function liesBelow(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** The part of a glob that is no pattern; another path is that itself. */
export function fixedPart(path: string): string {
  const parts = path.split('/');
  const pattern = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
  return pattern === -1 ? path : parts.slice(0, pattern).join('/') || '.';
}
