// Whole folders of real, odd and hostile pictures through the built program.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imgsys, jsonLines, newHome, program } from '../helpers/cli.ts';
import { hasShared, sharedPath } from '../helpers/shared.ts';
import { tempFolder } from '../helpers/temp.ts';

function rows(stdout: string) {
  const events = jsonLines(stdout).filter(({ type }) => ['done', 'failed', 'skipped'].includes(String(type)));
  return events as { type: string; source: string; reason?: string; message?: string; hint?: string }[];
}

const byName = (list: readonly { source: string }[]) =>
  list.map(({ source }) => source.split('/').at(-1)).sort();

// Everything below a folder that is not a folder, links included, as the file system lists it.
function filesBelow(folder: string): number {
  let count = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), entry.name as unknown as Buffer]);
    count += lstatSync(path).isDirectory() ? filesBelow(path.toString('latin1')) : 1;
  }
  return count;
}

describe.skipIf(!hasShared)('photographs', () => {
  it('come through, every one', async () => {
    const out = await tempFolder();
    const ran = await imgsys(await newHome(), [
      'enhance',
      sharedPath('corpora/photos'),
      '-o',
      join(out, 'o'),
      '--json',
    ]);
    expect(rows(ran.stdout).filter(({ type }) => type === 'failed')).toEqual([]);
    expect(rows(ran.stdout).filter(({ type }) => type === 'done')).toHaveLength(31);
    expect(ran.code).toBe(0);
  });
});

describe.skipIf(!hasShared)('formats', () => {
  it('come through but for those that nobody here reads, each with its reason', async () => {
    const out = await tempFolder();
    const ran = await imgsys(await newHome(), [
      'enhance',
      sharedPath('corpora/formats'),
      '-o',
      join(out, 'o'),
      '--json',
    ]);
    const failed = rows(ran.stdout).filter(({ type }) => type === 'failed');
    expect(byName(failed)).toEqual([
      'basic-test.qoi',
      'hopper.psd',
      'relax.jp2',
      'rgb24.bmp',
      'smile.ico',
      'vfile.v',
    ]);
    for (const { reason, message } of failed)
      expect([reason, message]).toEqual(['unsupported-format', expect.stringMatching(/\w/)]);
    expect(byName(rows(ran.stdout).filter(({ type }) => type === 'skipped'))).toEqual(
      expect.arrayContaining(['logo.svg', 'logo.svgz']),
    );
    const done = byName(rows(ran.stdout).filter(({ type }) => type === 'done'));
    for (const heic of ['Stonehenge.heic', 'iphone_13_pro_max.HEIC', 'samplefilehub.heif'])
      expect(done).toContain(heic);
    expect(ran.code).toBe(3);
  });
});

const canUnpack = spawnSync('tar', ['--version']).status === 0 && process.platform === 'linux';
const budgetBytes = 2 * 2 ** 30;

// Resident memory of a process and all it started, in bytes.
function residentOf(pid: number): number {
  try {
    const resident = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    return children.reduce((sum, child) => sum + residentOf(Number(child)), resident);
  } catch (error) {
    // It ended between two looks.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

describe.skipIf(!hasShared || !canUnpack)('hostile files and odd names', () => {
  it('end with one row each, exit 3, under 2 GiB', async () => {
    const folder = await tempFolder();
    const names = join(folder, 'in/names');
    spawnSync('mkdir', ['-p', names]);
    spawnSync('cp', ['-r', sharedPath('corpora/hostile'), join(folder, 'in/hostile')]);
    expect(
      spawnSync('tar', ['xJf', sharedPath('corpora/hostile/names.tar.xz'), '-C', names]).error,
    ).toBeUndefined();
    const home = await newHome();
    const args = [program, 'enhance', 'in', '-o', 'out', '--json', '--hidden', '--svg', '--concurrency', '4'];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...home.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, residentOf(child.pid ?? 0));
    }, 100);
    const [code] = await once(child, 'close');
    clearInterval(watch);
    expect(code).toBe(3);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(budgetBytes);
    const told = rows(stdout);
    expect(told).toHaveLength(filesBelow(join(folder, 'in')));
    for (const { type, message } of told)
      if (type === 'failed') expect(message).toMatch(/^[\x20-\x7e\u00a0-\uffff]{4,400}$/u);
    expect(told.filter(({ reason }) => reason === 'internal')).toEqual([]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'summary', exitCode: 3 });
  });
});
