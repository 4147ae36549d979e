// Durable folders: a name is on disk only once its folder is.
import { open } from 'node:fs/promises';
import { systemCode } from './errors.ts';

/** Makes the names in a folder durable. Windows cannot sync folders; some network drives cannot, either. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
