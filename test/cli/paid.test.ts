// Pictures made by a service, paid for: each once, whatever happens.
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines } from '../helpers/cli.ts';
import {
  type ImageServer,
  type ImageServerOptions,
  startImageServer,
  testKey,
} from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhoto, writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

async function serve(options: Partial<ImageServerOptions> = {}): Promise<void> {
  server = await startImageServer(options);
  home = await payingHome(server);
}

const pay = (...args: string[]) =>
  imgsys(home, ['enhance', 'photos', '-o', 'out', '--provider', 'openai', ...args], { cwd: folder });
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};
const outputs = () => readdirSync(join(folder, 'out'), { recursive: true }).map(String).sort();

beforeEach(async () => {
  folder = await tempFolder();
});

describe('a paid run', () => {
  let names: string[];

  beforeEach(async () => {
    await serve();
    names = await writePhotos(join(folder, 'photos'), 4);
    return () => server.close();
  });

  it('names payer, model and price first, and gives each picture back in its own size', async () => {
    const { code, stdout, stderr } = await pay();
    expect(code).toBe(0);
    expect(lines(stdout).sort()).toEqual(names.map((name) => join('out', name)));
    expect(lines(stderr)[0]).toMatch(
      /^imgsys: payer: openai at 127\.0\.0\.1:\d+, gpt-image-2\.5-sunburst, quality high, key IMGSYS_KEY_OPENAI …0001 .*about \$0\.0\d+ to \$0\.0\d+ for a large photograph/,
    );
    expect(stderr).toMatch(/paid: 4 pictures bought for \$0\.\d+/);
    expect(stderr).not.toContain(testKey);
    const { width, height } = await sharp(join(folder, 'out', '000.jpg')).metadata();
    expect([width, height]).toEqual([120, 90]);
    expect(server.journal.billed()).toHaveLength(4);
  });

  it('buys nothing the second time, nor for a lost output, another folder, another name or another format', async () => {
    await pay();
    rmSync(join(folder, 'out', '001.jpg'));
    cpSync(join(folder, 'photos', '002.jpg'), join(folder, 'photos', 'copy.jpg'));
    const again = await pay();
    expect(again.code).toBe(0);
    expect(lines(again.stdout)).toHaveLength(2);
    expect(again.stderr).toContain('paid: nothing now, 2 bought before');
    const other = await imgsys(
      home,
      [
        'enhance',
        'photos',
        '-o',
        'web',
        '--provider',
        'openai',
        '--format',
        'webp',
        '--metadata',
        'strip',
        '--json',
      ],
      { cwd: folder },
    );
    expect(summaryOf(other.stdout)).toMatchObject({ enhanced: 5, charges: { paid: 0, reused: 5 } });
    expect(server.journal.billed()).toHaveLength(4);
  });

  it('buys identical files once, also when they are met at the same time', async () => {
    for (const name of ['x.jpg', 'y.jpg', 'z/z.jpg']) await writePhoto(join(folder, 'photos', name), 77);
    const { stdout } = await pay('--json');
    expect(summaryOf(stdout)).toMatchObject({ enhanced: 7, charges: { paid: 5, reused: 2 } });
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it('sends nothing in a dry run, and needs no key for it', async () => {
    const { IMGSYS_KEY_OPENAI: _, ...env } = home.env;
    const ran = await imgsys(
      { ...home, env },
      ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--dry-run'],
      { cwd: folder },
    );
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(
      /000\.jpg: gpt-image-2\.5-sunburst at quality high, sent as \d+x\d+, about \$/,
    );
    expect(server.journal.entries).toEqual([]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('shows what would be sent, without sending it', async () => {
    const { code, stdout } = await pay('--show-upload', 'sent.bin');
    expect([code, stdout]).toEqual([0, 'sent.bin\n']);
    const { width = 0, height = 0, exif, icc } = await sharp(join(folder, 'sent.bin')).metadata();
    expect(width * height).toBeGreaterThanOrEqual(655_360);
    expect([width % 16, height % 16, exif, icc]).toEqual([0, 0, undefined, undefined]);
    expect(server.journal.entries).toEqual([]);
  });

  it('makes other files of what was bought, with no key and no service', async () => {
    await pay();
    await server.close();
    const { IMGSYS_KEY_OPENAI: _k, IMGSYS_BASE_URL_OPENAI: _b, ...env } = home.env;
    const ran = await imgsys({ ...home, env }, ['runs', 'finish', '--format', 'png', '-o', 'png', '--json'], {
      cwd: folder,
    });
    expect(ran.stderr).not.toContain('error');
    expect(summaryOf(ran.stdout)).toMatchObject({ enhanced: 4, failed: 0, exitCode: 0 });
    expect(readdirSync(join(folder, 'png'))).toHaveLength(4);
    await serve();
  });

  it('names what was bought and is not there any more, and takes the newest run that bought something', async () => {
    await pay();
    await pay();
    rmSync(join(folder, 'photos', '002.jpg'));
    const ran = await imgsys(home, ['runs', 'finish', '-o', 'again', '--json'], { cwd: folder });
    expect(summaryOf(ran.stdout)).toMatchObject({ enhanced: 3, failed: 1, exitCode: 3 });
    expect(ran.stdout).toMatch(/002\.jpg.*is not there any more/);
  });

  it('shows the upload of the first picture, whatever else lies beside it', async () => {
    writeFileSync(join(folder, 'photos', '000.aaa.txt'), 'no picture');
    const { code } = await pay('--show-upload', 'first.bin');
    expect([code, existsSync(join(folder, 'first.bin'))]).toEqual([0, true]);
  });

  it('goes to a picture through a pipe, once', async () => {
    const input = join(folder, 'photos', '000.jpg');
    const pipe = () =>
      imgsys(home, ['enhance', '--provider', 'openai'], {
        inputFile: input,
        stdin: 'pipe',
        encoding: 'buffer',
      });
    expect((await pipe()).code).toBe(0);
    expect((await pipe()).code).toBe(0);
    expect(server.journal.billed()).toHaveLength(1);
  });
});

describe('a run that fails in part', () => {
  it.each([
    ['moderation', 3, 'provider-refused', 0],
    ['malformed', 3, 'answer-unusable', 1],
    ['html', 3, 'answer-unusable', 1],
    ['empty', 3, 'answer-unusable', 1],
    ['truncated-base64', 3, 'answer-unusable', 1],
    ['garbage-base64', 3, 'answer-unusable', 1],
    ['bomb', 3, 'answer-unusable', 1],
    ['blank', 3, 'answer-unusable', 1],
    ['drop', 14, 'unsettled', 1],
    ['short-body', 14, 'unsettled', 1],
    ['gateway', 14, 'unsettled', 1],
  ] as const)('%s: exit %i, %s, and nothing is bought again unasked', async (fault, code, reason, billed) => {
    await serve({ faults: { script: [fault] } });
    await writePhotos(join(folder, 'photos'), 1);
    const first = await pay('--json');
    expect(first.code).toBe(code);
    expect(summaryOf(first.stdout)).toMatchObject({ failed: 1, failedBy: { [reason]: 1 } });
    expect(server.journal.billed()).toHaveLength(billed);
    const second = await pay('--json', '--no-input');
    if (billed === 0) {
      expect(summaryOf(second.stdout)).toMatchObject({ enhanced: 1, exitCode: 0 });
    } else {
      expect(summaryOf(second.stdout)).toMatchObject({ failed: 1, failedBy: { [reason]: 1 } });
      expect(server.journal.billed()).toHaveLength(1);
      const word = await imgsys(home, ['runs', 'retry', '--retry-unsettled', 'always', '--json'], {
        cwd: folder,
      });
      expect(summaryOf(word.stdout)).toMatchObject({ enhanced: 1, exitCode: 0 });
    }
    expect(outputs()).toEqual(['000.jpg']);
    await server.close();
  });

  it.each([
    'error500',
    'overloaded',
    'no-usage',
    'slow-body',
    'wrong-size',
  ] as const)('%s costs no picture', async (fault) => {
    await serve({ faults: { script: [fault] }, slowBodyMs: 300 });
    await writePhotos(join(folder, 'photos'), 1);
    const { stdout } = await pay('--json');
    expect(summaryOf(stdout)).toMatchObject({ enhanced: 1, exitCode: 0 });
    expect(server.journal.boughtTwice()).toEqual([]);
    await server.close();
  });

  it('ends with 7 when there is no money, and goes on when there is', async () => {
    await serve({ faults: { script: ['none', 'quota', 'quota', 'quota', 'quota', 'quota'] } });
    await writePhotos(join(folder, 'photos'), 6);
    const broke = await pay('--json', '--concurrency', '1');
    expect(broke.code).toBe(7);
    expect(summaryOf(broke.stdout)).toMatchObject({ enhanced: 1, failed: 0, left: 5, stoppedBy: 'account' });
    server.set({ faults: {} });
    expect(summaryOf((await pay('--json')).stdout)).toMatchObject({ enhanced: 5, exitCode: 0 });
    expect(server.journal.boughtTwice()).toEqual([]);
    await server.close();
  });

  it('ends with 4 when the key is not accepted, without showing it', async () => {
    await serve();
    home = await payingHome(server, 'sk-test-wrong-CANARY-0002');
    await writePhotos(join(folder, 'photos'), 2);
    const { code, stderr } = await pay();
    expect(code).toBe(4);
    expect(stderr).not.toContain('CANARY');
    expect(stderr).toContain('imgsys: hint:');
    await server.close();
  });

  it('lets this processor do what the service refuses, where that was asked for', async () => {
    await serve({ faults: { script: ['moderation'] } });
    await writePhotos(join(folder, 'photos'), 1);
    const { code, stderr } = await pay('--fallback', 'local');
    expect(code).toBe(0);
    expect(stderr).toContain('what it cannot make is made by local');
    expect(stderr).toMatch(/made by local, since OpenAI: /);
    expect(server.journal.billed()).toHaveLength(0);
    await server.close();
  });
});

describe('unsettled calls', () => {
  beforeAll(async () => {
    await serve({ faults: { script: ['drop', 'drop'] } });
    return () => server.close();
  });
  afterAll(() => undefined);

  it('are listed, settled by the user’s word, and bought again after it', async () => {
    await writePhotos(join(folder, 'photos'), 2);
    const first = await pay();
    expect(first.code).toBe(14);
    expect(first.stderr).toMatch(/hint: .*imgsys usage settle --run \S+ --charged/);
    const listed = await imgsys(home, ['usage', '--unsettled', '--json']);
    expect(jsonLines(listed.stdout)).toHaveLength(2);
    const settle = await imgsys(home, ['usage', 'settle', '--all', '--free']);
    expect(settle.code).toBe(0);
    const second = await pay('--json');
    expect(summaryOf(second.stdout)).toMatchObject({
      enhanced: 2,
      charges: { paid: 2, unsettled: 0 },
      exitCode: 0,
    });
  });
});
