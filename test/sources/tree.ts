import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempFolder } from '../helpers/temp.ts';

/** A fresh folder with small files at the given paths; a path that ends with a slash is an empty folder. */
export async function tree(...paths: string[]): Promise<string> {
  const root = await tempFolder();
  for (const path of paths) {
    const full = join(root, path);
    if (path.endsWith('/')) await mkdir(full, { recursive: true });
    else {
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, path);
    }
  }
  return root;
}
