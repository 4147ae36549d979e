// A key is replaced without a gap, also when the program dies on the way.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { getLocal } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, newHome, program } from '../helpers/cli.ts';
import { type ModelServer, models, startAnywhere, startModelServer } from '../providers/model-server.ts';

const old = 'sk-proj-CANARY-old-0123456789-aaaa';
const fresh = 'sk-proj-CANARY-new-0123456789-bbbb';
const rotate = ['key', 'rotate', 'openai'];

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer([old, fresh]);
});
afterAll(() => server.stop());

const piped = (input: string) => ({ input, stdin: 'pipe' as const });

async function homeWithKey(baseUrl = server.baseUrl, flags: string[] = []): Promise<Home> {
  const home = await newHome();
  const with_ = { ...home, env: { ...home.env, IMGSYS_PASSPHRASE: 'correct horse battery' } };
  const added = await imgsys(with_, ['key', 'add', 'openai', '--base-url', baseUrl, ...flags], piped(old));
  expect(added.code).toBe(0);
  return with_;
}

async function keyOf(home: Home): Promise<Record<string, unknown>> {
  const listed = await imgsys(home, ['key', 'list', '--json']);
  expect(listed.code).toBe(0);
  return jsonLines(listed.stdout)[0] ?? {};
}

describe('imgsys key rotate', () => {
  it('checks the new key, swaps, keeps the old one, and says what to do with it', async () => {
    const home = await homeWithKey();
    const rotated = await imgsys(home, rotate, piped(fresh));
    expect(rotated).toMatchObject({ code: 0, stdout: '' });
    expect(rotated.stderr).toContain('openai/default is the key ending in bbbb from now on');
    expect(rotated.stderr).toContain('--rollback');
    expect(rotated.stderr).toContain('revoke the old one');
    expect(await keyOf(home)).toMatchObject({ tail: 'bbbb', hasPrevious: true, verdict: 'valid' });
    expect((await imgsys(home, ['key', 'verify'])).stdout).toContain('(…bbbb)  valid');

    const back = await imgsys(home, [...rotate, '--rollback', '--json']);
    expect(jsonLines(back.stdout)).toMatchObject([{ type: 'key-rolled-back', tail: 'aaaa' }]);
    expect(await keyOf(home)).toMatchObject({ tail: 'aaaa', hasPrevious: true, verdict: 'valid' });

    expect((await imgsys(home, [...rotate, '--confirm'])).code).toBe(0);
    expect(await keyOf(home)).toMatchObject({ tail: 'aaaa', hasPrevious: false });
    const none = await imgsys(home, [...rotate, '--rollback']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('was forgotten, by --confirm or after 7 days');
    expect((await imgsys(home, [...rotate, '--confirm'])).code).toBe(2);
  });

  it('does not lose the last key that works to a second rotation', async () => {
    const home = await homeWithKey();
    expect(
      (await imgsys(home, [...rotate, '--no-verify'], piped('sk-proj-CANARY-bad-0123456789-cccc'))).code,
    ).toBe(0);
    const again = await imgsys(home, rotate, piped(fresh));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('imgsys key rotate openai/default --confirm');
    expect((await imgsys(home, [...rotate, '--rollback'])).code).toBe(0);
    expect((await imgsys(home, [...rotate, '--confirm'])).code).toBe(0);
    expect((await imgsys(home, rotate, piped(fresh))).code).toBe(0);
  });

  it('replaces one key once when run twice at once', async () => {
    const slow = getLocal();
    await startAnywhere(slow);
    let waiting: (() => void)[] = [];
    // Answers when both have asked, so both have seen the old key.
    await slow
      .forAnyRequest()
      .always()
      .thenCallback(async ({ headers }) => {
        if (headers.authorization === undefined) return { statusCode: 401, json: {} };
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length < 2) return;
          for (const go of waiting) go();
          waiting = [];
        });
        return { statusCode: 200, json: { object: 'list', data: models } };
      });
    const home = await homeWithKey(`http://127.0.0.1:${slow.port}/v1`, ['--no-verify']);
    const both = await Promise.all(
      [fresh, 'sk-proj-CANARY-two-0123456789-dddd'].map((key) => imgsys(home, rotate, piped(key))),
    );
    await slow.stop();
    expect(both.map(({ code }) => code).sort()).toEqual([0, 11]);
    const [won, lost] = both[0]?.code === 0 ? both : [...both].reverse();
    expect(won?.stderr).toContain('no longer the one ending in aaaa');
    expect(lost?.stderr).toContain('openai/default was changed meanwhile');
    expect(lost?.stderr).not.toContain('from now on');
  });

  it('goes from a key to a reference and back', async () => {
    const home = await homeWithKey();
    const env = { KEY_OF_MINE: fresh };
    expect((await imgsys(home, [...rotate, '--ref', 'env:KEY_OF_MINE'], { env })).code).toBe(0);
    expect(await keyOf(home)).toMatchObject({ kind: 'reference', tail: null, hasPrevious: true });
    expect((await imgsys(home, ['key', 'verify'], { env })).code).toBe(0);
    expect((await imgsys(home, [...rotate, '--rollback'])).code).toBe(0);
    expect(await keyOf(home)).toMatchObject({ kind: 'stored', tail: 'aaaa' });
    expect((await imgsys(home, [...rotate, '--rollback'], { env })).code).toBe(0);
    expect(await keyOf(home)).toMatchObject({ kind: 'reference' });
  });

  it.each([
    ['a key that is not accepted', 'sk-proj-CANARY-wrong-0123456789', [], 4],
    ['the key there is', old, [], 2],
    ['no key', '', [], 2],
    ['two steps at once', fresh, ['--rollback', '--confirm'], 2],
  ])('keeps the old one when given %s', async (_what, input, flags, code) => {
    const home = await homeWithKey();
    const before = readFileSync(join(home.folder, 'keystore.json'), 'utf8');
    const ran = await imgsys(home, [...rotate, ...flags], piped(input));
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).not.toContain('CANARY');
    expect(readFileSync(join(home.folder, 'keystore.json'), 'utf8')).toBe(before);
  });

  it('keeps the old one when the new one could not be checked, unless told otherwise', async () => {
    const busy = getLocal();
    await startAnywhere(busy);
    await busy.forAnyRequest().always().thenReply(503, 'later');
    const home = await homeWithKey(`http://127.0.0.1:${busy.port}/v1`, ['--no-verify']);
    const unknown = await imgsys(home, rotate, piped(fresh));
    expect(unknown.code).toBe(5);
    expect(unknown.stderr).toContain('openai/default was left as it is');
    expect(await keyOf(home)).toMatchObject({ tail: 'aaaa', hasPrevious: false });
    expect((await imgsys(home, [...rotate, '--no-verify'], piped(fresh))).code).toBe(0);
    expect(await keyOf(home)).toMatchObject({ tail: 'bbbb', hasPrevious: true, verdict: null });
    await busy.stop();
  });

  it('does not go back to a key that was revoked meanwhile', async () => {
    const home = await homeWithKey();
    await imgsys(home, rotate, piped(fresh));
    server.keys.delete(old);
    const back = await imgsys(home, [...rotate, '--rollback']);
    server.keys.add(old);
    expect(back.code).toBe(4);
    expect(await keyOf(home)).toMatchObject({ tail: 'bbbb' });
  });

  it('leaves keys of the environment to their owner', async () => {
    const ran = await imgsys(await newHome(), rotate, { ...piped(fresh), env: { OPENAI_API_KEY: old } });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('belongs to the environment');
  });
});

