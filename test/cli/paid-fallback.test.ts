// Services that stand in for others: who is asked, who is out, and whose answer a picture is made of later.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines } from '../helpers/cli.ts';
import {
  type ImageServer,
  type ImageServerOptions,
  startImageServer,
  testKey,
} from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let main: ImageServer;
let other: ImageServer;
let home: Home;
let folder: string;

async function serve(options: Partial<ImageServerOptions>, otherKey = testKey): Promise<void> {
  // A server that was told no size gives each picture back in its own.
  const answer: ImageServerOptions['answer'] = ({ images: [{ bytes }] }) => sharp(bytes).png().toBuffer();
  [main, other] = [await startImageServer({ answer, ...options }), await startImageServer()];
  const { folder: place, env } = await payingHome(other, otherKey);
  const there = { IMGSYS_KEY_OPENAI_COMPATIBLE: testKey, IMGSYS_BASE_URL_OPENAI_COMPATIBLE: main.baseUrl };
  home = { folder: place, env: { ...env, ...there } };
}

const ask = (...args: string[]) =>
  imgsys(
    home,
    ['enhance', 'photos', '-o', 'out', '--provider', 'openai-compatible', '--model', 'gpt-image-2', ...args],
    { cwd: folder },
  );
const again = (...args: string[]) => imgsys(home, ['runs', ...args, '--json'], { cwd: folder });
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};
const pixels = (...path: string[]) =>
  sharp(join(folder, ...path))
    .raw()
    .toBuffer();

beforeEach(async () => {
  folder = await tempFolder();
  return async () => {
    await main.close();
    await other.close();
  };
});

// Too wide for one service, which is sent it padded, and not for the other.
async function writeWide(name: string, width: number): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="120">
    <rect width="100%" height="100%" fill="#889"/><circle cx="${width / 2}" cy="60" r="50" fill="#c33"/></svg>`;
  await sharp(Buffer.from(svg))
    .png()
    .toFile(join(folder, 'photos', name));
}

describe('a picture that another service made', () => {
  it('is made again of that answer, in that fit', async () => {
    await serve({ faults: { script: ['moderation'] } });
    await mkdir(join(folder, 'photos'));
    await writeWide('wide.png', 600);
    const first = await ask('--fallback', 'openai', '--json');
    expect(summaryOf(first.stdout)).toMatchObject({ enhanced: 1, charges: { paid: 1 } });
    expect([main.journal.billed().length, other.journal.billed().length]).toEqual([0, 1]);
    const made = await again('finish', '-o', 'web');
    expect(summaryOf(made.stdout)).toMatchObject({ enhanced: 1, exitCode: 0, charges: { reused: 1 } });
    expect((await pixels('web', 'wide.png')).equals(await pixels('out', 'wide.png'))).toBe(true);
    const third = await ask('--fallback', 'openai', '--json', '-o', 'third');
    expect(summaryOf(third.stdout)).toMatchObject({ enhanced: 1 });
  });

  it('is not made here where it was not bought', async () => {
    await serve({ faults: { script: ['moderation', 'none'] } });
    await writePhotos(join(folder, 'photos'), 2);
    const first = await ask('--fallback', 'local', '--json', '--concurrency', '1');
    expect(summaryOf(first.stdout)).toMatchObject({ enhanced: 2, charges: { paid: 1 } });
    const made = await again('finish', '-o', 'web');
    expect(summaryOf(made.stdout)).toMatchObject({ enhanced: 1, failedBy: { 'not-bought': 1 } });
  });
});

describe('a service that can do nothing more', () => {
  it('ends nothing where it only stands in: the picture fails, with the words of the first', async () => {
    await serve({ faults: { script: ['none', 'moderation', 'none', 'moderation'] } }, 'sk-test-wrong-0009');
    await writePhotos(join(folder, 'photos'), 6);
    const { code, stdout, stderr } = await ask('--fallback', 'openai', '--json', '--concurrency', '1');
    expect(code).toBe(3);
    const failed = { failed: 2, failedBy: { 'provider-refused': 2 } };
    expect(summaryOf(stdout)).toMatchObject({ enhanced: 4, left: 0, stoppedBy: null, ...failed });
    expect(stderr.match(/openai cannot stand in any more/g)).toHaveLength(1);
  });

  it('takes a model of its own', async () => {
    await serve({ faults: { script: ['moderation'] } });
    await writePhotos(join(folder, 'photos'), 1);
    const { stdout } = await ask('--fallback', 'openai:gpt-image-2', '--json');
    expect(summaryOf(stdout)).toMatchObject({ enhanced: 1 });
    expect(other.journal.billed()[0]?.edit?.model).toBe('gpt-image-2');
  });

  it('stops the run when it refuses every request, whatever the picture', async () => {
    await serve({});
    await writePhotos(join(folder, 'photos'), 12);
    const wrong = { IMGSYS_BASE_URL_OPENAI_COMPATIBLE: main.baseUrl.replace(/v1$/, 'v7') };
    home = { ...home, env: { ...home.env, ...wrong } };
    const { code, stdout } = await ask('--json', '--concurrency', '1');
    expect(code).toBe(2);
    const { enhanced, failed, left, stoppedBy } = summaryOf(stdout);
    expect({ enhanced, stoppedBy, found: Number(failed) + Number(left) }).toEqual({
      ...{ enhanced: 0, stoppedBy: 'refuses-all', found: 12 },
    });
    // One more may have been under way.
    expect(main.journal.entries.length).toBeGreaterThanOrEqual(5);
    expect(main.journal.entries.length).toBeLessThan(8);
  });
});

it.each([
  [['--fallback', 'local', '--preset', 'draft'], '--fallback local cannot do what the preset draft asks for'],
  [['--fallback', 'local:x'], '--fallback local has no models'],
  [['--timeout', '2h'], '--timeout 2h is longer than a call can last'],
])('%j is refused', async (args, words) => {
  await serve({});
  await writePhotos(join(folder, 'photos'), 1);
  const { code, stderr } = await ask(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});
