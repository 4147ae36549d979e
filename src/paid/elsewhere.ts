// A last place for what was paid for and could not be kept where it belongs.
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';

/**
 * Writes bytes into the first of `folders` that takes them, for their owner only and synced; answers the file, or
 * undefined where none did. Never in the place of a file that is there.
 */
export async function keepElsewhere(
  folders: readonly string[],
  attemptId: string,
  bytes: Buffer,
): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, `imgsys-${attemptId}.img`);
    if (await isWritten(path, bytes)) return path;
  }
  return undefined;
}

// Why it was not does not matter: what was wrong with the place it belongs to is told.
async function isWritten(path: string, bytes: Buffer): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
