import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiKey, keyFileStore, newFile, openAiKey, passphrase, refusal, storeAt } from './stores.ts';

const asRoot = process.getuid?.() === 0;
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

// Every way of using the store, so that none forgets to look.
const uses: [string, (file: string) => Promise<unknown>][] = [
  ['entries', (file) => storeAt(file).entries()],
  ['slots', (file) => storeAt(file).slots()],
  ['secret', (file) => storeAt(file).secret('openai/default')],
  ['add', (file) => storeAt(file).add(openAiKey('second'))],
  ['remove', (file) => storeAt(file).remove('openai/default')],
  ['removeSlot', (file) => storeAt(file).removeSlot('keyfile')],
];

describe('a store that others could have touched', () => {
  async function expectRefused(file: string, why: RegExp, hint: RegExp): Promise<void> {
    const before = await readFile(file);
    for (const [name, use] of uses) {
      const error = await refusal(use(file));
      expect([name, error.exitCode]).toEqual([name, 12]);
      expect(error.message).toMatch(why);
      expect(error.hint).toMatch(hint);
    }
    expect(await readFile(file)).toEqual(before);
  }

  it.each([
    0o644, 0o640, 0o604, 0o660, 0o606, 0o601, 0o610, 0o620, 0o602, 0o666, 0o777,
  ])('is refused with file mode %o, with the command that mends it, and not mended', async (mode) => {
    const { file } = await keyFileStore();
    await chmod(file, mode);
    const why = new RegExp(`others may have read or changed it \\(mode 0${mode.toString(8)}\\)`);
    await expectRefused(file, why, new RegExp(`run: chmod 600 ${file}`));
    expect(await modeOf(file)).toBe(mode);
  });

  it.each([0o755, 0o750, 0o705, 0o711, 0o770, 0o777])('is refused with folder mode %o', async (mode) => {
    const { file } = await keyFileStore();
    await chmod(dirname(file), mode);
    await expectRefused(file, /others may use this folder/, new RegExp(`run: chmod 700 ${dirname(file)}`));
    expect(await modeOf(dirname(file))).toBe(mode);
  });

  it.each([0o600, 0o400, 0o700])('is read with file mode %o', async (mode) => {
    const { file } = await keyFileStore();
    await chmod(file, mode);
    expect((await storeAt(file).secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it('is refused as a symbolic link', async () => {
    const { file } = await keyFileStore();
    await rename(file, `${file}.real`);
    await symlink(`${file}.real`, file);
    await expectRefused(file, /symbolic link/, /file of your own/);
  });

  it('is refused in a folder that is a symbolic link', async () => {
    const { file } = await keyFileStore();
    await rename(dirname(file), `${dirname(file)}.real`);
    await symlink(`${dirname(file)}.real`, dirname(file));
    await expectRefused(file, /symbolic link/, /IMGSYS_HOME/);
  });

  it('is refused with a second name', async () => {
    const { file } = await keyFileStore();
    await link(file, `${file}.second`);
    await expectRefused(file, /2 names \(hard links\)/, /cp .* && chmod 600 .* && mv /);
  });

  it('is refused as anything but a file', async () => {
    const { file } = await keyFileStore();
    await rename(file, `${file}.real`);
    await mkdir(file);
    for (const [, use] of uses) expect((await refusal(use(file))).message).toContain('not a regular file');
    const pipe = await newFile();
    await mkdir(dirname(pipe), { mode: 0o700 });
    execFileSync('mkfifo', [pipe]);
    for (const [, use] of uses) expect((await refusal(use(pipe))).message).toContain('not a regular file');
  });

  it.skipIf(!asRoot)('is refused when the file or the folder belongs to another user', async () => {
    const { file } = await keyFileStore();
    await chown(file, 65534, 65534);
    await expectRefused(file, /belongs to another user \(65534, you are 0\)/, new RegExp(`chown 0 ${file}`));
    await chown(file, 0, 0);
    await chown(dirname(file), 65534, 65534);
    await expectRefused(file, /belongs to another user/, new RegExp(`chown 0 ${dirname(file)}`));
  });

  it.skipIf(!asRoot || !existsSync('/usr/bin/setpriv'))(
    'is refused in words where it cannot be read',
    async () => {
      const { file } = await keyFileStore();
      const asNobody = (path: string) => {
        const script = `
        const { openKeystore } = await import(process.argv[1]);
        const store = openKeystore(process.argv[2], { env: {}, say() {}, interactive: false }, { now: Date.now });
        await store.entries().then(console.log, (error) => console.log(error.exitCode, error.message));`;
        const module = new URL('../../src/keystore/keystore.ts', import.meta.url).href;
        const node = [process.execPath, '--input-type=module', '-e', script, module, path];
        return execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', ...node], {
          encoding: 'utf8',
        });
      };
      expect(asNobody(file)).toMatch(/^12 .*(no permission to look|belongs to another user)/);
      await chown(dirname(dirname(file)), 65534, 65534);
      await chown(dirname(file), 65534, 65534);
      expect(asNobody(file)).toMatch(/^12 .*belongs to another user \(0, you are 65534\)/);
      await chown(file, 65534, 65534);
      expect(asNobody(file)).toContain('openai/default');
      await chmod(file, 0);
      expect(asNobody(file)).toMatch(/^12 .*no permission to read/);
    },
  );

  it('is refused when its lock is a link', async () => {
    const { file } = await keyFileStore();
    const lock = file.replace('.json', '.lock');
    await rename(lock, `${lock}.real`);
    await symlink(`${lock}.real`, lock);
    expect((await refusal(storeAt(file).add(openAiKey('b')))).message).toContain('symbolic link');
  });
});

describe('what the store writes', () => {
  it('is private under any umask', async () => {
    const umask = process.umask(0);
    try {
      const { file, keyFile } = await keyFileStore();
      expect(await modeOf(dirname(file))).toBe(0o700);
      for (const name of await readdir(dirname(file)))
        expect(await modeOf(join(dirname(file), name))).toBe(0o600);
      expect((await readdir(dirname(file))).sort()).toEqual(['keystore.json', 'keystore.lock']);
      expect(await modeOf(keyFile)).toBe(0o600);
      process.umask(0o777);
      await storeAt(file).add(openAiKey('b'));
      expect(await modeOf(file)).toBe(0o600);
    } finally {
      process.umask(umask);
    }
  });

  it('leaves no temporary file, and sweeps those of dead writers after an hour', async () => {
    const { file } = await keyFileStore();
    const temporary = (name: string) => join(dirname(file), name);
    for (const name of ['.keystore.json.1-old.tmp', '.keystore.json.2-new.tmp', '.other.json.3-old.tmp']) {
      await writeFile(temporary(name), 'x', { mode: 0o600 });
    }
    const twoHoursAgo = Date.now() / 1000 - 7200;
    await utimes(temporary('.keystore.json.1-old.tmp'), twoHoursAgo, twoHoursAgo);
    await utimes(temporary('.other.json.3-old.tmp'), twoHoursAgo, twoHoursAgo);
    await storeAt(file).add(openAiKey('b'));
    expect((await readdir(dirname(file))).sort()).toEqual([
      '.keystore.json.2-new.tmp',
      '.other.json.3-old.tmp',
      'keystore.json',
      'keystore.lock',
    ]);
  });

  it.skipIf(asRoot)('says so when the disk does not take it', async () => {
    const { file } = await keyFileStore();
    await chmod(dirname(file), 0o500);
    expect((await refusal(storeAt(file).add(openAiKey('b')))).exitCode).toBe(12);
    await chmod(dirname(file), 0o700);
  });

  it('says so when its folder cannot be made', async () => {
    const file = await newFile();
    await writeFile(dirname(file), 'in the way', { mode: 0o600 });
    const error = await refusal(storeAt(file, { env: { IMGSYS_PASSPHRASE: passphrase } }).add(openAiKey()));
    expect([error.exitCode, error.message]).toEqual([12, expect.stringContaining('not a folder')]);
  });
});
