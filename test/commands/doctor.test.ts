import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { type FakeContext, type FakeOptions, fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

let home: string;

beforeEach(async () => {
  home = await tempFolder();
});

async function doctor(args: string[] = [], options: Partial<FakeOptions> = {}): Promise<FakeContext> {
  const context = fakeContext({ home, ...options });
  await doctorCommand(context).parseAsync(args, { from: 'user' });
  await context.close();
  return context;
}

interface Line {
  readonly type: string;
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly hint?: string;
}

async function findings(options: Partial<FakeOptions> = {}) {
  const context = await doctor(['--json'], options);
  const lines = context
    .stdoutText()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return {
    lines,
    find: (name: string) => lines.find((line) => line.name === name),
    code: context.exitCode(),
  };
}

describe('imgsys doctor', () => {
  it('finds this machine well, and makes nothing', async () => {
    const context = await doctor();
    expect(context.stdoutText()).toMatch(/\nall is well\n$/);
    expect(context.stdoutText()).not.toMatch(/^problem/m);
    expect(context.exitCode()).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });

  it('sends a picture through every codec and loads the HEIC decoder', async () => {
    const { lines, code } = await findings();
    const states = lines
      .filter(({ name }) => /^codec-|^heic$|^sharp$/.test(name))
      .map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states)).toEqual({
      sharp: 'ok',
      'codec-jpeg': 'ok',
      'codec-png': 'ok',
      'codec-webp': 'ok',
      'codec-avif': 'ok',
      'codec-tiff': 'ok',
      'codec-gif': 'ok',
      heic: 'ok',
    });
    expect(lines.at(-1)).toEqual({ type: 'summary', ok: true, problems: 0 });
    expect(code).toBeUndefined();
  });

  it('opens a ledger that is there', async () => {
    const context = fakeContext({ home });
    await context.ledger();
    await context.close();
    expect((await findings()).find('ledger')).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('schema 3'),
    });
  });

  it.each([
    ['ledger', 'ledger.sqlite', 'x'.repeat(5_000)],
    ['settings', 'config.json', '{'],
  ])('a damaged %s is a problem with a hint, and stays', async (name, file, text) => {
    writeFileSync(join(home, file), text);
    const { find, code, lines } = await findings();
    expect(find(name)).toMatchObject({ state: 'problem', hint: expect.any(String) });
    expect(find(name)?.text).toContain(join(home, file));
    expect(lines.at(-1)).toMatchObject({ ok: false, problems: 1 });
    expect(code).toBe(2);
    expect(existsSync(join(home, file))).toBe(true);
  });

  it('a home that is a file is a problem', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { find, code } = await findings({ home: file });
    expect(find('folder-state')).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('is not a folder'),
    });
    expect(code).toBe(2);
  });

  it.skipIf(process.platform === 'win32').each([
    ['that others may read', 0o644, '{}', 'others may have read'],
    ['that is cut off', 0o600, '{"format":"imgsys-keystore","version":1', 'damaged'],
    ['that is empty', 0o600, '', 'damaged'],
  ])('a key store %s is a problem', async (_what, mode, text, says) => {
    expect((await findings()).find('keystore')?.text).toContain('none yet');
    writeFileSync(join(home, 'keystore.json'), text, { mode });
    const { find, code, lines } = await findings();
    expect(find('keystore')).toMatchObject({ state: 'problem', hint: expect.any(String) });
    expect(find('keystore')?.text).toContain(says);
    expect(lines.at(-1)).toMatchObject({ ok: false, problems: 1 });
    expect(code).toBe(2);
  });

  it.skipIf(process.platform === 'win32')('a key store that is a link, or in an open folder', async () => {
    writeFileSync(join(home, 'elsewhere'), '{}', { mode: 0o600 });
    symlinkSync(join(home, 'elsewhere'), join(home, 'keystore.json'));
    const linked = await findings();
    expect(linked.find('keystore')).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('symbolic link'),
    });
    expect(linked.code).toBe(2);
    chmodSync(home, 0o777);
    const open = await findings();
    expect(open.find('keystore')).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('mode 0777'),
      hint: expect.stringContaining('chmod 700'),
    });
    expect(open.code).toBe(2);
  });

  it('names variables, never their values', async () => {
    const env = {
      CI: 'true',
      https_proxy: 'http://user:hunter2@proxy',
      NO_PROXY: '',
      OPENAI_API_KEY: 'sk-hunter2',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    const { lines, find } = await findings({ env });
    expect(find('environment')?.text).toMatch(
      /: CI, IMGSYS_HOME, NODE_TLS_REJECT_UNAUTHORIZED, https_proxy$/,
    );
    expect(find('tls')).toMatchObject({ state: 'problem' });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it.each([
    [false, {}, /no terminal/],
    [true, { LANG: 'de_DE.UTF-8' }, /^terminal: 80 columns, colour, Unicode$/],
    [
      true,
      { LANG: 'de_DE.UTF-8', LC_ALL: 'C', TERM: 'dumb' },
      /^terminal: 80 columns, no colour, ASCII only$/,
    ],
    [true, { NO_COLOR: '1' }, /no colour/],
  ])('a terminal (%s) with %j', async (tty, env, says) => {
    expect((await findings({ tty, env })).find('terminal')?.text).toMatch(says);
  });
});
