// Fake keys are planted wherever keys go, everything is run, also into every failure, and then everything that was
// written anywhere is searched for them, in every form in which text travels.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { getLocal, type Mockttp } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { examples, program, type Ran } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';
import { type ModelServer, models, startAnywhere, startModelServer } from '../providers/model-server.ts';

// Of the shapes that services hand out, all plainly fake.
const canaries = {
  openai: 'sk-proj-CANARYxOPENAIxCANARYxCANARYx0001',
  openaiNext: 'sk-proj-CANARYxNEXTxxxCANARYxCANARYx0002',
  openaiOld: 'sk-CANARYxOLDxxxxxxxxxCANARYxCANARYx0003',
  vendor: 'sk-svcacct-CANARYxVENDORxCANARYxCANARY04',
  wrong: 'sk-proj-CANARYxWRONGxxCANARYxCANARYx0005',
  gemini: 'AQ.CANARYxGEMINIxCANARYxCANARYxCANARY.06',
  stability: 'sk-CANARYxSTABILITYxxxCANARYxCANARYx0007',
  replicate: 'r8_CANARYxREPLICATExxxCANARYxCANARYx0008',
  fal: '00000000-cafe-cafe-cafe-0000000ca9a9:cafe0000cafe0000cafe0000cafe0009',
  shapeless: 'CANARY/without+any=shape&at~all!00000010',
  passphrase: 'CANARY passphrase of eleven words 11',
  nextPassphrase: 'CANARY passphrase of twelve words 12',
  proxy: 'CANARYxPROXYxPASSWORDx13',
} as const;

const needles = Object.entries(canaries).flatMap(([name, value]) =>
  [...formsOf(value)].map((bytes) => ({ name, bytes })),
);

function* formsOf(value: string): Generator<Buffer> {
  const plain = Buffer.from(value);
  yield plain;
  yield Buffer.from(encodeURIComponent(value));
  yield Buffer.from(JSON.stringify(value).slice(1, -1));
  for (const bytes of [plain, Buffer.from(value, 'utf16le')]) {
    yield bytes;
    yield Buffer.from(bytes.toString('hex'));
    yield Buffer.from(bytes.toString('hex').toUpperCase());
    // The text can begin at each of three places in a group; its first and last characters are shared with neighbours.
    for (const before of [0, 1, 2]) {
      const code = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replaceAll('=', '')
        .slice(2, -1);
      yield Buffer.from(code.slice(before === 0 ? 0 : 2));
      yield Buffer.from(
        code
          .slice(before === 0 ? 0 : 2)
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      );
    }
  }
  yield Buffer.from(value, 'utf16le').swap16();
}

function leaksIn(bytes: Buffer): string[] {
  return [...new Set(needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name))];
}

function leaksBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) =>
      leaksIn(Buffer.concat([Buffer.from(file), readFileSync(file)])).map((name) => `${name}: ${file}`),
    );
}

interface Place {
  readonly home: string;
  readonly temp: string;
  readonly photos: string;
  readonly output: string;
}

let place: Place;
let server: ModelServer;
let echo: Mockttp;
let echoUrl: string;
const ran: { readonly what: string; readonly result: Ran }[] = [];

beforeAll(async () => {
  const folder = await tempFolder();
  const below = (name: string) => join(folder, name);
  place = { home: below('home'), temp: below('temp'), photos: below('photos'), output: below('output') };
  for (const each of Object.values(place)) mkdirSync(each, { mode: 0o700 });
  cpSync(examples, place.photos, { recursive: true });
  server = await startModelServer(Object.values(canaries));
  server.keys.delete(canaries.wrong);
  echo = getLocal();
  await startAnywhere(echo);
  echoUrl = `http://127.0.0.1:${echo.port}`;
  await plantEchoes(echo);
});
afterAll(async () => {
  await server.stop();
  await echo.stop();
});

