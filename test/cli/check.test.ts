import { createHash } from 'node:crypto';
import {
  appendFile,
  chmod,
  copyFile,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { imgsys, jsonLines, lines, newHome, program } from '../helpers/cli.ts';
import { startImageServer } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const lockName = 'imgsys.lock.jsonl';

// Made once, since every run of the program takes its time; a copy has other inodes, as a clone has.
let model: Promise<string> | undefined;

async function makeModel(): Promise<string> {
  const folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 3);
  const args = ['enhance', 'photos', '-o', 'enhanced', '--lock'];
  expect((await imgsys(await newHome(), args, { cwd: folder })).code).toBe(0);
  return folder;
}

/** A folder with three enhanced pictures and their lock. */
async function locked() {
  const home = await newHome();
  const folder = await tempFolder();
  model ??= makeModel();
  await cp(await model, folder, { recursive: true });
  const run = (args: readonly string[], more = {}) => imgsys(home, args, { cwd: folder, ...more });
  const enhance = (...args: string[]) => run(['enhance', 'photos', '-o', 'enhanced', '--lock', ...args]);
  const stale = async (...args: string[]) => {
    const { stdout, code } = await run(['check', '--json', ...args]);
    const found = jsonLines(stdout).filter(({ type }) => type === 'stale');
    return { code, found: found.map(({ reason, source }) => `${reason} ${source}`) };
  };
  const lock = () => readFile(join(folder, lockName), 'utf8');
  return { home, folder, run, enhance, stale, lock };
}

describe('imgsys enhance --lock', () => {
  it('notes what stands, sorted, without anything of this machine, and the same again when nothing changed', async () => {
    const { folder, enhance, lock, home } = await locked();
    const text = await lock();
    const [head, ...entries] = jsonLines(text);
    expect(head).toMatchObject({ version: 1, folders: [{ paths: ['photos'], output: 'enhanced' }] });
    expect(entries.map(({ source, output }) => [source, output])).toEqual(
      [0, 1, 2].map((n) => [`photos/00${n}.jpg`, `enhanced/00${n}.jpg`]),
    );
    for (const machine of [folder, home.folder, '2026-', String(process.pid)])
      expect(text).not.toContain(machine);
    const { ino, mtimeMs } = await stat(join(folder, lockName));
    const again = await enhance('--json');
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({ skippedBy: { done: 3 } });
    expect(await stat(join(folder, lockName))).toMatchObject({ ino, mtimeMs });
    await rm(join(folder, lockName));
    await enhance();
    expect(await lock()).toBe(text);
  });

  it('refuses what it cannot know, before anything is done', async () => {
    const { folder, run } = await locked();
    const outside = await tempFolder();
    await symlink(outside, join(folder, 'elsewhere'));
    for (const [args, words] of [
      [['photos', '-o', outside, '--lock'], 'does not lie below'],
      [['photos', '-o', 'elsewhere/x', '--lock'], 'does not lie below'],
      [['elsewhere', '-o', 'x', '--lock'], 'does not lie below'],
      [['photos', '-o', 'x', '--lock', '--dry-run'], '--lock and --dry-run exclude'],
      [['-o', 'x', '--lock', 'photos'], '--lock photos is no name of a lock file'],
    ] as const) {
      const ran = await run(['enhance', ...args]);
      expect([ran.code, ran.stderr], args.join(' ')).toEqual([2, expect.stringContaining(words)]);
    }
    const piped = await run(['enhance', '--lock'], {
      stdin: 'pipe',
      inputFile: join(folder, 'photos/000.jpg'),
    });
    expect(piped.code).toBe(2);
    await writeFile(join(folder, lockName), '<<<<<<< HEAD\n');
    const conflict = await run(['enhance', 'photos', '-o', 'x', '--lock']);
    expect([conflict.code, conflict.stderr]).toEqual([
      2,
      expect.stringContaining(`${lockName}: line 1 is a merge conflict`),
    ]);
    await expect(stat(join(folder, 'x'))).rejects.toThrow('ENOENT');
  });

  it('keeps the entries of two runs that end together', async () => {
    const { home, folder, run, lock } = await locked();
    await writePhotos(join(folder, 'rooms'), 4);
    await writePhotos(join(folder, 'halls'), 4);
    const both = ['rooms', 'halls'].map((name) =>
      imgsys(home, ['enhance', name, '-o', `out-${name}`, '--lock'], { cwd: folder }),
    );
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual([0, 0]);
    expect(lines(await lock())).toHaveLength(1 + 3 + 8);
    expect((await run(['check'])).code).toBe(0);
  });

  it('knows originals that were replaced by what replaced them', async () => {
    const home = await newHome();
    const folder = await tempFolder();
    await writePhotos(join(folder, 'photos'), 2);
    const run = (...args: string[]) => imgsys(home, args, { cwd: folder });
    const enhance = ['enhance', 'photos', '--in-place', '--lock'];
    expect((await run(...enhance)).code).toBe(0);
    expect((await run('check')).code).toBe(0);
    // A clone with a ledger of its own enhances none of them once more.
    const other = await imgsys(await newHome(), [...enhance, '--json'], { cwd: folder });
    expect(jsonLines(other.stdout).at(-1)).toMatchObject({ skippedBy: { done: 2 } });
    await copyFile(join(folder, 'photos/000.jpg'), join(folder, 'photos/001.jpg'));
    const stale = await run('check');
    expect([stale.code, stale.stdout]).toEqual([20, expect.stringMatching(/^changed +photos\/001\.jpg/)]);
    expect(stale.stderr).toContain('imgsys enhance photos --in-place');
  });
});

