// What the store of paid pictures does to the disk, step by step.
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';

export interface Disk {
  /** Makes `folder` (mode 0700) with all above it; its name, and that of `root` above it, are durable when it resolves. */
  makeFolder(folder: string, root: string): Promise<void>;
  /** Writes a file (mode 0600) in the place of one that may be there; durable when it resolves, apart from its name. */
  write(path: string, bytes: Buffer): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): Promise<void>;
  /** Removes a folder with all that is in it. */
  removeFolder(folder: string): Promise<void>;
  /** Undefined where there is no such file, or something that is none. */
  read(path: string): Promise<Buffer | undefined>;
}

export const systemDisk: Disk = {
  async makeFolder(folder, root) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const above of new Set([dirname(folder), root, dirname(root)])) await syncFolder(above);
  },
  async write(path, bytes) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  syncFolder,
  removeFolder: (folder) => rm(folder, { recursive: true }),
  async read(path) {
    try {
      // A FIFO would be waited for, and a device may act on being opened.
      if (!(await stat(path)).isFile()) return undefined;
      const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        return (await file.stat()).isFile() ? await file.readFile() : undefined;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  },
};