// Answers that repeat the key in everything they have, as real services and gateways have done.
async function plantEchoes(mock: Mockttp): Promise<void> {
  const repeat = (status: number, body: (key: string) => string, type = 'application/json') =>
    mock
      .forAnyRequest()
      .withUrlMatching(new RegExp(`/${status}-${type.replace('/', '-')}/`))
      .always()
      .thenCallback(({ headers }) => {
        const key = String(headers.authorization);
        const shown = {
          'x-request-id': key,
          location: `http://127.0.0.1:9/?key=${key}`,
          'content-type': type,
        };
        return { statusCode: status, headers: shown, body: body(key) };
      });
  const forms = (key: string) =>
    `${key} ${Buffer.from(key).toString('base64')} ${Buffer.from(key).toString('hex')}`;
  const asError = (key: string) => JSON.stringify({ error: { message: forms(key), code: key, type: key } });
  for (const status of [200, 400, 401, 402, 403, 404, 429, 500, 503]) await repeat(status, asError);
  for (const status of [200, 302, 401, 502])
    await repeat(status, (key) => `<html>${forms(key)}</html>`, 'text/html');
  await mock
    .forAnyRequest()
    .withUrlMatching(/\/reset\//)
    .always()
    .thenResetConnection();
}

const echoes = [
  ...[200, 400, 401, 402, 403, 404, 429, 500, 503].map((status) => `${status}-application-json`),
  ...[200, 302, 401, 502].map((status) => `${status}-text-html`),
  'reset',
];

interface Doing {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(args: readonly string[], { input = '', env = {} }: Doing = {}): Promise<Ran> {
  const done = await execa(process.execPath, [program, ...args], {
    ...{ reject: false, extendEnv: false, stripFinalNewline: false, input, cwd: place.temp },
    env: { ...environment(), ...env },
  });
  const result: Ran = {
    ...{ code: done.exitCode, stdout: String(done.stdout), stderr: String(done.stderr), signal: done.signal },
  };
  ran.push({ what: args.map((arg) => arg.slice(0, 20)).join(' '), result });
  return result;
}

function environment(): Record<string, string> {
  return {
    ...{
      HOME: place.home,
      IMGSYS_HOME: join(place.home, 'imgsys'),
      TMPDIR: place.temp,
      PATH: process.env.PATH ?? '',
    },
    ...{ IMGSYS_PASSPHRASE: canaries.passphrase, IMGSYS_DEBUG: '1', IMGSYS_BASE_URL_OPENAI: server.baseUrl },
  };
}

function expectNothing(what: string, { stdout, stderr }: Ran): void {
  expect([what, ...leaksIn(Buffer.from(stdout + stderr))], stderr.slice(0, 500)).toEqual([what]);
}

describe('the search', () => {
  it('finds a key in every form, in the middle of other bytes', () => {
    const value = canaries.openai;
    const utf16 = Buffer.from(`key=${value};`, 'utf16le');
    const forms: Buffer[] = [
      Buffer.from(`key=${value};`),
      ...[0, 1, 2].flatMap((before) => {
        const bytes = Buffer.from(`${'k'.repeat(before)}${value};`);
        return [Buffer.from(bytes.toString('base64')), Buffer.from(bytes.toString('base64url'))];
      }),
      ...[Buffer.from(Buffer.from(value).toString('hex')), utf16, Buffer.from(utf16).swap16()],
      Buffer.from(utf16.toString('base64')),
    ];
    for (const form of forms)
      expect(leaksIn(Buffer.concat([Buffer.alloc(7, 255), form]))).toEqual(['openai']);
    expect(leaksIn(Buffer.from(encodeURIComponent(canaries.shapeless)))).toEqual(['shapeless']);
    expect(leaksIn(Buffer.from('nothing of that kind'))).toEqual([]);
  });
});

describe('no key shows', () => {
  it('in the life of a key', async () => {
    const file = join(place.home, 'passphrase');
    const steps: readonly (readonly [string[], Doing, number])[] = [
      [['key', 'add', 'openai'], { input: canaries.openai }, 0],
      [['key', 'add', 'openai', '--name', 'b', '--json'], { input: `"${canaries.openaiOld}"\r\n` }, 0],
      [['key', 'add', 'openai', '--name', 'c', '--no-verify'], { input: canaries.shapeless }, 0],
      [['key', 'add', 'openai', '--name', 'env', '--ref', 'env:MINE'], { env: { MINE: canaries.vendor } }, 0],
      [['key', 'list'], { env: { OPENAI_API_KEY: canaries.vendor } }, 0],
      [['key', 'list', '--json'], { env: { IMGSYS_KEY_OPENAI: canaries.vendor, FAL_KEY: canaries.fal } }, 0],
      [
        ['key', 'verify', '--all'],
        { env: { MINE: canaries.vendor, OPENAI_API_KEY: canaries.openaiNext } },
        0,
      ],
      [['key', 'verify', '--all', '--json'], { env: { MINE: canaries.wrong } }, 4],
      [['key', 'rotate', 'openai'], { input: canaries.openai }, 2],
      [['key', 'rotate', 'openai'], { input: canaries.wrong }, 4],
      [['key', 'rotate', 'openai'], { input: canaries.openaiNext }, 0],
      [['key', 'rotate', 'openai'], { input: canaries.openaiOld }, 2],
      [['key', 'rotate', 'openai', '--rollback'], {}, 0],
      [['key', 'rotate', 'openai', '--confirm', '--json'], {}, 0],
      [['key', 'use', 'openai/b'], {}, 0],
      [['key', 'remove', 'openai/b', '--yes'], {}, 0],
      [['key', 'store', 'status'], {}, 0],
      [['key', 'store', 'add-passphrase', '--stdin'], { input: canaries.nextPassphrase }, 0],
      [['key', 'list'], { env: { IMGSYS_PASSPHRASE: canaries.nextPassphrase } }, 0],
      [['key', 'verify', 'openai/default'], { env: { IMGSYS_PASSPHRASE: canaries.nextPassphrase } }, 0],
      [['key', 'verify', 'openai/default'], { env: { IMGSYS_PASSPHRASE: canaries.passphrase } }, 12],
    ];
    for (const [args, doing, code] of steps) {
      const result = await run(args, doing);
      expectNothing(args.join(' '), result);
      expect([args.join(' '), result.code], result.stderr).toEqual([args.join(' '), code]);
    }
    writeFileSync(file, '', { mode: 0o600 });
  });

  it.each(echoes)('when a service repeats it: %s', async (path) => {
    const args = ['key', 'add', 'openai', '--name', path, '--base-url', `${echoUrl}/${path}/v1`];
    for (const input of [canaries.openai, canaries.shapeless, canaries.gemini, canaries.fal]) {
      expectNothing(path, await run(args, { input }));
    }
    const env = { IMGSYS_BASE_URL_OPENAI: `${echoUrl}/${path}/v1`, IMGSYS_KEY_OPENAI: canaries.shapeless };
    expectNothing(path, await run(['key', 'verify', '--json'], { env }));
  });

  it.each(Object.entries(canaries))('when it is in the wrong place: %s', async (_name, value) => {
    for (const args of [
      ['key', 'add', 'openai', '--key', value],
      ['key', 'add', 'openai', `--api-key=${value}`],
      ['key', 'add', 'openai', '--ref', value],
      ['key', 'add', 'openai', '--ref', `vault:${value}`],
      ['key', 'add', 'openai', '--base-url', `https://${encodeURIComponent(value)}@example.com`],
      ['key', 'add', 'openai', '--base-url', `https://example.com/?key=${encodeURIComponent(value)}`],
      ['key', 'rotate', 'openai', '--secret', value],
    ]) {
      const result = await run(args);
      expectNothing(args.slice(0, 4).join(' '), result);
      expect(result.code).toBe(2);
    }
    for (const args of [
      ['key', 'add', value],
      ['key', 'use', value],
      ['key', 'verify', `openai/${value}`],
    ]) {
      const result = await run(args);
      expectNothing(args.slice(0, 2).join(' '), result);
      expect([2, 4]).toContain(result.code);
    }
  });

  it('when a command that is to print it fails', async () => {
    const script = join(place.home, 'broken-manager');
    writeFileSync(script, '#!/bin/sh\necho "$1"\necho "$1" >&2\nexit 3\n');
    chmodSync(script, 0o700);
    for (const value of [canaries.openai, canaries.shapeless]) {
      const reference = `exec:${JSON.stringify([script, value])}`;
      const args = ['key', 'add', 'openai', '--name', 'x', '--ref', reference];
      expectNothing('exec', await run(args));
    }
  });

  it('when the proxy needs a password, or Node is asked to tell all', async () => {
    const proxied = {
      HTTPS_PROXY: `http://user:${canaries.proxy}@127.0.0.1:9`,
      IMGSYS_KEY_OPENAI: canaries.vendor,
    };
    const own = { ...proxied, IMGSYS_BASE_URL_OPENAI: 'https://nowhere.invalid/v1' };
    expectNothing('proxy', await run(['key', 'verify'], { env: own }));
    expectNothing('doctor', await run(['doctor'], { env: proxied }));
    const told = { NODE_DEBUG: 'fetch,undici,net,tls', IMGSYS_KEY_OPENAI: canaries.openai };
    expectNothing('NODE_DEBUG', await run(['key', 'verify'], { env: told }));
  });

  it('when Node writes a report about the process', async () => {
    const watching = getLocal();
    await startAnywhere(watching);
    let report = () => {};
    const reports = () => readdirSync(place.temp).filter((name) => name.startsWith('report.'));
    await watching
      .forAnyRequest()
      .always()
      .thenCallback(async () => {
        report();
        await vi.waitUntil(() => reports().length > 0, { timeout: 250_000, interval: 20 });
        return { statusCode: 200, json: { data: models } };
      });
    const child = execa(
      process.execPath,
      ['--report-on-signal', '--report-signal=SIGUSR2', program, 'key', 'verify'],
      {
        ...{ cwd: place.temp, reject: false, extendEnv: false },
        env: {
          ...environment(),
          ...{
            IMGSYS_KEY_OPENAI: canaries.openai,
            IMGSYS_BASE_URL_OPENAI: `http://127.0.0.1:${watching.port}/v1`,
          },
        },
      },
    );
    report = () => child.kill('SIGUSR2');
    await child;
    await watching.stop();
    expect(reports()).not.toEqual([]);
    expect(leaksBelow(place.temp)).toEqual([]);
  });

  it('in anything else that runs with keys around', async () => {
    const env = {
      OPENAI_API_KEY: canaries.vendor,
      IMGSYS_KEY_OPENAI: canaries.openai,
      FAL_KEY: canaries.fal,
    };
    for (const args of [
      ['enhance', place.photos, '-o', place.output, '--json'],
      ['enhance', place.photos, '-o', join(place.output, 'web'), '--format', 'webp', '-v'],
      ['enhance', place.photos, '-o', place.output, '--provider', 'nobody'],
      ['enhance', place.photos, '-o', place.output, '--key', canaries.openai],
      ['runs', 'show', '--all', '--json'],
      ['config', 'list'],
      ['presets', 'list'],
      ['doctor'],
      ['completion', 'bash'],
      [`--api-key=${canaries.openai}`],
      [canaries.openai],
      ['--help'],
    ]) {
      expectNothing(args.slice(0, 2).join(' '), await run(args, { env }));
    }
  });

  const npm = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  it.skipIf(npm.status !== 0)('in the logs of npm, when started as npx does it', async () => {
    const project = join(place.home, 'project');
    const bin = join(project, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(program, join(bin, 'imgsys'));
    writeFileSync(join(project, 'package.json'), '{"name":"project","private":true}');
    const cache = join(place.home, 'npm');
    const env = {
      ...environment(),
      npm_config_cache: cache,
      npm_config_loglevel: 'silly',
      npm_config_offline: 'true',
    };
    for (const args of [
      ['key', 'add', 'openai', '--name', 'npx'],
      ['key', 'verify'],
      ['key', 'list'],
    ]) {
      const done = await execa('npm', ['exec', '--', 'imgsys', ...args], {
        ...{
          cwd: project,
          reject: false,
          extendEnv: false,
          input: canaries.replicate,
          stripFinalNewline: false,
        },
        env: { ...env, IMGSYS_PASSPHRASE: canaries.nextPassphrase, OPENAI_API_KEY: canaries.vendor },
      });
      const result = { code: done.exitCode, stdout: done.stdout, stderr: done.stderr, signal: done.signal };
      expectNothing(`npx ${args.join(' ')}`, result);
      expect([args.join(' '), done.exitCode]).toEqual([args.join(' '), 0]);
    }
    expect(readdirSync(join(cache, '_logs'))).not.toEqual([]);
    expect(leaksBelow(cache)).toEqual([]);
  });

  it('in any file under home, temporary folder and output', () => {
    expect(ran.length).toBeGreaterThan(150);
    expect(readdirSync(place.output).length).toBeGreaterThan(3);
    expect(readdirSync(join(place.home, 'imgsys'))).toContain('keystore.json');
    for (const folder of [place.home, place.temp, place.output]) {
      // The script that stands for a secret manager holds no key itself; the ones it is given are arguments.
      expect(leaksBelow(folder)).toEqual([]);
    }
  });
});
