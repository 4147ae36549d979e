// Disks that are full while pictures are paid for: small ones of their own, which only root may mount.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines } from '../helpers/cli.ts';
import { type ImageServer, type ImageServerOptions, startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, inLedger, payingHome, startImgsys, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const probe = await tempFolder();
const canMount = process.getuid?.() === 0 && run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
if (canMount) run('umount', probe);

describe.skipIf(!canMount)('a small disk (needs root, and mount to be allowed)', () => {
  let server: ImageServer;
  let home: Home;
  let folder: string;
  let disk: string;

  beforeEach(async () => {
    folder = await tempFolder();
    disk = await tempFolder();
    await writePhotos(join(folder, 'photos'), 3);
    return async () => {
      run('umount', disk);
      await server.close();
    };
  });

  async function serve(size: string, answer: ImageServerOptions['answer'] = 'fixed'): Promise<void> {
    expect(run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', disk)).toBe(true);
    server = await startImageServer({ answer });
    home = await payingHome(server);
  }

  // A file that takes all there is.
  async function fill(): Promise<string> {
    const file = join(disk, 'fill');
    await expect(writeFile(file, Buffer.alloc(128 * 2 ** 20))).rejects.toMatchObject({ code: 'ENOSPC' });
    return file;
  }

  const command = (out: string) => [
    'enhance',
    'photos',
    '-o',
    out,
    '--provider',
    'openai',
    '--concurrency',
    '1',
  ];
  const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};

  it('with less room than what is paid for may take: nothing is bought, and it says why', async () => {
    await serve('24m');
    const small = { folder: disk, env: { ...home.env, IMGSYS_HOME: disk } };
    const ran = await imgsys(small, [...command('out'), '--json'], { cwd: folder });
    expect(ran.code).toBe(5);
    expect(summaryOf(ran.stdout)).toMatchObject({ enhanced: 0, failed: 0, left: 3, stoppedBy: 'disk-full' });
    const said = jsonLines(ran.stdout).find(({ type }) => type === 'warning');
    expect(said).toMatchObject({
      message: expect.stringContaining(`less than 32 MiB are free where paid pictures are kept (${disk})`),
      hint: expect.stringContaining('nothing was bought'),
    });
    expect(server.journal.entries).toEqual([]);
  });

  it('with too little room for a picture through a pipe: 5, and nothing is bought', async () => {
    await serve('24m');
    const small = { folder: disk, env: { ...home.env, IMGSYS_HOME: disk } };
    const inputFile = join(folder, 'photos', '000.jpg');
    const pipe = ['enhance', '--provider', 'openai'];
    const { code, stdout, stderr } = await imgsys(small, pipe, { inputFile, stdin: 'pipe' });
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain('less than 32 MiB are free where paid pictures are kept');
    expect(server.journal.entries).toEqual([]);
  });

  it('full where the outputs go: what was bought is kept, and made into files later', async () => {
    await serve('4m');
    const file = await fill();
    const out = join(disk, 'out');
    const ran = await imgsys(home, [...command(out), '--json'], { cwd: folder });
    expect(ran.code).toBe(5);
    const bought = server.journal.billed().length;
    expect(bought).toBeGreaterThan(0);
    expect(summaryOf(ran.stdout)).toMatchObject({
      enhanced: 0,
      stoppedBy: 'disk-full',
      charges: { paid: bought },
    });
    await rm(file);
    const finish = await imgsys(home, ['runs', 'finish', '--json'], { cwd: folder });
    // What the run did not come to buy is told, and not bought here.
    const left = (summaryOf(finish.stdout).failedBy as Record<string, number>)['not-bought'] ?? 0;
    expect(summaryOf(finish.stdout)).toMatchObject({ enhanced: bought, failed: left });
    expect(server.journal.billed()).toHaveLength(bought);
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await imgsys(home, command(out), { cwd: folder })).code).toBe(0);
    expect(readdirSync(out)).toHaveLength(3);
    expect(server.journal.billed()).toHaveLength(3);
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it('full before the answer comes: it waits for room, and nothing else is bought meanwhile', async () => {
    const held = holdAnswers();
    await serve('48m', held.answer);
    const small = { folder: disk, env: { ...home.env, IMGSYS_HOME: disk } };
    const child = startImgsys(small, command('out'), folder);
    await until(() => server.journal.billed().length === 1);
    const file = await fill();
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    held.letGo();
    let isOver = false;
    child.finally(() => {
      isOver = true;
    });
    await until(() => isOver || said.includes('a paid picture waits to be written'));
    expect(server.journal.billed()).toHaveLength(1);
    await rm(file);
    const { exitCode, stderr } = await child;
    expect(stderr).not.toContain('unexpected');
    expect(exitCode).toBe(0);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(3);
    expect(server.journal.billed()).toHaveLength(3);
    expect(server.journal.boughtTwice()).toEqual([]);
    expect(await inLedger(small, (ledger) => ledger.check().problems)).toEqual([]);
  });
});
