// Runs that could wait for ever, and outputs nobody can read.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, imgsys, jsonLines, newHome, program } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

const cat = join(examples, 'cat-hazy.jpg');

describe('outputs that were touched or copied', () => {
  it('are known again, with one place to work in', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'o');
    const args = ['enhance', examples, '-o', out, '--concurrency', '1'];
    await imgsys(home, args);
    for (const name of readdirSync(out)) utimesSync(join(out, name), 1, 1);
    const again = await imgsys(home, [...args, '--json']);
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({
      enhanced: 0,
      skippedBy: { done: 6 },
      exitCode: 0,
    });
  });

  it('in place are not enhanced twice', async () => {
    const home = await newHome();
    const cwd = await tempFolder();
    spawnSync('cp', ['-r', examples, join(cwd, 'photos')]);
    await imgsys(home, ['enhance', 'photos', '--in-place'], { cwd });
    spawnSync('find', [join(cwd, 'photos'), '-type', 'f', '-exec', 'touch', '{}', '+']);
    const again = await imgsys(home, ['enhance', 'photos', '--in-place', '--json'], { cwd });
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({ enhanced: 0, failed: 0, skippedBy: { done: 6 } });
  });
});

describe('a list that nobody goes on writing', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('does not hold the process on %s', async (signal, code) => {
    const home = await newHome();
    const out = join(await tempFolder(), 'o');
    const child = spawn(process.execPath, [program, 'enhance', '-o', out], { env: { ...home.env } });
    child.stdin.write(`${cat}\n`);
    await once(child.stdout, 'data');
    child.kill(signal);
    const [ended] = await once(child, 'close');
    expect(ended).toBe(code);
  });

  it('does not hold it past --max-duration', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'o');
    const args = [program, 'enhance', '-o', out, '--max-duration', '1s'];
    const child = spawn(process.execPath, args, { env: { ...home.env } });
    child.stdin.write(`${cat}\n`);
    const [ended] = await once(child, 'close');
    expect(ended).toBe(10);
  });
});

const full = '/dev/full';

describe.skipIf(!existsSync(full))('a standard output on a full disk', () => {
  it('stops the run with a sentence, and the ledger knows how it ended', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'o');
    const ran = await imgsys(home, ['enhance', examples, '-o', out], {
      stdout: openSync(full, 'w') as never,
    });
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('standard output (ENOSPC)');
    expect(ran.stderr).not.toMatch(/ {4}at /);
    const runs = await imgsys(home, ['runs', 'list', '--json']);
    expect(jsonLines(runs.stdout)[0]).toMatchObject({ state: 'failed', live: false });
  });
});

describe('a picture in a pipe', () => {
  it('does not stay behind when the run is ended', async () => {
    const home = await newHome();
    const temp = await tempFolder();
    const child = spawn(process.execPath, [program, 'enhance'], { env: { ...home.env, TMPDIR: temp } });
    child.stdin.write(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, ...Buffer.alloc(100)]));
    while (readdirSync(temp).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(143);
    expect(readdirSync(temp)).toEqual([]);
  });
});
