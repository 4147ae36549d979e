// Test data that lives outside the repository: corpora of photographs, odd formats and hostile files.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = resolve(root, process.env.IMGSYS_SHARED ?? '../shared');

/** Whether the shared test data is there: `describe.skipIf(!hasShared)`. */
export const hasShared = existsSync(join(folder, 'corpora'));

/** Absolute path of a shared file: `sharedPath('corpora/photos/x.jpg')`. */
export function sharedPath(path: string): string {
  return join(folder, path);
}

export function sharedBytes(path: string): Buffer {
  return readFileSync(sharedPath(path));
}

/** Names of the files directly in a shared folder, sorted; empty where there is no shared data. */
export function sharedNames(path: string): string[] {
  if (!hasShared) return [];
  const entries = readdirSync(sharedPath(path), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}
