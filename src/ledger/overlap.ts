import { isAbsolute, relative, sep } from 'node:path';
import { CommandError, exitCodes } from '../errors.ts';
import { printable } from '../text.ts';
import type { NewRun, RunRow } from './runs.ts';

/** Throws CommandError (11) when a root of `run` is, holds or lies below a root of the living run `other`. */
export function refuseOverlap(run: NewRun, other: RunRow): void {
  const root = run.roots.find((mine) =>
    other.roots.some((theirs) => holds(mine, theirs) || holds(theirs, mine)),
  );
  if (root === undefined) return;
  throw new CommandError(`another run is changing ${printable(root)} in place (process ${other.pid})`, {
    exitCode: exitCodes.locked,
    hint: `wait for it to end, or stop it with: kill ${other.pid}`,
  });
}

// True when `inner` is `outer` or lies below it.
function holds(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path));
}
