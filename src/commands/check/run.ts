import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { type LockFolder, liesBelow } from '../../lock/lock.ts';
import { type ReadLock, readLock } from '../../lock/read.ts';
import { printable } from '../../text.ts';
import type { CheckFlags } from '../check.ts';
import { type LockPlace, lockAt, nameInLock } from '../enhance/lock-flag.ts';
import { usage } from '../enhance/usage.ts';
import { checkEntries, type EntriesParts, folderOf } from './entries.ts';
import { findNew } from './new-pictures.ts';
import type { Note, Stale } from './problem.ts';
import { createTeller } from './tell.ts';
import { createWithin } from './within.ts';

/** Acts on `imgsys check`. Throws CommandError (2) for a lock that is missing or damaged; sets exit code 20 or 0. */
export async function runCheck(paths: readonly string[], flags: CheckFlags, context: Context): Promise<void> {
  if (flags.json && flags.quiet)
    throw usage('--json and --quiet exclude each other', 'leave out one of them');
  const place = lockAt(flags.lock, context.cwd);
  const lock = await readLock(place.file, place.shown);
  if (lock === undefined) throw missing(place);
  try {
    const teller = createTeller(place, flags, context);
    for await (const item of checkAll(lock, scopeOf(paths, lock, place, context), teller.checked)) {
      if (item !== undefined) await teller.tell(item);
    }
    const exitCode = await teller.close();
    context.setExitCode(exitCode);
  } finally {
    lock.table.close();
  }
}

async function* checkAll(
  { head, table }: ReadLock,
  scope: Pick<EntriesParts, 'folder' | 'wants'>,
  checked: () => void,
): AsyncGenerator<Stale | Note | undefined> {
  const parts = { ...scope, folders: head.folders, within: createWithin(scope.folder) };
  for (const asked of head.folders) yield* findNew(asked, table, parts);
  for await (const item of checkEntries(table, parts)) {
    checked();
    yield item;
  }
  yield* mixedRecipes({ head, table }, parts);
}

// Pictures that lie together and were made in different ways; each as it was asked for, perhaps.
function* mixedRecipes(
  { head, table }: Pick<ReadLock, 'head' | 'table'>,
  { wants }: EntriesParts,
): Generator<Note> {
  const counts = new Map<LockFolder, Map<string, number>>();
  for (const entry of table.all()) {
    const folder = wants(entry.source) ? folderOf(entry, head.folders) : undefined;
    if (folder === undefined) continue;
    const recipes = counts.get(folder) ?? new Map<string, number>();
    counts.set(folder, recipes.set(entry.recipe, (recipes.get(entry.recipe) ?? 0) + 1));
  }
  for (const [{ output, paths }, recipes] of counts) {
    if (recipes.size < 2) continue;
    const message = `its pictures were made in ${recipes.size} ways (another preset, model or option)`;
    yield { type: 'note', reason: 'mixed-recipe', source: output ?? paths.join(' '), message };
  }
}

function scopeOf(
  paths: readonly string[],
  { head, table }: ReadLock,
  { folder, shown }: LockPlace,
  { cwd }: Context,
): Pick<EntriesParts, 'folder' | 'wants'> {
  if (paths.length === 0) return { folder, wants: () => true };
  const scopes = paths.map((path) => {
    const name = nameInLock(resolve(cwd, path), folder);
    const covers = head.folders.some((asked) =>
      [...asked.paths, ...(asked.output === null ? [] : [asked.output])].some(
        (known) =>
          name !== undefined && (liesBelow(name, known) || liesBelow(known, name) || /[*?[{]/.test(known)),
      ),
    );
    if (name !== undefined && (covers || lists(table, name))) return name;
    throw usage(
      `${shown} knows nothing of ${printable(path)}`,
      'imgsys check without a path checks all that it knows',
    );
  });
  return { folder, wants: (path) => scopes.some((scope) => liesBelow(path, scope)) };
}

function lists(table: ReadLock['table'], name: string): boolean {
  for (const { source, output } of table.all())
    if (liesBelow(source, name) || liesBelow(output, name)) return true;
  return false;
}

function missing({ shown }: LockPlace): CommandError {
  return new CommandError(`there is no lock file ${shown}`, {
    exitCode: exitCodes.usage,
    hint: 'imgsys enhance photos -o enhanced --lock writes one; commit it with the pictures',
  });
}
