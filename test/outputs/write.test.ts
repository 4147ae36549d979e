import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../../src/outputs/backup.ts';
import { ensureFolder } from '../../src/outputs/folder.ts';
import { sweepLeftovers } from '../../src/outputs/sweep.ts';
import { commit, discard, isOurTemp, tempPathFor } from '../../src/outputs/write.ts';
import { tempFolder } from '../helpers/temp.ts';

async function prepared(text = 'new') {
  const folder = await tempFolder();
  const final = join(folder, 'bath.jpg');
  const temp = tempPathFor(final, 'run-1');
  await writeFile(temp, text);
  return { folder, final, temp };
}

describe('commit', () => {
  it('gives the file its name, times and permissions, and tells what lies there', async () => {
    const { folder, final, temp } = await prepared();
    const mtimeNs = 1_700_000_000_123_456_789n;
    const written = await commit(temp, final, { mtimeNs, mode: 0o100640, replace: false });
    const there = await stat(final, { bigint: true });
    expect(await readdir(folder)).toEqual(['bath.jpg']);
    expect(written).toEqual({ size: 3, mtimeNs: there.mtimeNs, inode: there.ino });
    expect(there.mtimeNs / 1000n).toBe(mtimeNs / 1000n);
    expect(Number(there.mode) & 0o777).toBe(0o640);
  });

  it.each([
    1n,
    999_999n,
    123_457n,
    700_001n,
    290_000n,
  ])('keeps a time to the microsecond: %d µs', async (us) => {
    const { final, temp } = await prepared();
    const mtimeNs = (1_699_999_999_000_000n + us) * 1000n;
    expect((await commit(temp, final, { mtimeNs, replace: true })).mtimeNs / 1000n).toBe(mtimeNs / 1000n);
  });

  it.each([0n, 250_000_000n])('keeps a time that a double holds to the last digit: %d ns', async (ns) => {
    const { final, temp } = await prepared();
    const mtimeNs = 1_699_999_999_000_000_000n + ns;
    expect((await commit(temp, final, { mtimeNs, replace: true })).mtimeNs).toBe(mtimeNs);
  });

  it('replaces only when told to', async () => {
    const { folder, final, temp } = await prepared();
    await writeFile(final, 'old');
    await commit(temp, final, { replace: true });
    expect(await readFile(final, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['bath.jpg']);
  });

  it('never overwrites what appeared meanwhile', async () => {
    const { folder, final, temp } = await prepared();
    await writeFile(final, 'theirs');
    await expect(commit(temp, final, { replace: false })).rejects.toMatchObject({ reason: 'output-exists' });
    expect(await readFile(final, 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toEqual(['bath.jpg']);
  });

  it('lets one of many win a race without replacing', async () => {
    const folder = await tempFolder();
    const final = join(folder, 'bath.jpg');
    const runs = Array.from({ length: 8 }, async (_, index) => {
      const temp = tempPathFor(final, `run-${index}`);
      await writeFile(temp, String(index));
      await commit(temp, final, { replace: false });
      return String(index);
    });
    const won = (await Promise.allSettled(runs)).filter((run) => run.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await readFile(final, 'utf8')).toBe(won[0]?.value);
    expect(await readdir(folder)).toEqual(['bath.jpg']);
  });

  it('names a folder in the way and removes the temporary file', async () => {
    const { folder, final, temp } = await prepared();
    await mkdir(final);
    await expect(commit(temp, final, { replace: true })).rejects.toMatchObject({ reason: 'write-failed' });
    expect(await readdir(folder)).toEqual(['bath.jpg']);
  });

  it('says so when the temporary file is gone', async () => {
    const { final, temp } = await prepared();
    await discard(temp);
    await expect(commit(temp, final, { replace: true })).rejects.toMatchObject({ reason: 'write-failed' });
  });

  it('commits a read-only file', async () => {
    const { final, temp } = await prepared();
    await chmod(temp, 0o444);
    await commit(temp, final, { mtimeNs: 10n ** 18n, replace: false });
    expect((await stat(final)).mtimeMs).toBe(1e12);
  });
});

describe('temporary names', () => {
  it.each([
    'bath.jpg',
    'no_extension',
    '.hidden.png',
    'new\nline.png',
    `${'a'.repeat(251)}.jpg`,
    'é'.repeat(127),
  ])('of %j are hidden, recognised, in the same folder and short enough', (name) => {
    const temp = tempPathFor(join('/out', name), '0190-run_7');
    const base = temp.slice('/out/'.length);
    expect(temp.startsWith('/out/.')).toBe(true);
    expect(base).not.toContain('/');
    expect(Buffer.byteLength(base)).toBeLessThanOrEqual(255);
    expect(isOurTemp(base)).toBe(true);
  });

  it('stay apart where two long names begin alike', () => {
    const [one, other] = ['1', '2'].map((end) => tempPathFor(`/out/${'a'.repeat(250)}${end}`, 'run'));
    expect(one).not.toBe(other);
  });

  it.each([
    'bath.jpg',
    '.bath.jpg',
    'x.imgsys-1.tmp',
    '.imgsys-1.tmp',
    '.bath.jpg.imgsys-.tmp',
    '.a.imgsys-1.tmp.jpg',
  ])('%s is not ours', (name) => expect(isOurTemp(name)).toBe(false));

  it('refuse a token that could leave the folder', () => {
    expect(() => tempPathFor('/out/a.jpg', '../x')).toThrow(TypeError);
  });
});

describe('sweepLeftovers', () => {
  it('removes what dead runs left and nothing else', async () => {
    const folder = await tempFolder();
    const dead = tempPathFor(join(folder, 'a.jpg'), 'dead');
    const live = tempPathFor(join(folder, 'b.jpg'), 'live');
    const linked = join(folder, 'c.jpg');
    await Promise.all([dead, live, linked, join(folder, '.other.tmp')].map((path) => writeFile(path, 'x')));
    await link(linked, tempPathFor(linked, 'dead'));
    await mkdir(join(folder, '.dir.imgsys-dead.tmp'));
    expect(await sweepLeftovers(folder, (token) => (token === 'live' ? 'live' : 'dead'))).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(
      ['.b.jpg.imgsys-live.tmp', '.dir.imgsys-dead.tmp', '.other.tmp', 'c.jpg'].sort(),
    );
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await sweepLeftovers(join(await tempFolder(), 'none'), () => 'dead')).toBe(0);
  });

  it('leaves what runs of another ledger may be writing, for a day', async () => {
    const folder = await tempFolder();
    await writeFile(tempPathFor(join(folder, 'a.jpg'), 'theirs'), 'x');
    expect(await sweepLeftovers(folder, () => 'unknown')).toBe(0);
    expect(await sweepLeftovers(folder, () => 'unknown', Date.now() + 2 * 86_400_000)).toBe(1);
  });
});

describe('ensureFolder', () => {
  it('makes all levels and accepts what stands', async () => {
    const path = join(await tempFolder(), 'a/b/c');
    await Promise.all([ensureFolder(path), ensureFolder(path), ensureFolder(`${path}/`)]);
    await ensureFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('follows a link to a folder', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    await ensureFolder(join(folder, 'link/sub'));
    expect((await stat(join(folder, 'real/sub'))).isDirectory()).toBe(true);
  });

  it.each(['file', 'file/below'])('says that a file is in the way of %s', async (below) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(ensureFolder(join(folder, below))).rejects.toMatchObject({
      reason: 'write-failed',
      message: 'a file stands where the folder should be',
    });
  });

  it('names a path that is too long', async () => {
    await expect(ensureFolder(join(await tempFolder(), 'a'.repeat(300)))).rejects.toMatchObject({
      reason: 'name-too-long',
    });
  });
});

const tiny = await mountTiny();

describe.skipIf(tiny === undefined)('a full disk (needs the right to mount)', () => {
  const folder = tiny as string;
  beforeAll(() => writeFile(join(folder, 'filler'), Buffer.alloc(40_000)));
  afterAll(() => execFileSync('umount', [folder]));

  it('leaves no partial backup', async () => {
    const source = join(await tempFolder(), 'big.jpg');
    await writeFile(source, Buffer.alloc(100_000, 1));
    await expect(backUp(source, folder, 'big.jpg')).rejects.toMatchObject({ reason: 'disk-full' });
    expect((await readdir(folder)).filter((name) => name.includes('big'))).toEqual([]);
  });

  it('is named, with a next step, also where only file entries have run out', async () => {
    const failing = ensureFolder(join(folder, 'a/b/c/d/e/f/g'));
    await expect(failing).rejects.toMatchObject({
      reason: 'disk-full',
      hint: expect.stringContaining('free'),
    });
  });
});

// Undefined where this user may not mount; the tests above are then skipped by name.
async function mountTiny(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = await tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,nr_inodes=6', 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    return undefined;
  }
}
