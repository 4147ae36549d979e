// A lock file, and links beside it, from a stranger's pull request.
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const lockName = 'imgsys.lock.jsonl';
const leadsOut = 'a link leads out of the folder of the lock file: put that file above both';
const folderOf = (paths: readonly string[]) => ({
  ...{ paths, output: 'out', backup: null, include: [], exclude: [], maxDepth: null, hidden: false },
  ...{ svg: false, preset: 'auto', provider: 'local', model: null },
});

/** A repository in a folder beside which lies what is nobody's business. */
async function repository(paths: readonly string[] = ['photos']) {
  const outer = await tempFolder();
  const folder = join(outer, 'repository');
  await mkdir(join(folder, 'photos'), { recursive: true });
  await writePhotos(join(outer, 'private'), 1);
  await writeFile(join(outer, 'secret.txt'), 'CANARY');
  const home = await newHome();
  const write = (entries: readonly object[] = []) =>
    writeFile(
      join(folder, lockName),
      [{ version: 1, folders: [folderOf(paths)] }, ...entries]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
  await write();
  const check = async (args: readonly string[] = ['--json'], env = {}) => {
    const ran = await imgsys(home, ['check', ...args], { cwd: folder, env, timeout: 60_000 });
    return { ...ran, text: ran.stdout + ran.stderr };
  };
  return { outer, folder, home, write, check };
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const entry = (source: string, output: string, sourceSha256: string, outputSha256 = sourceSha256) => ({
  ...{ source, sourceSha256, recipe: '0'.repeat(64), preset: 'auto', provider: 'local', model: null },
  ...{ output, outputSha256, state: 'enhanced', costMicrousd: null },
});

describe('a hostile pull request', () => {
  it('learns nothing of what lies elsewhere, whether it is there or not, and whatever its hash', async () => {
    const { outer, folder, write, check } = await repository();
    await symlink('../../secret.txt', join(folder, 'photos/there.jpg'));
    await symlink('../../no-such.txt', join(folder, 'photos/gone.jpg'));
    await symlink('there.jpg', join(folder, 'photos/twice.jpg'));
    await symlink('../../no-such-folder', join(folder, 'photos/folder'));
    await symlink('again.jpg', join(folder, 'photos/again.jpg'));
    await mkdir(join(folder, 'out'));
    await symlink(join(outer, 'secret.txt'), join(folder, 'out/there.jpg'));
    const names = ['there', 'gone', 'twice', 'folder/x', 'again'].map((name) => `photos/${name}.jpg`);
    const told: unknown[] = [];
    for (const guess of ['CANARY', 'another']) {
      await write(names.map((name) => entry(name, 'out/there.jpg', sha256(guess))));
      const { stdout, code } = await check();
      expect(code).toBe(20);
      const found = jsonLines(stdout).filter(({ type }) => type === 'stale');
      expect(new Set(found.map(({ message }) => message))).toEqual(new Set([leadsOut]));
      told.push(found.map(({ reason, source }) => [reason, source]));
    }
    expect(told[0]).toEqual(told[1]);
  });

  it.each([
    ['by a link', ['link']],
    ['by a link in a pattern', ['link/*.jpg']],
    ['by a link on the way', ['photos/link']],
  ])('lists no folder that lies elsewhere, %s', async (_, paths) => {
    const { folder, check } = await repository(paths);
    await symlink('../private', join(folder, 'link'));
    await symlink('../../private', join(folder, 'photos/link'));
    const { text, code } = await check();
    expect(code).toBe(20);
    expect(text).toContain(leadsOut);
    expect(text).not.toContain('000.jpg');
    expect((await check([])).text).not.toContain('000.jpg');
  });

  it('has no way up by a pattern whose dots are escaped', async () => {
    const { check } = await repository(['\\.\\./private/*.jpg']);
    const { code, text } = await check();
    expect(code).toBe(2);
    expect(text).toContain('does not say which folders were asked for');
  });

  it.each([
    ['a named pipe', async (path: string) => void (await execa('mkfifo', [path]))],
    ['a link to an endless device', (path: string) => symlink('/dev/zero', path)],
    ['a folder', async (path: string) => void (await mkdir(path))],
  ])('cannot make check wait by %s in the place of the lock', async (_, make) => {
    const { folder, check } = await repository();
    await rm(join(folder, lockName));
    await make(join(folder, lockName));
    expect(await check()).toMatchObject({ code: 2, signal: undefined });
  });

  it('gives no command to GitHub Actions, and no option to the command that is hinted at', async () => {
    const { folder, write, check } = await repository(['--in-place', 'photos']);
    const command = '##[set-output name=a]b';
    await writePhotos(join(folder, 'photos', command), 1);
    await writePhotos(join(folder, '--in-place'), 1);
    await write([entry(`photos/${command}/old.jpg`, 'out/old.jpg', sha256(''))]);
    const head = JSON.stringify({
      version: 1,
      folders: [{ ...folderOf(['--in-place', `photos/${command}`]) }],
    });
    await writeFile(
      join(folder, lockName),
      (await readFile(join(folder, lockName), 'utf8')).replace(/^.*/, head),
    );
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder };
    const plain = await check([], env);
    expect(plain.stderr).toContain('imgsys enhance ./--in-place ');
    expect(
      plain.text
        .split('\n')
        .filter((line) => !line.startsWith('::error '))
        .join('\n'),
    ).not.toContain('##[');
    expect(plain.stderr).toContain('note: ');
    const json = await check(['--json'], env);
    expect(json.stdout).not.toContain('##[');
    const sources = jsonLines(json.stdout).map(({ source }) => source);
    expect(sources).toContain(`photos/${command}/000.jpg`);
  });

  it('has no file adopted, and none noted, that lies elsewhere', async () => {
    const { outer, folder, home } = await repository();
    await writePhotos(join(folder, 'photos'), 1);
    await symlink(join(outer, 'private/000.jpg'), join(folder, 'photos/link.jpg'));
    await rm(join(folder, lockName));
    const ran = await imgsys(home, ['enhance', 'photos', '-o', 'out', '--lock'], { cwd: folder });
    expect(ran.stderr).toContain('1 picture not in imgsys.lock.jsonl');
    const lock = await readFile(join(folder, lockName), 'utf8');
    expect(lock).not.toContain('link.jpg');
    const foreign = join(outer, 'private/000.jpg');
    const before = await readFile(foreign);
    await symlink('../../private', join(folder, 'out/rooms'));
    await writePhotos(join(folder, 'photos/rooms'), 1);
    const { recipe } = jsonLines(lock)[1] ?? {};
    const claimed = entry('photos/rooms/000.jpg', 'out/rooms/000.jpg', sha256('older'), sha256(before));
    await appendFile(join(folder, lockName), `${JSON.stringify({ ...claimed, recipe })}\n`);
    const again = await imgsys(home, ['enhance', 'photos', '-o', 'out', '--lock', '--json'], { cwd: folder });
    expect(jsonLines(again.stdout).find(({ output }) => output === 'out/rooms/000.jpg')).toMatchObject({
      reason: 'output-exists',
    });
    expect((await readFile(foreign)).equals(before)).toBe(true);
  });
});
