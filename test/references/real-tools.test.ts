// The real tools, where they are installed; what is missing is said in the name of the skipped test.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findCommand } from '../../src/references/find-command.ts';
import { tempFolder } from '../helpers/temp.ts';
import { resolveText } from './stand-in.ts';

const key = 'sk-canary-0123456789abcdefghij';
const path = process.env.PATH ?? '';
const isInstalled = async (...names: string[]) => {
  const found = names.map((name) => findCommand(name, { env: process.env, platform: process.platform }));
  return (await Promise.all(found)).every((file) => file !== undefined);
};
const [hasPass, hasAws, hasGcloud] = await Promise.all([
  isInstalled('pass', 'gpg'),
  isInstalled('aws', 'moto_server'),
  isInstalled('gcloud'),
]);
const skipped = (there: boolean, what: string) => (there ? '' : ` (skipped: ${what} not installed here)`);

describe.skipIf(!hasPass)(`the real pass${skipped(hasPass, 'pass and gpg are')}`, () => {
  let env: NodeJS.ProcessEnv = {};
  const run = (command: string, args: string[], input = '') =>
    execa(command, args, { env: env as Record<string, string>, extendEnv: false, input });

  beforeAll(async () => {
    const home = await tempFolder();
    env = {
      PATH: path,
      HOME: home,
      GNUPGHOME: join(home, 'g'),
      PASSWORD_STORE_DIR: join(home, 'store'),
      LC_ALL: 'C.UTF-8',
    };
    await mkdir(join(home, 'g'), { mode: 0o700 });
    await run('gpg', ['--batch', '--passphrase', '', '--quick-generate-key', 'Test <test@example.com>']);
    await run('pass', ['init', 'test@example.com']);
    await run('pass', ['insert', '--multiline', 'imgsys/open ai'], `${key}\nurl: https://example.com\n`);
    await run('pass', ['insert', '--multiline', 'locked'], `${key}\n`);
    await writeFile(join(home, 'store/locked.gpg'), 'damaged');
  });

  afterAll(async () => {
    await run('gpgconf', ['--kill', 'all']);
  });

  it('gives the first line of an entry', async () => {
    expect((await resolveText('pass:imgsys/open ai', env)).reveal()).toBe(key);
  });

  it.each([
    ['pass:imgsys', 'it is a folder of the password store, not an entry'],
    ['pass:none', 'the command ended with code 1: Error: none is not in the password store.'],
    ['pass:locked', 'gpg: decrypt'],
  ])('says what is wrong with %s', async (text, message) => {
    await expect(resolveText(text, env)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/pass/),
    });
  });
});

describe.skipIf(!hasAws)(`the real aws against moto${skipped(hasAws, 'aws and moto_server are')}`, () => {
  let env: NodeJS.ProcessEnv = {};
  const stop = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    const home = await tempFolder();
    const port = await freePort();
    ended = execa('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      ...{ stdio: 'ignore', reject: false, killDescendants: true, cancelSignal: stop.signal },
    });
    const endpoint = `http://127.0.0.1:${port}`;
    env = {
      ...{
        PATH: path,
        HOME: home,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      ...{ AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' },
    };
    await mkdir(join(home, '.aws'));
    await writeFile(join(home, '.aws/config'), '[profile away]\nregion = eu-central-1\n');
    // With a profile named, aws takes no credentials from the environment.
    const credentials = '[away]\naws_access_key_id = testing\naws_secret_access_key = testing\n';
    await writeFile(join(home, '.aws/credentials'), credentials);
    await vi.waitFor(() => fetch(`${endpoint}/moto-api/`), { interval: 50, timeout: 250_000 });
    await create(endpoint, 'imgsys/keys', JSON.stringify({ openai: key, other: 'x' }));
  });

  afterAll(async () => {
    stop.abort();
    await ended;
  });

  it('gives a field of a secret, by region or by profile', async () => {
    const secret = await resolveText('aws-sm:imgsys/keys#openai?region=eu-central-1', env);
    expect(secret.reveal()).toBe(key);
    const same = await resolveText('aws-sm:imgsys/keys#openai?profile=away', env);
    expect(same.equals(secret)).toBe(true);
  });

  it('says what is wrong', async () => {
    await expect(resolveText('aws-sm:none?region=eu-central-1', env)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/ended with code \d+: .*ResourceNotFoundException/),
    });
  });

  // moto trusts everybody, so one unsigned call makes the secret.
  async function create(endpoint: string, name: string, text: string): Promise<void> {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.CreateSecret',
        authorization:
          'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/secretsmanager/aws4_request',
      },
      body: JSON.stringify({ Name: name, SecretString: text, ClientRequestToken: crypto.randomUUID() }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }
});

describe.skipIf(!hasGcloud)(
  `the real gcloud against a server of ours${skipped(hasGcloud, 'gcloud is')}`,
  () => {
    let env: NodeJS.ProcessEnv = {};
    let server: Server | undefined;
    const asked: string[] = [];

    beforeAll(async () => {
      const home = await tempFolder();
      const data = Buffer.from(JSON.stringify({ openai: key }));
      server = createServer((request, response) => {
        asked.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers.authorization}`);
        const isThere = request.url?.includes('/secrets/keys/versions/3:access');
        const payload = { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) };
        const body = isThere
          ? { payload }
          : { error: { code: 404, status: 'NOT_FOUND', message: 'Secret not found' } };
        response
          .writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' })
          .end(JSON.stringify(body));
      });
      const port = await listen(server);
      await writeFile(join(home, 'token'), 'test-token');
      await chmod(join(home, 'token'), 0o600);
      env = {
        ...{
          PATH: path,
          HOME: home,
          CLOUDSDK_CONFIG: join(home, 'gcloud'),
          CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
        },
        CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: `http://127.0.0.1:${port}/`,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(home, 'token'),
      };
    });

    afterAll(() => {
      server?.close();
    });

    it('gives a field of the version named', async () => {
      expect((await resolveText('gcp-sm:my-project/keys/versions/3#openai', env)).reveal()).toBe(key);
      expect(asked).toEqual(['GET /v1/projects/my-project/secrets/keys/versions/3:access Bearer test-token']);
    });

    it('says what is wrong', async () => {
      await expect(resolveText('gcp-sm:my-project/none', env)).rejects.toMatchObject({
        exitCode: 4,
        message: expect.stringMatching(/ended with code 1: .*not found/i),
      });
    });
  },
);

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

// CRC-32C (Castagnoli, RFC 3720 appendix B.4), which gcloud checks.
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
