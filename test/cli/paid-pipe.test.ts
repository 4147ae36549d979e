// One paid picture through a pipe: what a signal does to it, and what is said of it afterwards.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, program } from '../helpers/cli.ts';
import { type ImageServer, type ImageServerOptions, startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, inLedger, payingHome, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

async function serve(options: Partial<ImageServerOptions> = {}): Promise<void> {
  server = await startImageServer(options);
  home = await payingHome(server);
  home = { ...home, env: { ...home.env, TMPDIR: await tempFolder() } };
}

beforeEach(async () => {
  folder = await tempFolder();
  await writePhotos(folder, 1);
  return () => server.close();
});

const input = () => join(folder, '000.jpg');
const pipe = (...args: string[]) =>
  imgsys(home, ['enhance', '--provider', 'openai', ...args], { inputFile: input(), stdin: 'pipe' });

function start(args = ['--provider', 'openai']) {
  const child = execa(process.execPath, [program, 'enhance', ...args], {
    ...{ env: home.env, extendEnv: false, reject: false, encoding: 'buffer' as const },
    input: readFileSync(input()),
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  return { child, said: () => said };
}

describe('Ctrl-C', () => {
  it('once: the call is finished and the picture written', async () => {
    const held = holdAnswers();
    await serve({ answer: held.answer });
    const { child, said } = start();
    await until(() => server.journal.billed().length === 1);
    child.kill('SIGINT');
    await until(() => said().includes('press again to stop now'));
    held.letGo();
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect((await sharp(Buffer.from(stdout)).metadata()).width).toBe(120);
    const [sum] = await inLedger(home, (ledger) => ledger.purchases.totals('all'));
    expect(sum).toMatchObject({ paid: 1, unsettled: 0 });
    expect(readdirSync(home.env.TMPDIR ?? '')).toEqual([]);
  });

  it('twice: it ends at once, and says what may have been charged and how to settle it', async () => {
    const held = holdAnswers();
    await serve({ answer: held.answer });
    const { child, said } = start();
    await until(() => server.journal.billed().length === 1);
    child.kill('SIGINT');
    await until(() => said().includes('press again to stop now'));
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect([exitCode, stdout.length]).toEqual([130, 0]);
    expect(said()).toMatch(/unsettled: 1 call may have been charged without a picture, at most \$/);
    const [, run = ''] = /imgsys usage settle --run (\S+) --charged \(or --free\)/.exec(said()) ?? [];
    held.letGo();
    expect((await imgsys(home, ['usage', 'settle', '--run', run, '--free'])).code).toBe(0);
    expect(readdirSync(home.env.TMPDIR ?? '')).toEqual([]);
  });
});

describe('a picture that was not made', () => {
  it('and may have been charged: 14, the whole command, no temporary path', async () => {
    await serve({ faults: { script: ['drop'] } });
    const first = await pipe();
    expect([first.code, first.stdout]).toEqual([14, '']);
    expect(first.stderr).toMatch(/usage settle --run \S+ --charged \(or --free\)/);
    expect(first.stderr).toContain('pipe the picture in once more with --retry-unsettled always');
    const listed = await imgsys(home, ['usage', '--unsettled', '--json']);
    expect(listed.stdout).toContain('"standard input"');
    const again = await pipe();
    expect(again.code).toBe(14);
    expect(again.stderr).toMatch(/usage settle --run \S+ --charged \(or --free\)/);
    expect((await pipe('--retry-unsettled', 'always')).code).toBe(0);
  });

  it('and was charged: says how to buy it again, and that `runs` has no file to go on with', async () => {
    await serve({ faults: { script: ['html'] } });
    const first = await pipe();
    expect(first.code).toBe(3);
    expect(first.stderr).not.toContain('runs retry');
    expect(first.stderr).toContain('pipe the picture in once more with --retry-unsettled always');
    for (const verb of ['retry', 'finish']) {
      const { code, stderr } = await imgsys(home, ['runs', verb]);
      expect(code).toBe(2);
      expect(stderr).toContain('was one picture through a pipe, which is not kept');
    }
    expect((await pipe('--retry-unsettled', 'always')).code).toBe(0);
  });
});

it('shows that it lives while it waits', async () => {
  const held = holdAnswers();
  await serve({ answer: held.answer });
  const { child } = start();
  await until(() => server.journal.billed().length === 1);
  const beats = () =>
    inLedger(home, (ledger) => {
      const { heartbeatMs = 0, startedMs = 0 } = ledger.lastRun() ?? {};
      return heartbeatMs - startedMs;
    });
  while ((await beats()) === 0) await sleep(200);
  held.letGo();
  expect((await child).exitCode).toBe(0);
});
