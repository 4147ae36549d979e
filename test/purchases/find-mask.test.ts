import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMask } from '../../src/purchases/find-mask.ts';
import { tempFolder } from '../helpers/temp.ts';
import { refusal } from '../images/pictures.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('findMask', () => {
  it('gives one file to every picture', async () => {
    const file = { kind: 'file', path: '/m.png', sha256: 'ab' } as const;
    expect(await findMask(file, 'a/b.jpg')).toEqual({ path: '/m.png', sha256: 'ab' });
  });

  it('finds the mask of each picture where the picture lies, with any ending', async () => {
    const path = await tempFolder();
    await mkdir(join(path, 'a', 'dots.v1'), { recursive: true });
    await mkdir(join(path, 'a', 'folder.png'));
    for (const name of ['a/b.png', 'a/b.jpg', 'a/c.WEBP', 'a/dots.v1/d.e.jpeg', 'top.png']) {
      await writeFile(join(path, name), name);
    }
    const found = (relative: string) => findMask({ kind: 'folder', path }, relative);
    for (const [relative, name] of [
      ['a/b.jpg', 'a/b.png'],
      ['a/c.tif', 'a/c.WEBP'],
      ['a/dots.v1/d.e.jpg', 'a/dots.v1/d.e.jpeg'],
      ['top.HEIC', 'top.png'],
    ] as const) {
      expect(await found(relative)).toEqual({ path: join(path, name), sha256: sha256(name) });
    }
    for (const relative of ['b.jpg', 'a/folder.jpg', 'top.png/x.jpg']) {
      const error = await refusal(found(relative));
      expect(error.reason).toBe('mask-missing');
      expect(error.message).toBe(`has no mask: there is no ${join(path, relative.replace(/jpg$/, 'png'))}`);
      expect(error.hint).toBeDefined();
    }
  });
});
