import { lstatSync } from 'node:fs';
import { ItemError, systemCode } from '../errors.ts';
import type { ClaimRow } from './claims.ts';
import type { NewOutput } from './outputs.ts';
import type { Tables } from './tables.ts';

/**
 * Decides what became of the outputs that runs were about to finish when they ended or died. One that cannot be looked
 * at now (a network drive that does not answer) stays until a later run, or until somebody claims it.
 */
export function settleLeft(tables: Tables, atMs: number): void {
  for (const claim of tables.claims.leftIntents()) {
    try {
      settle(tables, claim, atMs);
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
    }
  }
}

/**
 * Ends a claim whose run is gone. The output is that run's when the file in its place is exactly the one intended: a
 * new name keeps size, mtime and inode. Throws ItemError when the place cannot be looked at.
 */
export function settle(tables: Tables, { runId, outputPath, intent }: ClaimRow, atMs: number): void {
  if (intent !== undefined && stands(intent)) {
    const { sourcePath: source, state } = intent;
    tables.outputs.put({ ...intent, runId, doneAtMs: atMs });
    // What it took died with its run.
    tables.items.insert({ source, output: outputPath, state, elapsedMs: 0, runId, atMs });
  }
  tables.claims.delete(runId, outputPath);
}

function stands({ outputPath, output }: NewOutput): boolean {
  if (output === undefined) return false;
  try {
    const stat = lstatSync(outputPath, { bigint: true });
    return stat.size === BigInt(output.size) && stat.mtimeNs === output.mtimeNs && stat.ino === output.inode;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new ItemError('read-failed', `what an earlier run left in its place cannot be looked at: ${code}`, {
      hint: 'check the permissions of its folder and the disk or network drive, then run again',
      cause: error,
    });
  }
}
