import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { examples, imgsys, lines, newHome, program } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

const rocket = join(examples, 'rocket-fine.jpg');
const cat = join(examples, 'cat-hazy.jpg');

async function listed(input: string | Buffer, args: readonly string[] = []) {
  const cwd = await tempFolder();
  await mkdir(join(cwd, 'photos/night'), { recursive: true });
  await copyFile(cat, join(cwd, 'photos/cat.jpg'));
  await copyFile(rocket, join(cwd, 'photos/night/rocket.jpg'));
  const ran = await imgsys(await newHome(), ['enhance', '-o', 'out', ...args], { cwd, stdin: 'pipe', input });
  return { ...ran, cwd };
}

describe('a list on standard input', () => {
  it.each([
    ['lines', 'photos/cat.jpg\nphotos/night/rocket.jpg\n'],
    ['lines of Windows', 'photos/cat.jpg\r\nphotos/night/rocket.jpg'],
    ['NUL-separated', 'photos/cat.jpg\0photos/night/rocket.jpg\0'],
    ['a folder', 'photos\n'],
  ])('%s', async (_, list) => {
    const ran = await listed(list);
    expect(ran.code).toBe(0);
    expect(lines(ran.stdout)).toHaveLength(2);
    for (const path of lines(ran.stdout))
      expect((await sharp(join(ran.cwd, path)).stats()).channels).toHaveLength(3);
  });

  it('keeps relative paths of listed files', async () => {
    const ran = await listed('photos/night/rocket.jpg\n');
    expect(ran.stdout).toBe(`${join('out', 'photos/night/rocket.jpg')}\n`);
  });

  it('ends paths with NUL when asked', async () => {
    const ran = await listed('photos/cat.jpg\n', ['--print0']);
    expect(ran.stdout).toBe(`${join('out', 'photos/cat.jpg')}\0`);
  });

  it('names what is listed and not there', async () => {
    const ran = await listed('photos/cat.jpg\nphotos/gone.jpg\n');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('photos/gone.jpg');
    expect(lines(ran.stdout)).toHaveLength(1);
  });
});

describe('a picture on standard input', () => {
  it('is a whole picture of the same size', async () => {
    const home = await newHome();
    const child = spawn(process.execPath, [program, 'enhance', '--format', 'png'], { env: { ...home.env } });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end(await readFile(cat));
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    const made = await sharp(Buffer.concat(chunks)).metadata();
    const source = await sharp(cat).metadata();
    expect([made.format, made.width, made.height]).toEqual(['png', source.width, source.height]);
  });

  it('writes nothing when it is damaged, and says why', async () => {
    const input = (await readFile(cat)).subarray(0, 3000);
    const ran = await imgsys(await newHome(), ['enhance'], { stdin: 'pipe', input });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(/^imgsys: standard input: failed: /);
  });
});

describe('a reader that goes away', () => {
  it('ends the run early and leaves only whole files', async () => {
    const cwd = await tempFolder();
    const folder = join(cwd, 'photos');
    await mkdir(folder);
    for (let n = 0; n < 60; n += 1) await writeFile(join(folder, `${n}.jpg`), await readFile(rocket));
    const home = await newHome();
    const child = spawn(
      'bash',
      ['-c', '"$0" "$1" enhance photos -o out | head -n 1', process.execPath, program],
      {
        cwd,
        env: { ...home.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(lines(Buffer.concat(out).toString())).toHaveLength(1);
    expect(Buffer.concat(err).toString()).not.toContain('EPIPE');
    const made = await readdir(join(cwd, 'out'));
    expect(made.length).toBeLessThan(60);
    for (const name of made) expect((await sharp(join(cwd, 'out', name)).stats()).isOpaque).toBe(true);
  });
});
