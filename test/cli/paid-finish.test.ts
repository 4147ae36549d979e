// Runs that are gone on with: what they need, what they mean, and what they leave behind.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines } from '../helpers/cli.ts';
import { type ImageServer, startImageServer, testKey } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

const pay = (...args: string[]) =>
  imgsys(home, ['enhance', 'photos', '--provider', 'openai', ...args], { cwd: folder });
const runs = (...args: string[]) => imgsys(home, ['runs', ...args], { cwd: folder });
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};
const file = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await tempFolder();
  server = await startImageServer();
  home = await payingHome(server);
  await writePhotos(file('photos'), 2);
  return () => server.close();
});

async function writeMask(grey: number): Promise<void> {
  const create = { width: 120, height: 90, channels: 3 as const, background: { r: grey, g: grey, b: grey } };
  await sharp({ create }).png().toFile(file('mask.png'));
}

const preset = { name: 'mine', version: 1, summary: 'Mine', prompt: 'Make it mine.' };

describe('runs finish', () => {
  it.each([
    ['prompt file', ['--prompt-file', 'prompt.txt'], () => rm(file('prompt.txt'))],
    ['mask', ['--mask', 'mask.png'], () => rm(file('mask.png'))],
    ['preset file', ['--preset', './mine.json'], () => rm(file('mine.json'))],
  ])('needs no %s', async (_what, args, remove) => {
    await writeFile(file('prompt.txt'), 'Make it bright.');
    await writeFile(file('mine.json'), JSON.stringify(preset));
    await writeMask(255);
    const first = await pay('-o', 'out', '--json', ...args);
    expect(first.stderr).toBe('');
    expect(summaryOf(first.stdout)).toMatchObject({ enhanced: 2 });
    await remove();
    const { IMGSYS_KEY_OPENAI: _, ...env } = home.env;
    home = { ...home, env };
    const made = await runs('finish', '-o', 'web', '--json');
    expect(summaryOf(made.stdout)).toMatchObject({ enhanced: 2, failed: 0, exitCode: 0 });
    // The outputs of the run itself are known as done.
    expect(summaryOf((await runs('finish', '--json')).stdout)).toMatchObject({ exitCode: 0, failed: 0 });
    expect(server.journal.billed()).toHaveLength(2);
  });

  it('takes for each of two equal pictures what was bought with its own mask', async () => {
    let made = 0;
    const various = await startImageServer({
      answer: ({ images: [upload] }) =>
        sharp(upload.bytes)
          .negate(++made === 1)
          .png()
          .toBuffer(),
    });
    try {
      home = await payingHome(various);
      await copyFile(file('photos/000.jpg'), file('photos/001.jpg'));
      await mkdir(file('masks'));
      for (const [name, grey] of [
        ['000', 255],
        ['001', 250],
      ] as const) {
        await writeMask(grey);
        await copyFile(file('mask.png'), file(`masks/${name}.png`));
      }
      expect((await pay('-o', 'out', '--mask', 'masks')).code).toBe(0);
      expect((await runs('finish', '-o', 'web')).code).toBe(0);
      const [one, two, again, andTwo] = await Promise.all(
        ['out/000.jpg', 'out/001.jpg', 'web/000.jpg', 'web/001.jpg'].map((name) => readFile(file(name))),
      );
      expect(one?.equals(two ?? Buffer.alloc(0))).toBe(false);
      expect([again, andTwo]).toEqual([one, two]);
      expect(various.journal.billed()).toHaveLength(2);
    } finally {
      await various.close();
    }
  });

  it('names no payer, since nothing is paid', async () => {
    expect((await pay('-o', 'out')).stderr).toContain('payer: openai');
    const made = await runs('finish', '-o', 'web');
    expect(made.code).toBe(0);
    expect(made.stderr).not.toMatch(/payer|\$|no key yet/);
    expect(made.stderr).toContain('of what was bought from openai, no key, nothing is sent');
  });

  it('needs no key that the run named and that is gone', async () => {
    const passphrase = file('passphrase');
    await writeFile(passphrase, 'correct horse battery\n', { mode: 0o600 });
    home = { ...home, env: { ...home.env, IMGSYS_PASSPHRASE_FILE: passphrase } };
    const add = ['key', 'add', 'openai', '--name', 'team', '--base-url', server.baseUrl];
    expect((await imgsys(home, add, { input: testKey, stdin: 'pipe' })).code).toBe(0);
    expect((await pay('-o', 'out', '--key', 'team')).code).toBe(0);
    expect((await imgsys(home, ['key', 'remove', 'openai/team', '--yes'])).code).toBe(0);
    const made = await runs('finish', '-o', 'web', '--json');
    expect(summaryOf(made.stdout)).toMatchObject({ enhanced: 2, failed: 0, exitCode: 0 });
  });

  it('takes another folder for a run that was in place', async () => {
    await mkdir(file('copy'));
    await copyFile(file('photos/000.jpg'), file('copy/000.jpg'));
    await copyFile(file('photos/001.jpg'), file('copy/001.jpg'));
    expect((await pay('--in-place', '--backup-dir', 'backup')).code).toBe(0);
    await copyFile(file('copy/000.jpg'), file('photos/000.jpg'));
    await copyFile(file('copy/001.jpg'), file('photos/001.jpg'));
    const made = await runs('finish', '-o', 'web', '--json');
    expect(summaryOf(made.stdout)).toMatchObject({ enhanced: 2, failed: 0, exitCode: 0 });
  });

  it('knows what stands', async () => {
    await pay('-o', 'out');
    const { stdout } = await runs('finish', '--json');
    expect(summaryOf(stdout)).toMatchObject({ skippedBy: { done: 2 }, enhanced: 0, exitCode: 0 });
  });
});