describe('imgsys check', () => {
  it('finds each kind of staleness, says what to do, and is content once that is done', async () => {
    const { folder, run, enhance, stale } = await locked();
    expect(await stale()).toEqual({ code: 0, found: [] });
    await writePhotos(join(folder, 'photos/more'), 1);
    await writeFile(join(folder, 'photos/notes.txt'), 'no picture');
    await appendFile(join(folder, 'photos/000.jpg'), 'x');
    await rm(join(folder, 'enhanced/001.jpg'));
    await appendFile(join(folder, 'enhanced/002.jpg'), 'x');
    expect(await stale()).toEqual({
      code: 20,
      found: [
        'new photos/more/000.jpg',
        'changed photos/000.jpg',
        'missing-output photos/001.jpg',
        'output-changed photos/002.jpg',
      ],
    });
    expect((await stale('photos/more')).found).toEqual(['new photos/more/000.jpg']);
    expect((await run(['check', 'nowhere'])).code).toBe(2);
    const said = await run(['check']);
    expect(said.stderr).toContain('4 stale of 4 pictures');
    expect(said.stderr).toContain('hint: imgsys enhance photos -o enhanced -p auto --lock');
    expect((await run(['check', '-q'])).stdout).toBe('');
    await enhance();
    expect((await stale()).found).toEqual(['output-changed photos/002.jpg']);
    expect((await run(['check'])).stderr).toContain(
      'hint: enhance leaves changed outputs alone: delete them',
    );
    await rm(join(folder, 'enhanced/002.jpg'));
    await enhance();
    expect(await stale()).toEqual({ code: 0, found: [] });
    await appendFile(join(folder, 'enhanced/002.jpg'), 'x');
    await enhance('--on-exists', 'overwrite');
    expect(await stale()).toEqual({ code: 0, found: [] });
    await rm(join(folder, 'photos/002.jpg'));
    expect((await stale()).found).toEqual(['source-gone photos/002.jpg']);
    expect((await enhance()).stderr).toContain('1 output stands whose picture is gone');
    expect((await stale()).found).toEqual(['source-gone photos/002.jpg']);
    await rm(join(folder, 'enhanced/002.jpg'));
    expect((await stale()).code).toBe(0);
  });

  it('counts what was put aside as not finished', async () => {
    const { folder, run, stale, lock } = await locked();
    const entries = (await lock()).replaceAll('"enhanced/000', '"enhanced/_review/000');
    const aside = entries
      .split('\n')
      .map((line) =>
        line.includes('_review') ? line.replace(/"state":"\w+"/, '"state":"in-review"') : line,
      );
    await writeFile(join(folder, lockName), aside.join('\n'));
    await mkdir(join(folder, 'enhanced/_review'));
    await rename(join(folder, 'enhanced/000.jpg'), join(folder, 'enhanced/_review/000.jpg'));
    expect(await stale()).toEqual({ code: 20, found: ['in-review photos/000.jpg'] });
    const said = (await run(['check'])).stderr;
    expect(said).toContain('to take one, move it to its place; all: imgsys runs finish RUN --on-drift keep');
    expect(said).toMatch(/hint: imgsys enhance photos -o enhanced .*--lock --on-drift review, then commit/);
    await rename(join(folder, 'enhanced/_review/000.jpg'), join(folder, 'enhanced/000.jpg'));
    const moved = await run(['check']);
    expect(moved.stdout).toMatch(
      /^missing-output .* waits there no longer: where it has its place now, enhance/,
    );
    expect(moved.stderr).toMatch(/--lock --on-drift review, then commit/);
  });

  it('exits 2 for a lock that is missing or damaged', async () => {
    const { folder, run } = await locked();
    const none = await run(['check', '--lock', 'none.jsonl']);
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('there is no lock file none.jsonl'),
    ]);
    await appendFile(join(folder, lockName), '=======\n');
    const conflict = await run(['check']);
    expect([conflict.code, conflict.stderr]).toEqual([
      2,
      expect.stringContaining('line 5 is a merge conflict'),
    ]);
  });

  it('annotates pull requests, and lets no name give commands', async () => {
    const { folder, run } = await locked();
    const photo = join(folder, 'photos/000.jpg');
    await copyFile(photo, join(folder, 'photos/::error::a,b%\n::add-mask::c.jpg'));
    await copyFile(photo, join(folder, 'photos/##[stop-commands]d.jpg'));
    const { stdout, stderr, code } = await run(['check'], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder },
    });
    expect(code).toBe(20);
    const commands = lines(stdout + stderr).filter(
      (line) => line.trimStart().startsWith('::') || line.includes('##['),
    );
    expect(commands).toHaveLength(2);
    expect(commands[1]).toBe(
      '::error file=photos/%3A%3Aerror%3A%3Aa%2Cb%25\\n%3A%3Aadd-mask%3A%3Ac.jpg,title=imgsys check::new: is not enhanced yet',
    );
  });
});

