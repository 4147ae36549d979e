import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { askCommand } from '../../src/references/command.ts';
import { allowedEnvironment } from '../../src/references/environment.ts';
import { findCommand, isUnsafeBatch } from '../../src/references/find-command.ts';
import { managers } from '../../src/references/managers.ts';
import { parseReference } from '../../src/references/references.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('findCommand', () => {
  it('takes the first executable file of the search path, and nothing else', async () => {
    const folder = await tempFolder();
    for (const name of ['one', 'two', 'three']) await mkdir(join(folder, name));
    await mkdir(join(folder, 'one/tool'));
    await writeFile(join(folder, 'two/tool'), '', { mode: 0o644 });
    await writeFile(join(folder, 'three/tool'), '');
    await chmod(join(folder, 'three/tool'), 0o755);
    const path = ['missing', 'one', 'two', 'three'].map((name) => join(folder, name)).join(':');
    const search = { env: { PATH: path }, platform: 'linux' as const };
    expect(await findCommand('tool', search)).toBe(join(folder, 'three/tool'));
    expect(await findCommand(join(folder, 'three/tool'), search)).toBe(join(folder, 'three/tool'));
    expect(await findCommand(join(folder, 'two/tool'), search)).toBeUndefined();
  });

  it.each([
    '',
    ':',
    '.:',
    'bin:./bin:../bin',
  ])('never looks where the program was started: PATH=%j', async (path) => {
    const asked: string[] = [];
    const isCommand = async (file: string) => asked.push(file) > 0;
    expect(await findCommand('tool', { env: { PATH: path }, platform: 'linux', isCommand })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    ['gcloud', [String.raw`C:\sdk\gcloud.cmd`], String.raw`C:\sdk\gcloud.cmd`],
    ['op', [String.raw`C:\sdk\op.cmd`, String.raw`C:\sdk\op.exe`], String.raw`C:\sdk\op.exe`],
    ['op.exe', [String.raw`D:\b\op.exe`], String.raw`D:\b\op.exe`],
    [String.raw`D:\b\tool`, [String.raw`D:\b\tool.exe`], String.raw`D:\b\tool.exe`],
    ['op', [String.raw`C:\sdk\op`, String.raw`C:\sdk\op.ps1`], undefined],
  ])('knows the extensions of Windows: %s', async (command, files, found) => {
    const isCommand = async (file: string) => files.includes(file);
    const env = { Path: String.raw`C:\sdk;.;D:\b` };
    expect(await findCommand(command, { env, platform: 'win32', isCommand })).toBe(found);
  });
});

describe('batch files of Windows', () => {
  it.each([
    [String.raw`C:\a\az.cmd`, ['keyvault', '--name', 'openai', '-o', 'tsv'], false],
    [String.raw`C:\a\az.CMD`, ['a&calc'], true],
    [String.raw`C:\a\x.bat`, ['%PATH%'], true],
    [String.raw`C:\a\x.bat`, ['a b'], true],
    [String.raw`C:\a\x.bat`, ['a"b'], true],
    [String.raw`C:\a\x.bat`, [''], true],
    [String.raw`C:\a\x.bat`, ['a\nb'], true],
    [String.raw`C:\a\x.exe`, ['a&calc', '%PATH%'], false],
  ])('%s %j', (file, args, unsafe) => {
    expect(isUnsafeBatch(file, args, 'win32')).toBe(unsafe);
    expect(isUnsafeBatch(file, args, 'linux')).toBe(false);
  });

  it.each([
    'az-kv:my-vault/openai',
    'gcp-sm:example.com:p/openai/versions/3#k',
    'aws-sm:a/b?region=eu-west-1&profile=me',
  ])('take every argument of %s', (text) => {
    const reference = parseReference(text);
    if (reference.kind !== 'manager') throw new Error('not a manager');
    const args = managers.find(({ scheme }) => scheme === reference.scheme)?.args(reference.parts) ?? [];
    expect(args.length).toBeGreaterThan(5);
    expect(isUnsafeBatch(String.raw`C:\a\tool.cmd`, args, 'win32')).toBe(false);
  });

  it('are refused in words before they are started', async () => {
    const file = String.raw`C:\sdk\tool.cmd`;
    const around = {
      env: { Path: String.raw`C:\sdk` },
      platform: 'win32' as const,
      isCommand: async (f: string) => f === file,
    };
    const limits = { timeoutMs: 20_000, graceMs: 100, maxOutputBytes: 10 };
    const question = { from: 'x:y', commands: ['tool'], environment: [], install: 'install it', signIn: '' };
    const ask = (args: string[]) =>
      askCommand({ ...question, args }, { ...around, limits, clock: systemClock });
    await expect(ask(['a&b'])).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('from x:y: tool.cmd is a batch file'),
      hint: expect.stringContaining('letters, digits'),
    });
  });
});

describe('allowedEnvironment', () => {
  it('tells names apart as the system does', () => {
    const env = {
      Path: 'a',
      SystemRoot: 'b',
      OPENAI_API_KEY: 'c',
      aws_profile: 'd',
      home: 'e',
      UNSET: undefined,
    };
    expect(allowedEnvironment(env, ['AWS_*'], 'win32')).toEqual({
      Path: 'a',
      SystemRoot: 'b',
      aws_profile: 'd',
      home: 'e',
    });
    expect(allowedEnvironment(env, ['AWS_*'], 'linux')).toEqual({});
  });

  it('gives no key of an image service to any manager', () => {
    const keys = [
      'GOOGLE_API_KEY',
      'AZURE_OPENAI_API_KEY',
      'AWS_BEARER_TOKEN_BEDROCK',
      'OP_API_TOKEN',
      'VAULT_X_API_KEY',
    ];
    const env = Object.fromEntries(keys.map((name) => [name, 'canary']));
    for (const { environment } of managers) expect(allowedEnvironment(env, environment, 'linux')).toEqual({});
  });
});