describe('runs retry', () => {
  it('buys no unsettled picture again by the word of the run before', async () => {
    server.set({ faults: { script: ['drop', 'drop', 'drop', 'drop', 'drop', 'drop'] } });
    const flags = ['--retry-unsettled', 'always', '--max-errors', '50', '--yes', '--force', '--print0'];
    expect((await pay('-o', 'out', ...flags)).code).toBe(14);
    expect(server.journal.billed()).toHaveLength(2);
    const { code, stdout } = await runs('retry', '--json');
    expect(code).toBe(14);
    expect(summaryOf(stdout)).toMatchObject({ failed: 2, failedBy: { unsettled: 2 } });
    expect(server.journal.billed()).toHaveLength(2);
    const failed = jsonLines(stdout).find(({ type }) => type === 'failed');
    expect(failed?.hint).toMatch(/imgsys usage settle --run \S+ --charged \(or --free\)/);
  });

  it('means the words as they stood then', async () => {
    await writeFile(file('prompt.txt'), 'Make it bright.');
    server.set({ faults: { script: ['moderation', 'moderation'] } });
    expect((await pay('-o', 'out', '--prompt-file', 'prompt.txt')).code).toBe(3);
    await writeFile(file('prompt.txt'), 'Make it dark.');
    expect(summaryOf((await runs('retry', '--json')).stdout)).toMatchObject({ enhanced: 2 });
    const prompts = new Set(server.journal.billed().map(({ edit }) => edit?.prompt));
    expect([...prompts]).toEqual(['Make it bright.']);
  });

  it('does not take another mask for the one of then', async () => {
    await writeMask(255);
    server.set({ faults: { script: ['moderation', 'moderation'] } });
    expect((await pay('-o', 'out', '--mask', 'mask.png')).code).toBe(3);
    await writeMask(0);
    const changed = await runs('retry');
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('is not the file any more')]);
    await rm(file('mask.png'));
    const gone = await runs('retry');
    expect([gone.code, gone.stderr]).toEqual([
      2,
      expect.stringContaining('the run was asked for with this mask'),
    ]);
  });
});
