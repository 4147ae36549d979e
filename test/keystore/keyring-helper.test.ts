import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Keyring, KeyringError, openKeyring } from '../../src/keystore/keyring.ts';
import {
  classifyKeyringError,
  describeKeyringCode,
  type KeyringCode,
} from '../../src/keystore/keyring-codes.ts';
import { tempFolder } from '../helpers/temp.ts';

const linux = process.platform === 'linux';

async function failure(promise: Promise<unknown>): Promise<KeyringError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof KeyringError) return error;
  throw error;
}

const keyringWith = (env: NodeJS.ProcessEnv, helper?: URL, said: string[] = []): Keyring =>
  openKeyring({
    env,
    interactive: false,
    say: (message) => said.push(message),
    ...(helper === undefined ? {} : { helper }),
  });

// A helper of the test's own.
async function helperOf(source: string): Promise<URL> {
  const path = join(await tempFolder(), 'helper.mjs');
  await writeFile(path, source);
  return pathToFileURL(path);
}

describe('the words of a keychain', () => {
  const table: [KeyringCode, string][] = [
    ['LOAD', 'Cannot find native binding. npm has a bug related to optional dependencies (npm/cli#4828).'],
    ['LOAD', "Cannot find package '@napi-rs/keyring' imported from /app/dist/keystore/keyring-helper.js"],
    [
      'NO_BUS',
      'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
    ],
    ['NO_BUS', 'Cannot autolaunch D-Bus without X11 $DISPLAY'],
    [
      'NO_BUS',
      'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: No such file or directory',
    ],
    [
      'NO_SERVICE',
      'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
    ],
    ['NO_COLLECTION', "Couldn't access platform storage: Secret Service: no result found"],
    ['NO_COLLECTION', 'Object does not exist at path "/org/freedesktop/secrets/collection/login"'],
    ['LOCKED', "Couldn't access platform storage: Secret Service: unlock prompt was dismissed"],
    ['LOCKED', 'Cannot create an item in a locked collection'],
    ['LOCKED', 'org.freedesktop.Secret.Error.IsLocked'],
    ['LOCKED', 'Secret Service: locked object'],
    [
      'TIMEOUT',
      'Did not receive a reply. Possible causes include: the remote application did not send a reply, the message bus security policy blocked the reply, the reply timeout expired, or the network connection was broken.',
    ],
    ['TIMEOUT', 'Error calling StartServiceByName for org.freedesktop.secrets: Timeout was reached'],
    ['OTHER', "Couldn't access platform storage: AccessDenied"],
    ['OTHER', 'the message bus security policy blocked it'],
    ['OTHER', ''],
  ];

  it.each(table)('%s: %s', (code, text) => {
    expect(classifyKeyringError(text)).toBe(code);
  });

  it('are said in ours', () => {
    for (const [code] of table)
      expect(describeKeyringCode(code)).not.toMatch(/D-?Bus error|Platform failure/);
  });
});

