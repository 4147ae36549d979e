import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { systemCode } from '../../src/errors.ts';
import { runCommand } from '../../src/references/run.ts';
import { tempFolder } from '../helpers/temp.ts';
import { resolveText } from './stand-in.ts';

const limits = { timeoutMs: 20_000, graceMs: 100, maxOutputBytes: 65_536 };
const env = { PATH: '/usr/bin:/bin' };
const usual = { env, cwd: '/', limits, clock: systemClock };

const shell = (script: string, options: Partial<typeof usual> & { signal?: AbortSignal } = {}) =>
  runCommand('/bin/sh', ['-c', script], { ...usual, ...options });

// A deadline that has come once the command has written its process ids into `file`.
function deadlineAfter(file: string): Clock {
  return {
    ...systemClock,
    async sleep(ms, signal) {
      if (ms !== limits.timeoutMs) return systemClock.sleep(ms, signal);
      while (!(await hasLines(file, 2))) await systemClock.sleep(5, signal);
    },
  };
}

async function hasLines(file: string, count: number): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').length > count;
}

// A dead process that nobody has collected yet does not run.
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch (error) {
    if (systemCode(error) === 'ESRCH' || systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function expectAllGone(file: string): Promise<void> {
  const pids = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
  expect(pids).toHaveLength(2);
  await expect.poll(() => pids.filter(isRunning), { interval: 5 }).toEqual([]);
}

describe('runCommand', () => {
  it('gives the output, to the byte', async () => {
    await expect(shell(String.raw`printf 'a\nb\n'; echo note >&2`)).resolves.toMatchObject({
      ending: 'exited',
      exitCode: 0,
      stdout: Buffer.from('a\nb\n'),
      stderr: 'note\n',
    });
  });

  it('gives the command nothing to read', async () => {
    const ran = await shell('cat; echo end');
    expect(ran.stdout.toString()).toBe('end\n');
  });

  it('says when a command cannot be started', async () => {
    const ran = await runCommand('/no/such/file', [], usual);
    expect(ran).toMatchObject({ ending: 'not-started', code: 'ENOENT' });
  });

  it('says when somebody else ended it', async () => {
    expect(await shell('kill -9 $$')).toMatchObject({ ending: 'killed' });
  });

  it('stops a flood at the limit', async () => {
    const ran = await shell('yes');
    expect(ran.ending).toBe('too-much');
    expect(ran.stdout.length).toBeLessThanOrEqual(65_536);
  });

  it('takes 64 KiB and not a byte more', async () => {
    const bytes = (count: number) => `head -c ${count} /dev/zero`;
    expect(await shell(bytes(65_536))).toMatchObject({ ending: 'exited' });
    expect(await shell(bytes(65_537))).toMatchObject({ ending: 'too-much' });
  });

  it('keeps the end of a long complaint only, and does not stop for it', async () => {
    const ran = await shell('head -c 1000000 /dev/zero | tr "\\0" x >&2; echo " last words" >&2; exit 3');
    expect(ran).toMatchObject({ ending: 'exited', exitCode: 3, stderr: 'last words\n' });
  });
});

describe('the deadline', () => {
  const descendants: readonly (readonly [string, string])[] = [
    ['a command and its child', 'echo $$ >>F; sleep 600 & echo $! >>F; wait'],
    [
      'a child that ignores the request to end',
      '(trap "" TERM; echo $$ >>F; sleep 600 & echo $! >>F; wait; sleep 600)',
    ],
    [
      'a command that ignores it',
      'trap "" TERM; echo $$ >>F; sleep 600 & echo $! >>F; wait; sleep 600; sleep 600',
    ],
    [
      'a quiet grandchild that ignores it and has let go of the output',
      '(trap "" TERM; sleep 600 & echo $! >>F; wait; sleep 600) >/dev/null 2>&1 & echo $! >>F; wait; sleep 600',
    ],
  ];

  it.each(descendants)('ends %s', async (_what, script) => {
    const file = join(await tempFolder(), 'pids');
    const ran = await shell(script.replaceAll('F', file), { clock: deadlineAfter(file) });
    expect(ran.ending).toBe('timed-out');
    await expectAllGone(file);
  });

  it('lets a command that asks for it clean up', async () => {
    const file = join(await tempFolder(), 'pids');
    const script = 'trap "echo cleaned; exit 0" TERM; echo 1 >>F; echo 2 >>F; while :; do sleep 0.01; done';
    const ran = await shell(script.replaceAll('F', file), {
      clock: deadlineAfter(file),
      limits: { ...limits, graceMs: 10_000 },
    });
    expect(ran).toMatchObject({ ending: 'timed-out', stdout: Buffer.from('cleaned\n') });
  });

  it.skipIf(process.platform === 'darwin')(
    'is not needed for a key whose tool leaves a background process',
    async () => {
      const file = join(await tempFolder(), 'pids');
      const ran = await shell(`echo key; setsid sh -c 'echo $$ >>${file}; exec sleep 600' & exit 0`);
      expect(ran).toMatchObject({ ending: 'exited', exitCode: 0, stdout: Buffer.from('key\n') });
      await expect.poll(() => hasLines(file, 1), { interval: 5 }).toBe(true);
      const pid = Number(await readFile(file, 'utf8'));
      expect(isRunning(pid)).toBe(true);
      process.kill(pid, 'SIGKILL');
    },
  );

  it('is told in words, with what to do', async () => {
    const file = join(await tempFolder(), 'pids');
    const script = `echo 1 >>${file}; echo 2 >>${file}; echo waiting for a fingerprint >&2; sleep 600`;
    const text = `exec:${JSON.stringify(['sh', '-c', script])}`;
    await expect(resolveText(text, env, { clock: deadlineAfter(file), limits })).rejects.toMatchObject({
      exitCode: 4,
      message: 'no usable key from exec:sh (2 arguments): no answer within 20 s: waiting for a fingerprint',
      hint: expect.stringContaining('waiting for you'),
    });
  });

  it('is longer where somebody can answer', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep(ms, signal) {
        waits.push(ms);
        return systemClock.sleep(ms, signal);
      },
    };
    for (const interactive of [false, true])
      await resolveText('exec:["echo","k"]', env, { clock, interactive, limits: {} });
    expect(waits.filter((ms) => ms > 300)).toEqual([10_000, 30_000]);
  });
});

describe('the signal', () => {
  it('ends the command and gives its own reason', async () => {
    const file = join(await tempFolder(), 'pids');
    const stop = new AbortController();
    const ran = shell(`echo $$ >>${file}; sleep 600 & echo $! >>${file}; wait`, { signal: stop.signal });
    await expect.poll(() => hasLines(file, 2), { interval: 5 }).toBe(true);
    const reason = new Error('interrupted');
    stop.abort(reason);
    await expect(ran).rejects.toBe(reason);
    await expectAllGone(file);
  });

  it('starts nothing once it is given', async () => {
    const file = join(await tempFolder(), 'pids');
    await expect(shell(`echo 1 >${file}`, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    expect(await hasLines(file, 1)).toBe(false);
  });
});
