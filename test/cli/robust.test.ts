// What must hold when a run is stopped, killed or doubled.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  examples,
  type Home,
  imgsys,
  jsonLines,
  lines,
  newHome,
  program,
  withoutProgress,
} from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

const rocket = join(examples, 'rocket-fine.jpg');
let photo: Buffer;

beforeAll(async () => {
  photo = await readFile(rocket);
});

// Pictures that differ, so that none is taken for another.
async function makeFolder(count: number): Promise<string> {
  const cwd = await tempFolder();
  await mkdir(join(cwd, 'photos'));
  for (let n = 0; n < count; n += 1) {
    await writeFile(
      join(cwd, 'photos', `${String(n).padStart(3, '0')}.jpg`),
      Buffer.concat([photo, Buffer.from(`${n}`)]),
    );
  }
  return cwd;
}

function start(
  home: Home,
  cwd: string,
  args: readonly string[] = [],
): ChildProcess & { out: () => string; err: () => string } {
  const child = spawn(process.execPath, [program, 'enhance', 'photos', '-o', 'out', ...args], {
    cwd,
    env: { ...home.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return Object.assign(child, { out: () => out, err: () => err });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function expectWholeOutputs(cwd: string): Promise<string[]> {
  const names = (await readdir(join(cwd, 'out'))).filter((name) => !name.startsWith('.'));
  for (const name of names)
    expect((await sharp(join(cwd, 'out', name)).stats()).channels, name).toHaveLength(3);
  return names;
}

describe('a run that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('finishes what is in work on %s, says how to go on, and goes on', async (signal, code) => {
    const home = await newHome();
    const cwd = await makeFolder(50);
    const child = start(home, cwd);
    await until(() => lines(child.out()).length >= 3);
    child.kill(signal);
    const [ended] = await once(child, 'close');
    expect(ended).toBe(code);
    expect(child.err()).toContain('run the same command again');
    expect(await readdir(join(cwd, 'out'))).toHaveLength(lines(child.out()).length);
    const made = await expectWholeOutputs(cwd);
    expect(made.length).toBeLessThan(50);
    const again = await imgsys(home, ['enhance', 'photos', '-o', 'out', '--json'], { cwd });
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({
      skipped: made.length,
      enhanced: expect.any(Number),
      failed: 0,
    });
    expect(await expectWholeOutputs(cwd)).toHaveLength(50);
  });

  it('stops at once on the second signal, leaving no part of a picture', async () => {
    const home = await newHome();
    const cwd = await makeFolder(50);
    const child = start(home, cwd);
    await until(() => lines(child.out()).length >= 2);
    child.kill('SIGINT');
    await until(() => child.err().includes('again to stop now'));
    child.kill('SIGINT');
    const [ended] = await once(child, 'close');
    expect(ended).toBe(130);
    expect(withoutProgress(child.err())).not.toContain('failed');
    await expectWholeOutputs(cwd);
    expect((await readdir(join(cwd, 'out'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a run that is killed', () => {
  it('leaves only whole files under their names, and the next run sweeps and finishes', async () => {
    const home = await newHome();
    const cwd = await makeFolder(40);
    for (let kill = 0; kill < 6; kill += 1) {
      const child = start(home, cwd);
      await until(() => lines(child.out()).length >= 2 || child.exitCode !== null);
      child.kill('SIGKILL');
      await once(child, 'close');
      await expectWholeOutputs(cwd);
    }
    const last = await imgsys(home, ['enhance', 'photos', '-o', 'out'], { cwd });
    expect(last.code).toBe(0);
    expect(await readdir(join(cwd, 'out'))).toHaveLength(40);
    await expectWholeOutputs(cwd);
  });
});

describe('two runs on one folder', () => {
  it('share the work: every picture once, both end with all of it there', async () => {
    const home = await newHome();
    const cwd = await makeFolder(40);
    const runs = [start(home, cwd, ['--json']), start(home, cwd, ['--json'])];
    const codes = await Promise.all(runs.map((run) => once(run, 'close').then(([code]) => code)));
    expect(codes).toEqual([0, 0]);
    const done = runs.map((run) =>
      jsonLines(run.out())
        .filter(({ type }) => type === 'done')
        .map(({ source }) => source),
    );
    expect(new Set(done.flat()).size).toBe(40);
    expect(done.flat()).toHaveLength(40);
    expect(await expectWholeOutputs(cwd)).toHaveLength(40);
  });

  it('in place: the second is refused with 11', async () => {
    const home = await newHome();
    const cwd = await makeFolder(60);
    const first = spawn(process.execPath, [program, 'enhance', 'photos', '--in-place'], {
      cwd,
      env: { ...home.env },
    });
    await until(
      async () => (await stat(join(home.folder, 'ledger.sqlite')).catch(() => undefined)) !== undefined,
    );
    let out = '';
    first.stdout.on('data', (chunk) => {
      out += chunk;
    });
    await until(() => lines(out).length > 0);
    const second = await imgsys(home, ['enhance', 'photos', '--in-place'], { cwd });
    expect(second.code).toBe(11);
    expect(second.stderr).toContain(String(first.pid));
    first.kill('SIGKILL');
    await once(first, 'close');
  });
});

const tracing = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

describe.skipIf(!tracing)('the network', () => {
  it('is not touched: a run without a provider opens no socket', async () => {
    const home = await newHome();
    const cwd = await makeFolder(2);
    const trace = join(await tempFolder(), 'trace');
    const argv = ['-f', '-qq', '-e', 'trace=socket,connect', '-o', trace, process.execPath, program];
    const ran = spawnSync('strace', [...argv, 'enhance', 'photos', '-o', 'out'], {
      cwd,
      env: { ...home.env },
    });
    expect(ran.status).toBe(0);
    const calls = (await readFile(trace, 'utf8'))
      .split('\n')
      .filter((line) => /(socket|connect)\(/.test(line));
    expect(calls).toEqual([]);
  });
});

describe('originals', () => {
  it('stay as they are', async () => {
    const home = await newHome();
    const cwd = await tempFolder();
    await mkdir(join(cwd, 'photos'));
    await copyFile(rocket, join(cwd, 'photos/a.jpg'));
    const before = await stat(join(cwd, 'photos/a.jpg'), { bigint: true });
    await imgsys(home, ['enhance', 'photos', '-o', 'out', '--strength', '1'], { cwd });
    const after = await stat(join(cwd, 'photos/a.jpg'), { bigint: true });
    expect(await readFile(join(cwd, 'photos/a.jpg'))).toEqual(photo);
    expect(after.mtimeNs).toBe(before.mtimeNs);
  });

  it('are refused as outputs through a link', async () => {
    const home = await newHome();
    const cwd = await makeFolder(1);
    const { symlink } = await import('node:fs/promises');
    await symlink('photos', join(cwd, 'link'));
    const ran = await imgsys(home, ['enhance', 'photos', '-o', 'link', '--on-exists', 'overwrite'], { cwd });
    expect(ran.code).not.toBe(0);
    expect((await readFile(join(cwd, 'photos/000.jpg'))).subarray(0, photo.length)).toEqual(photo);
  });
});