describe('a crash while rotating', () => {
  it('during the check leaves the old key, and no lock', async () => {
    const deadly = getLocal();
    await startAnywhere(deadly);
    let kill: () => unknown = () => {};
    await deadly
      .forAnyRequest()
      .always()
      .thenCallback(() => {
        kill();
        return { statusCode: 200, json: { data: [] } };
      });
    const home = await homeWithKey(`http://127.0.0.1:${deadly.port}/v1`, ['--no-verify']);
    const child = execa(process.execPath, [program, ...rotate], {
      env: home.env,
      extendEnv: false,
      input: fresh,
      reject: false,
    });
    kill = () => child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
    await deadly.stop();
    expect(await keyOf(home)).toMatchObject({ tail: 'aaaa', hasPrevious: false });
    expect((await imgsys(home, [...rotate, '--no-verify'], piped(fresh))).code).toBe(0);
  });

  // The system call at which it dies is counted per thread, so there is one thread for files.
  const traced = ['fsync', 'fdatasync', 'rename'];
  const canTrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0;
  it.skipIf(!canTrace)(
    'at any step of writing leaves the old key or both (needs strace and ptrace)',
    async () => {
      const states = new Set<string>();
      for (let step = 1; step <= 12; step += 1) {
        const home = await homeWithKey(server.baseUrl, ['--no-verify']);
        const ran = await execa(
          'strace',
          [
            ...['-f', '-qq', '-o', '/dev/null', '-e', `trace=${traced.join()}`],
            ...['-e', `inject=${traced.join()}:signal=KILL:when=${step}`],
            ...[process.execPath, program, ...rotate, '--no-verify'],
          ],
          { env: { ...home.env, UV_THREADPOOL_SIZE: '1' }, extendEnv: false, input: fresh, reject: false },
        );
        const { tail, hasPrevious } = await keyOf(home);
        expect([
          ['aaaa', false],
          ['bbbb', true],
        ]).toContainEqual([tail, hasPrevious]);
        states.add(String(tail));
        const unlocked = await imgsys(home, ['key', 'verify']);
        expect(unlocked).toMatchObject({ code: 0 });
        expect(unlocked.stdout).toContain(`(…${tail})`);
        if (ran.exitCode === 0) break;
        // What the dead process left behind is swept later, and holds no key.
        for (const name of readdirSync(home.folder)) {
          const file = join(home.folder, name);
          if (existsSync(file)) expect(readFileSync(file, 'latin1')).not.toContain('CANARY');
        }
      }
      expect([...states].sort()).toEqual(['aaaa', 'bbbb']);
    },
  );
});
