// How a run was asked for, kept with it so that it can be gone on with; holds no secret, since flags take none.
import { isRecord } from '../../json.ts';
import type { EnhanceFlags } from './flags.ts';

export interface Invocation {
  readonly cwd: string;
  /** Files, folders and globs; empty for a list on standard input. */
  readonly paths: readonly string[];
  readonly flags: EnhanceFlags;
  /** One picture through a pipe, of which nothing is kept. */
  readonly piped?: true;
}

/** The invocation in what the ledger keeps of a run; undefined for a run of an older program. */
export function invocationOf(recipe: unknown): Invocation | undefined {
  if (!isRecord(recipe) || !isRecord(recipe.invocation)) return undefined;
  const { cwd, paths, flags, piped } = recipe.invocation;
  if (typeof cwd !== 'string' || !Array.isArray(paths) || !isRecord(flags)) return undefined;
  return {
    ...{ cwd, paths: paths.filter((path) => typeof path === 'string'), flags: flags as EnhanceFlags },
    ...(piped === true && { piped }),
  };
}