describe('a fresh clone', () => {
  async function cloned() {
    const made = await locked();
    const git = (cwd: string, ...args: string[]) =>
      execa(
        'git',
        ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main', ...args],
        { cwd },
      );
    await git(made.folder, 'init', '-q');
    await git(made.folder, 'add', '.');
    await git(made.folder, 'commit', '-qm', 'pictures');
    const clone = join(await tempFolder(), 'clone');
    await git(made.folder, 'clone', '-q', made.folder, clone);
    return { ...made, clone };
  }

  it('is checked without home, network, or anything to write to', async () => {
    const { clone } = await cloned();
    await chmod(clone, 0o555);
    const log = join(await tempFolder(), 'strace');
    const traced = [
      '-f',
      '-qq',
      '-e',
      'trace=%network,openat,open,creat,mkdir,mkdirat,rename,renameat2,unlink',
      '-o',
      log,
    ];
    const args = [...traced, process.execPath, program, 'check'];
    const proxy = 'http://127.0.0.1:1';
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
    const ran = await execa('strace', args, { cwd: clone, env, extendEnv: false, reject: false });
    expect([ran.exitCode, ran.stderr]).toEqual([0, expect.stringContaining('3 pictures: all as in')]);
    const calls = lines(await readFile(log, 'utf8'));
    expect(calls.some((call) => call.includes(lockName))).toBe(true);
    expect(calls.filter((call) => /\b(socket|connect|bind)\(.*AF_INET/.test(call))).toEqual([]);
    expect(calls.filter((call) => call.includes('/nonexistent'))).toEqual([]);
    const writes = /\b(creat|mkdir|mkdirat|rename|renameat2|unlink)\(|O_CREAT|O_WRONLY|O_RDWR/;
    expect(calls.filter((call) => writes.test(call) && !/\/dev\/|etilqs/.test(call))).toEqual([]);
  });

  it('finds done what the lock and the files agree on, and makes anew what changed', async () => {
    const { clone, lock } = await cloned();
    const colleague = await newHome();
    const enhance = () =>
      imgsys(colleague, ['enhance', 'photos', '-o', 'enhanced', '--lock', '--json'], { cwd: clone });
    // Some time that no file had.
    await utimes(join(clone, 'photos/001.jpg'), 1_000_000, 1_000_000);
    const before = await stat(join(clone, 'enhanced/000.jpg'));
    const first = jsonLines((await enhance()).stdout);
    expect(first.at(-1)).toMatchObject({ enhanced: 0, unchanged: 0, skippedBy: { done: 3 } });
    expect(await readFile(join(clone, lockName), 'utf8')).toBe(await lock());
    expect(await stat(join(clone, 'enhanced/000.jpg'))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });

    await copyFile(join(clone, 'photos/001.jpg'), join(clone, 'photos/000.jpg'));
    const again = jsonLines(
      (
        await imgsys(await newHome(), ['enhance', 'photos', '-o', 'enhanced', '--lock', '--json'], {
          cwd: clone,
        })
      ).stdout,
    );
    expect(again.at(-1)).toMatchObject({ skippedBy: { done: 2 }, failed: 0 });
    expect(again.filter(({ type }) => type === 'done').map(({ output }) => output)).toEqual([
      'enhanced/000.jpg',
    ]);
    expect((await imgsys(colleague, ['check'], { cwd: clone })).code).toBe(0);
  });

  it('leaves an output that somebody changed, and one of another recipe, as ever', async () => {
    const { clone } = await cloned();
    await appendFile(join(clone, 'enhanced/000.jpg'), 'x');
    const run = async (...more: string[]) => {
      const args = ['enhance', 'photos', '-o', 'enhanced', '--lock', '--json', ...more];
      return jsonLines((await imgsys(await newHome(), args, { cwd: clone })).stdout).at(-1);
    };
    expect(await run()).toMatchObject({ enhanced: 0, skippedBy: { 'output-exists': 1, done: 2 } });
    expect(await run('--strength', '0.2')).toMatchObject({ enhanced: 0, skippedBy: { 'output-exists': 3 } });
  });

  it('buys nothing that a colleague has bought', async () => {
    const server = await startImageServer({});
    try {
      const folder = await tempFolder();
      await writePhotos(join(folder, 'photos'), 2);
      const pay = async () => {
        const args = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--lock', '--json'];
        return imgsys(await payingHome(server), args, { cwd: folder });
      };
      expect((await pay()).code).toBe(0);
      const lock = await readFile(join(folder, lockName), 'utf8');
      expect(jsonLines(lock)[1]).toMatchObject({ provider: 'openai', costMicrousd: expect.any(Number) });
      expect(lock).not.toContain('CANARY');
      expect(lock).not.toContain('IMGSYS_KEY');
      const again = jsonLines((await pay()).stdout);
      expect(again.find(({ type }) => type === 'plan')).toMatchObject({ toBuy: 0, done: 2 });
      expect(again.at(-1)).toMatchObject({ skippedBy: { done: 2 }, enhanced: 0 });
      expect(server.journal.billed()).toHaveLength(2);
      expect(await readFile(join(folder, lockName), 'utf8')).toBe(lock);
    } finally {
      await server.close();
    }
  });
});

describe('a large lock', () => {
  it('is checked entry by entry, in constant memory', async () => {
    const folder = await tempFolder();
    const sha256 = createHash('sha256').update('x').digest('hex');
    const rest = { sourceSha256: sha256, recipe: sha256, preset: 'auto', provider: 'local', model: null };
    const entries: string[] = [];
    await mkdir(join(folder, 'in'));
    await mkdir(join(folder, 'out'));
    for (let n = 0; n < 100; n += 1) {
      for (const side of ['in', 'out']) await writeFile(join(folder, side, String(n)), 'x');
      for (let m = 0; m < 100; m += 1) {
        const last = { outputSha256: sha256, state: 'enhanced', costMicrousd: null };
        entries.push(JSON.stringify({ source: `in/${n}`, ...rest, output: `out/${m}`, ...last }));
      }
    }
    await writeFile(join(folder, lockName), `${['{"version":1,"folders":[]}', ...entries].join('\n')}\n`);
    const home = await newHome();
    const ran = await imgsys(home, ['check'], { cwd: folder });
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('10,000 pictures: all as in')]);
    await rm(join(folder, 'out/7'));
    const stale = await imgsys(home, ['check'], { cwd: folder });
    expect([stale.code, lines(stale.stdout).length]).toEqual([20, 100]);
  });
});
