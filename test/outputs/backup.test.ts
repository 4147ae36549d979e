import { chmod, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backUp } from '../../src/outputs/backup.ts';
import { tempFolder } from '../helpers/temp.ts';

async function original(bytes: string) {
  const folder = await tempFolder();
  const path = join(folder, 'bath.jpg');
  await writeFile(path, bytes);
  await utimes(path, 1_600_000_000.5, 1_600_000_000.25);
  return { path, backups: join(folder, 'backups') };
}

describe('backUp', () => {
  it('copies the original with its time and permissions and leaves it where it is', async () => {
    const { path, backups } = await original('first');
    await chmod(path, 0o444);
    const copy = await backUp(path, backups, 'rooms/bath.jpg');
    expect(copy).toBe(join(backups, 'rooms/bath.jpg'));
    expect(await readFile(copy, 'utf8')).toBe('first');
    expect(await readFile(path, 'utf8')).toBe('first');
    expect((await stat(copy)).mtimeMs).toBe(1_600_000_000_250);
    expect((await stat(copy)).mode & 0o777).toBe(0o444);
    expect(await readdir(join(backups, 'rooms'))).toEqual(['bath.jpg']);
  });

  it('numbers a copy where an older backup stands', async () => {
    const { path, backups } = await original('first');
    await backUp(path, backups, 'bath.jpg');
    await writeFile(path, 'other');
    expect(await backUp(path, backups, 'bath.jpg')).toBe(join(backups, 'bath-2.jpg'));
    await writeFile(path, 'third');
    expect(await backUp(path, backups, 'bath.jpg')).toBe(join(backups, 'bath-3.jpg'));
    expect(await readFile(join(backups, 'bath.jpg'), 'utf8')).toBe('first');
    expect(await readFile(join(backups, 'bath-2.jpg'), 'utf8')).toBe('other');
  });

  it('takes an older backup of the same bytes for done', async () => {
    const { path, backups } = await original('x'.repeat(200_000));
    await backUp(path, backups, 'bath.jpg');
    expect(await backUp(path, backups, 'bath.jpg')).toBe(join(backups, 'bath.jpg'));
    expect(await readdir(backups)).toEqual(['bath.jpg']);
  });

  it('tells apart what differs in the last byte only', async () => {
    const { path, backups } = await original(`${'x'.repeat(200_000)}a`);
    await backUp(path, backups, 'bath.jpg');
    await writeFile(path, `${'x'.repeat(200_000)}b`);
    expect(await backUp(path, backups, 'bath.jpg')).toBe(join(backups, 'bath-2.jpg'));
  });

  it('makes room for all who ask at once', async () => {
    const { path, backups } = await original('first');
    const others = await Promise.all(['a', 'b', 'c'].map((bytes) => original(bytes)));
    const copies = await Promise.all(
      [{ path }, ...others].map((source) => backUp(source.path, backups, 'bath.jpg')),
    );
    expect(new Set(copies).size).toBe(4);
    const kept = await Promise.all(copies.map((copy) => readFile(copy, 'utf8')));
    expect(kept).toEqual(['first', 'a', 'b', 'c']);
  });
});
