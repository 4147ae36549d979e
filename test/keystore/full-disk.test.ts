// A store on a disk that is full or read-only: a small one of its own, which only root may mount.
import { spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.ts';
import { apiKey, openAiKey, refusal, storeAt } from './stores.ts';

const pageBytes = 4096;
const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

const probe = await tempFolder();
const canMount = process.getuid?.() === 0 && run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
if (canMount) run('umount', probe);

describe.skipIf(!canMount)('a store on a small disk (needs root, and mount to be allowed)', () => {
  let disk: string;
  let file: string;
  beforeAll(async () => {
    disk = await tempFolder();
    expect(run('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', disk)).toBe(true);
    file = join(disk, 'data', 'keystore.json');
    await storeAt(file).addKeyFile(join(await tempFolder(), 'master.key'));
    await storeAt(file).add(openAiKey());
    await storeAt(file).add(openAiKey('b'));
  });
  afterAll(() => {
    run('umount', disk);
  });

  // One page a file, so that a page can be given back; the name of the last one written.
  async function fill(): Promise<string> {
    const folder = join(disk, 'fill');
    await mkdir(folder, { recursive: true });
    for (let at = 0; ; at += 1) {
      try {
        await writeFile(join(folder, String(at)), Buffer.alloc(pageBytes));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
        await rm(join(folder, String(at)), { force: true });
        return join(folder, String(at - 1));
      }
    }
  }

  it('is left alone when there is no space, and changed in the space of one copy', async () => {
    const last = await fill();
    const generation = await storeAt(file).generation();
    for (const change of [
      () => storeAt(file).remove('openai/b'),
      () => storeAt(file).noteVerdict('openai/b', 'valid', 5),
    ]) {
      const error = await refusal(change());
      expect([error.exitCode, error.message]).toEqual([
        12,
        `${file} cannot be written: no space left on the disk`,
      ]);
    }
    expect(await storeAt(file).generation()).toBe(generation);
    await rm(last);
    await storeAt(file).remove('openai/b');
    expect((await storeAt(file).entries()).map(({ id }) => id)).toEqual(['openai/default']);
    await rm(join(disk, 'fill'), { recursive: true });
  });

  it('is read, and not changed, when the disk is read-only', async () => {
    expect(run('mount', '-o', 'remount,ro', disk)).toBe(true);
    expect((await storeAt(file).secret('openai/default'))?.reveal()).toBe(apiKey);
    const error = await refusal(storeAt(file).noteVerdict('openai/default', 'valid', 5));
    expect([error.exitCode, error.message]).toEqual([
      12,
      expect.stringMatching(/cannot be written: .*read-only$/),
    ]);
  });
});
