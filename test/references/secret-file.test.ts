import { spawnSync } from 'node:child_process';
import { chmod, chown, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.ts';
import { resolveText } from './stand-in.ts';

const key = 'sk-canary-0123456789abcdefghij';
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describe.skipIf(process.platform === 'win32')('file:', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await tempFolder();
  });

  async function put(name: string, mode = 0o600, text = `${key}\n`): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  }
  const resolve = (file: string, env: NodeJS.ProcessEnv = {}) => resolveText(`file:${file}`, env);
  const refused = (message: string, hint = '') => ({
    exitCode: 4,
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });

  it.each([0o600, 0o400])('reads a file that is only mine (%o)', async (mode) => {
    expect((await resolve(await put(`mine-${mode}`, mode))).reveal()).toBe(key);
  });

  it.each([
    0o640, 0o604, 0o644, 0o610,
  ])('refuses one that others may read (%o), with the way out', async (mode) => {
    const file = await put(`read-${mode}`, mode);
    await expect(resolve(file)).rejects.toMatchObject(
      refused(`others may read it (mode 0${mode.toString(8)})`, `chmod 600 ${file}`),
    );
  });

  it.each([0o620, 0o602, 0o666])('refuses one that others may change (%o)', async (mode) => {
    await expect(resolve(await put(`write-${mode}`, mode))).rejects.toMatchObject(
      refused('others may change it'),
    );
  });

  it('refuses a symbolic link, a second name, a folder, a pipe and a device', async () => {
    const file = await put('target');
    await symlink(file, join(folder, 'symlink'));
    await expect(resolve(join(folder, 'symlink'))).rejects.toMatchObject(refused('a symbolic link'));
    await link(file, join(folder, 'second'));
    await expect(resolve(file)).rejects.toMatchObject(refused('hard link'));
    await expect(resolve(folder)).rejects.toMatchObject(refused('not a regular file'));
    expect(spawnSync('mkfifo', ['-m', '600', join(folder, 'pipe')]).status).toBe(0);
    await expect(resolve(join(folder, 'pipe'))).rejects.toMatchObject(refused('not a regular file'));
    await expect(resolve('/dev/zero')).rejects.toMatchObject(refused('not a regular file'));
  });

  it('refuses what is not there, what is too large, and what is no key', async () => {
    await expect(resolve(join(folder, 'none'))).rejects.toMatchObject(
      refused('there is no such file', 'ls -l'),
    );
    await expect(resolve(join(await put('file'), 'below'))).rejects.toMatchObject(
      refused('there is no such file'),
    );
    await expect(resolve(await put('large', 0o600, 'x'.repeat(65_537)))).rejects.toMatchObject(
      refused('larger than 64 KiB'),
    );
    await expect(resolve(await put('empty', 0o600, ''))).rejects.toMatchObject(refused('it is empty'));
    await expect(resolve(await put('lines', 0o600, 'a\nb\n'))).rejects.toMatchObject(
      refused('more than one line'),
    );
    expect((await resolve(await put('limit', 0o600, 'x'.repeat(65_536)))).reveal()).toHaveLength(65_536);
  });

  it('quotes a strange path in the way out', async () => {
    const file = await put("it's $HOME", 0o644);
    await expect(resolve(file)).rejects.toMatchObject(refused('', String.raw`it'\''s $HOME'`));
  });

  it.skipIf(!isRoot)('refuses a file of another user (needs root to try)', async () => {
    const file = await put('theirs');
    await chown(file, nobody, nobody);
    await expect(resolve(file)).rejects.toMatchObject(refused('belongs to another user'));
  });

  describe('in $CREDENTIALS_DIRECTORY', () => {
    let given = '';
    let env: NodeJS.ProcessEnv = {};
    beforeAll(async () => {
      given = join(folder, 'credentials');
      await mkdir(join(given, '..data'), { recursive: true });
      env = { CREDENTIALS_DIRECTORY: given };
    });

    it.each([0o440, 0o444, 0o644])('reads what others may read (%o)', async (mode) => {
      const file = await put(`credentials/read-${mode}`, mode);
      expect((await resolve(file, env)).reveal()).toBe(key);
      await expect(resolve(file)).rejects.toMatchObject(refused('others may read it'));
    });

    it('follows a link within the folder, as Kubernetes lays them, and none out of it', async () => {
      await put('credentials/..data/openai', 0o644);
      await symlink('..data/openai', join(given, 'openai'));
      expect((await resolve(join(given, 'openai'), env)).reveal()).toBe(key);
      await symlink(await put('outside', 0o644), join(given, 'out'));
      await expect(resolve(join(given, 'out'), env)).rejects.toMatchObject(refused('a symbolic link'));
      const around = `${given}/../${'around'}`;
      await put('around', 0o644);
      await expect(resolve(around, env)).rejects.toMatchObject(refused('others may read it'));
    });

    it('still refuses what others may change', async () => {
      const file = await put('credentials/write', 0o664);
      await expect(resolve(file, env)).rejects.toMatchObject(refused('others may change it'));
    });

    it.skipIf(!isRoot)('still refuses what belongs to another user (needs root to try)', async () => {
      const file = await put('credentials/theirs', 0o444);
      await chown(file, nobody, nobody);
      await expect(resolve(file, env)).rejects.toMatchObject(refused('belongs to another user'));
    });
  });
});
