import { lstat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { systemCode } from '../errors.ts';
import { outputPlace } from '../outputs/name.ts';
import { reviewPlace } from '../outputs/review.ts';
import { reviewName } from '../review-folder.ts';
import type { Source } from '../sources/source.ts';
import type { Engine } from './engine.ts';
import type { FinishedOutput, RunLedger } from './ledger.ts';
import type { BatchOptions } from './options.ts';

export interface FileIdentity {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
}

export interface Standing extends FileIdentity {
  readonly device: bigint;
  readonly isLink: boolean;
}

/**
 * The output of an earlier run that makes work on `source` needless: same source, same recipe, output still there and
 * whole. Trusts size, mtime and inode; `--checksum` reads both files again.
 */
export async function findFinished(
  source: Source,
  ledger: RunLedger,
  engine: Engine,
  options: BatchOptions,
): Promise<FinishedOutput | undefined> {
  if (options.force) return undefined;
  const row =
    options.outputFolder === undefined
      ? ledger.outputAt(source.path)
      : ledger.finishedBySource(source.path, options.recipeKey, options.outputFolder);
  if (row === undefined || row.recipeKey !== options.recipeKey) return undefined;
  if (options.outputFolder === undefined) {
    if (!isOutput(row, source)) return undefined;
  } else if (isElsewhere(row, source, options.outputFolder, options)) {
    return undefined;
  } else if (!isSame(row.source, source) || !isOutput(row, await identify(row.outputPath))) {
    return undefined;
  }
  return !options.checksum || (await sameBytes(row, source, engine)) ? row : undefined;
}

// With one more input folder, outputs move below the folder's own name; what an earlier run made then lies elsewhere.
function isElsewhere(row: FinishedOutput, source: Source, folder: string, options: BatchOptions): boolean {
  const { template, suffix, preset, platform, onDrift } = options;
  const isAside = row.outputPath.startsWith(join(folder, reviewName) + sep);
  // What was put aside is to have its place now.
  if (isAside && onDrift === 'keep') return true;
  if (template.includes('{format}')) return false;
  const place = outputPlace(source.relative, { folder, template, suffix, preset, platform, format: 'jpeg' });
  return dirname(isAside ? reviewPlace(folder, place) : place) !== dirname(row.outputPath);
}

/** Whether the file is the output that `row` speaks of, untouched since. */
export function isOutput(row: FinishedOutput, file: FileIdentity | undefined): boolean {
  return file !== undefined && row.output !== undefined && isSame(row.output, file);
}

/** Whether both speak of one file, untouched between. */
export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs && one.inode === other.inode;
}

/** Size, mtime and inode of a regular file or a link as it lies there; undefined where nothing is. */
export async function identify(path: string): Promise<Standing | undefined> {
  try {
    const stat = await lstat(path, { bigint: true });
    const { size, mtimeNs, ino: inode, dev: device } = stat;
    return { size: Number(size), mtimeNs, inode, device, isLink: stat.isSymbolicLink() };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function sameBytes(row: FinishedOutput, source: Source, engine: Engine): Promise<boolean> {
  if ((await engine.hash(row.outputPath)) !== row.output?.sha256) return false;
  return row.outputPath === source.path || (await engine.hash(source.path)) === row.source.sha256;
}
