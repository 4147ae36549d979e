// `--lock [FILE]`: where the lock file lies, and what of a run it can know.
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Context } from '../../context.ts';
import { systemCode } from '../../errors.ts';
import { defaultLockName, type LockFolder } from '../../lock/lock.ts';
import { existsLiterally } from '../../sources/glob.ts';
import { isPattern } from '../../sources/pattern.ts';
import { printable } from '../../text.ts';
import type { EnhanceFlags } from './flags.ts';
import { realPlace } from './folders.ts';
import type { Enhancement } from './options.ts';
import { usage } from './usage.ts';

export interface LockPlace {
  readonly file: string;
  /** What its paths are relative to. */
  readonly folder: string;
  /** As the user wrote it. */
  readonly shown: string;
}

/** Where `--lock` puts it; undefined without the flag. Throws CommandError (2) for what goes with no lock. */
export function lockPlace(flags: EnhanceFlags, { cwd }: Pick<Context, 'cwd'>): LockPlace | undefined {
  if (flags.lock === undefined) return undefined;
  const other = (['dryRun', 'showUpload'] as const).find((flag) => flags[flag] !== undefined);
  if (other !== undefined) {
    const spelled = other === 'dryRun' ? '--dry-run' : '--show-upload';
    throw usage(`--lock and ${spelled} exclude each other`, 'imgsys check says what is new or changed');
  }
  return lockAt(flags.lock === true ? defaultLockName : flags.lock, cwd);
}

/** Throws CommandError (2) for a name that is taken for the file by mistake: `--lock photos`. */
export function lockAt(name: string, cwd: string): LockPlace {
  if (!/\.jsonl$/i.test(basename(name))) {
    throw usage(
      `--lock ${printable(name)} is no name of a lock file, which ends in .jsonl`,
      `write --lock after the folders, or name the file: --lock=${defaultLockName}`,
    );
  }
  const file = resolve(cwd, name);
  return { file, folder: dirname(file), shown: printable(name) };
}

/** `path` as a lock file names it; undefined for what does not lie below its folder or is not Unicode. */
export function nameInLock(path: string, folder: string): string | undefined {
  if (!path.isWellFormed()) return undefined;
  const way = relative(folder, path);
  if (way === '..' || way.startsWith(`..${sep}`) || resolve(folder, way) !== resolve(path)) return undefined;
  return way === '' ? '.' : way.split(sep).join('/');
}

/**
 * What a run asks for, as the lock names it; files that were named stand for themselves. Throws CommandError (2) when
 * the output or a folder lies elsewhere, by name or by the links on the way.
 */
export async function folderInLock(
  inputs: readonly string[],
  { batch, include, exclude, maxDepth, hidden, limits, work }: Enhancement,
  { folder, shown }: LockPlace,
  cwd: string,
): Promise<LockFolder> {
  const real = await realPlace(folder);
  const name = async (path: string, what: string) => {
    const found = nameInLock(path, folder);
    if (found !== undefined && nameInLock(await realPlace(path), real) !== undefined) return found;
    throw usage(
      `${what} does not lie below the folder of ${shown}, and the lock knows only what does`,
      'put the lock file above both the pictures and their outputs: --lock=FOLDER/imgsys.lock.jsonl',
    );
  };
  const { outputFolder, backupFolder } = batch;
  const output = outputFolder === undefined ? null : await name(outputFolder, `-o ${batch.outputShown}`);
  const backup = backupFolder === undefined ? undefined : nameInLock(backupFolder, folder);
  const paths: string[] = [];
  for (const input of inputs) {
    const path = resolve(cwd, input);
    const isGlob = isPattern(input) && !(await existsLiterally(path));
    const found = await name(path, printable(input));
    if (isGlob) paths.push(/[/\\]$/.test(input) ? `${found}/**` : found);
    else if (await isFolder(path)) paths.push(found);
  }
  const chosen = { include, exclude, maxDepth: Number.isFinite(maxDepth) ? maxDepth : null };
  const model = work.kind === 'remote' ? work.recipe.model.id || null : null;
  return {
    ...{ paths: [...new Set(paths)].sort(), output, backup: backup ?? null, ...chosen },
    ...{ hidden, svg: limits.svg, preset: batch.preset, provider: batch.provider, model },
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // The run itself says what is wrong with it.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