describe('the helper process', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  // A bus that accepts and never answers.
  async function deadBus(): Promise<string> {
    const path = join(await tempFolder(), 'bus');
    const server = createServer(() => {});
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return `unix:path=${path}`;
  }

  it.skipIf(!linux)('says NO_BUS where there is none', async () => {
    for (const env of [{}, { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }]) {
      const keyring = keyringWith(env);
      const asked = [keyring.get('a'), keyring.set('a', 'v'), keyring.delete('a')].map(failure);
      expect((await Promise.all(asked)).map(({ code }) => code)).toEqual(['NO_BUS', 'NO_BUS', 'NO_BUS']);
    }
  });

  it.skipIf(!linux)(
    'says TIMEOUT of a bus that never answers, while the event loop goes on, and is gone',
    async () => {
      const address = await deadBus();
      let ticks = 0;
      const ticking = setInterval(() => {
        ticks += 1;
      }, 50);
      const error = await failure(keyringWith({ DBUS_SESSION_BUS_ADDRESS: address }).get('a'));
      clearInterval(ticking);
      expect(error.code).toBe('TIMEOUT');
      expect(ticks).toBeGreaterThan(20);
      expect(await processesWith(address)).toEqual([]);
    },
  );

  it.skipIf(!linux)('lets its own process end where the keychain never answers', async () => {
    const address = await deadBus();
    const module = new URL('../../src/keystore/keyring.ts', import.meta.url).href;
    const script = `
      const { openKeyring } = await import(${JSON.stringify(module)});
      const keyring = openKeyring({ env: process.env, interactive: false, say() {} });
      await keyring.get('a').catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { DBUS_SESSION_BUS_ADDRESS: address },
    });
    expect(stdout).toBe('TIMEOUT\n');
  });

  it('says LOAD, and what to do, where the optional package was left out', async () => {
    const folder = await tempFolder();
    const source = fileURLToPath(new URL('../../src/keystore/keyring-helper.ts', import.meta.url));
    await copyFile(source, join(folder, 'keyring-helper.ts'));
    const missing = await failure(keyringWith({}, pathToFileURL(join(folder, 'keyring-helper.ts'))).get('a'));
    expect(missing.code).toBe('LOAD');
    expect(missing.message).toContain('install imgsys without --omit=optional');
    // The package is there, its binary part is not.
    const part = join(folder, 'node_modules/@napi-rs/keyring');
    await mkdir(part, { recursive: true });
    for (const name of ['index.js', 'package.json']) {
      await copyFile(
        fileURLToPath(new URL(`../../node_modules/@napi-rs/keyring/${name}`, import.meta.url)),
        join(part, name),
      );
    }
    const half = await failure(keyringWith({}, pathToFileURL(join(folder, 'keyring-helper.ts'))).get('a'));
    expect(half.code).toBe('LOAD');
  });

  it.each([
    ['ends without an answer', ''],
    ['answers half', `(await import('node:fs')).writeSync(3, '{"ok":tr');`],
    ['kills itself', `process.kill(process.pid, 'SIGSEGV');`],
    ['does not read its request', `process.exit(0);`],
  ])('that %s is a CRASH', async (_what, source) => {
    expect((await failure(keyringWith({}, await helperOf(source)).get('a'))).code).toBe('CRASH');
  });

  it('is told of the environment what it needs, and nothing secret', async () => {
    const report = `(await import('node:fs')).writeSync(3, JSON.stringify({ ok: true, value: JSON.stringify({ env: process.env, argv: process.argv, execArgv: process.execArgv }) }));`;
    const env = {
      ...{ PATH: '/bin', HOME: '/home/x', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' },
      ...{ OPENAI_API_KEY: 'canary', IMGSYS_KEY_OPENAI: 'canary', IMGSYS_PASSPHRASE: 'canary' },
      ...{ NODE_OPTIONS: '--inspect', NAPI_RS_NATIVE_LIBRARY_PATH: '/tmp/x.node', LD_PRELOAD: '/tmp/x.so' },
    };
    const answer = await keyringWith(env, await helperOf(report)).get('canary-account');
    expect(answer).not.toContain('canary');
    const told = JSON.parse(answer) as { env: Record<string, string> };
    expect(told.env).toEqual({ PATH: '/bin', HOME: '/home/x', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' });
  });

  it('gets the value by standard input', async () => {
    const echo = `
      const fs = await import('node:fs');
      const request = JSON.parse(fs.readFileSync(0, 'utf8'));
      const ok = request.op === 'set' && request.service === 'imgsys' && request.account === 'a' && request.value === 'v';
      fs.writeSync(3, JSON.stringify(ok ? { ok: true, value: null } : { ok: false, text: 'locked collection' }));`;
    const keyring = keyringWith({}, await helperOf(echo));
    await keyring.set('a', 'v');
    expect((await failure(keyring.set('a', 'w'))).code).toBe('LOCKED');
    expect((await failure(keyring.get('a'))).code).toBe('LOCKED');
  });

  it('says READBACK, NOT_FOUND and the words of an unknown failure', async () => {
    const answering = (reply: object) =>
      helperOf(`(await import('node:fs')).writeSync(3, '${JSON.stringify(reply)}');`);
    const codes = async (reply: object) =>
      (await failure(keyringWith({}, await answering(reply)).get('a'))).code;
    expect(await codes({ ok: true, value: null })).toBe('NOT_FOUND');
    expect(await codes({ ok: false, code: 'READBACK', text: '' })).toBe('READBACK');
    const other = await failure(
      keyringWith({}, await answering({ ok: false, text: 'AccessDenied' })).get('a'),
    );
    expect([other.code, other.message]).toEqual(['OTHER', 'the keychain failed: AccessDenied']);
  });
});

// Command lines of processes whose environment holds `text`.
async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && name !== String(process.pid),
  )) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
    if ((await read('environ')).includes(text)) found.push(await read('cmdline'));
  }
  return found;
}
