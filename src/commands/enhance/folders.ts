import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { BatchOptions } from '../../batch/options.ts';
import { systemCode } from '../../errors.ts';
import { usage } from './usage.ts';

/**
 * Refuses folders that would mix results or backups with their sources, before anything is read. Throws CommandError
 * (exit 2). Links are followed, so that no other name of a folder gets by.
 */
export async function checkFolders(
  inputs: readonly string[],
  batch: BatchOptions,
  cwd: string,
): Promise<void> {
  const { outputFolder, backupFolder } = batch;
  for (const [flag, folder] of [
    ['-o', outputFolder],
    ['--backup-dir', backupFolder],
  ] as const) {
    if (folder !== undefined && (await kindOf(folder)) === 'file') {
      throw usage(`${flag} ${folder} is a file`, 'name a folder');
    }
  }
  for (const input of inputs) {
    const place = await realPlace(resolve(cwd, input));
    if (outputFolder !== undefined && place === (await realPlace(outputFolder))) {
      throw usage(
        `the output folder is the input folder: ${input}`,
        'name another folder with -o, or replace the originals with --in-place',
      );
    }
    if (backupFolder !== undefined && holds(await realPlace(backupFolder), place)) {
      throw usage(
        `the backup folder holds the originals: ${input}`,
        'name a folder beside them with --backup-dir',
      );
    }
  }
}

/** The path without links; what does not exist yet keeps its name below the nearest folder that does. */
export async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(await realPlace(parent), basename(path));
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(systemCode(error) ?? '')) return 'nothing';
    throw error;
  }
}

function holds(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
