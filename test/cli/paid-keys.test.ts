// Whose key pays while a run lasts, and what the environment of OpenAI's own library has to say in it: nothing.

import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { startImageServer, testKey } from '../helpers/image-server.ts';
import { holdAnswers, payingHome, startImgsys, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const command = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--json'];
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};

// Everything below a folder in one text.
const allOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`)
    .join('\n');

it('takes nothing from the environment of OpenAI’s library, for requests or for what is said', async () => {
  let asked = 0;
  const elsewhere = createServer((_, response) => {
    asked += 1;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  const server = await startImageServer();
  const home = await payingHome(server);
  const folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 2);
  const { port } = elsewhere.address() as AddressInfo;
  const env = {
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/CANARY-base`,
    OPENAI_API_KEY: 'sk-proj-CANARY-vendor-key-000000000001',
    OPENAI_ADMIN_KEY: 'sk-admin-CANARY-admin-key-000000000002',
    OPENAI_ORG_ID: 'org-CANARY',
    OPENAI_PROJECT_ID: 'proj_CANARY',
    OPENAI_WEBHOOK_SECRET: 'whsec_CANARY',
    OPENAI_LOG: 'debug',
    OPENAI_CUSTOM_HEADERS: 'x-canary: CANARY-header\nauthorization: Bearer CANARY-bearer',
    DEBUG: '*',
  };
  const ran = await imgsys(home, [...command, '-v'], { cwd: folder, env });
  elsewhere.close();
  await server.close();
  expect(summaryOf(ran.stdout)).toMatchObject({ enhanced: 2, exitCode: 0 });
  expect(asked).toBe(0);
  for (const { headers, key, edit } of server.journal.entries) {
    expect(key).toBe(testKey);
    expect(JSON.stringify([headers, edit?.fields])).not.toMatch(/canary/i);
    expect(Object.keys(headers).filter((name) => /^(?:openai|x)-/.test(name))).toEqual([
      'x-client-request-id',
    ]);
  }
  expect(ran.stdout + ran.stderr).not.toMatch(
    /CANARY-(?:base|header|bearer|vendor|admin)|org-CANARY|proj_|whsec|debug/,
  );
  expect(allOf(home.folder) + allOf(join(folder, 'out'))).not.toMatch(/canary/i);
});

describe('a stored key that is rotated while a run lasts', () => {
  const old = 'sk-proj-CANARY-old-0123456789-aaaa';
  const fresh = 'sk-proj-CANARY-new-0123456789-bbbb';

  async function homeWithKey(baseUrl: string): Promise<Home> {
    const bare = await newHome();
    const file = join(await tempFolder(), 'passphrase');
    await writeFile(file, 'correct horse battery\n', { mode: 0o600 });
    const home = { ...bare, env: { ...bare.env, IMGSYS_PASSPHRASE_FILE: file } };
    const add = ['key', 'add', 'openai', '--base-url', baseUrl];
    expect((await imgsys(home, add, { input: old, stdin: 'pipe' })).code).toBe(0);
    return home;
  }

  it('goes on with the new one as soon as the old one is refused', async () => {
    const held = holdAnswers();
    const server = await startImageServer({ keys: { [old]: 'org', [fresh]: 'org' }, answer: held.answer });
    const home = await homeWithKey(server.baseUrl);
    const folder = await tempFolder();
    await writePhotos(join(folder, 'photos'), 10);
    const child = startImgsys(home, [...command, '--concurrency', '3'], folder);
    await until(() => server.journal.billed().length === 3);
    const rotated = await imgsys(home, ['key', 'rotate', 'openai'], { input: fresh, stdin: 'pipe' });
    expect(rotated.code).toBe(0);
    server.set({ keys: { [fresh]: 'org' } });
    held.letGo();
    const { exitCode, stdout, stderr } = await child;
    await server.close();
    expect(summaryOf(stdout)).toMatchObject({
      enhanced: 10,
      failed: 0,
      left: 0,
      charges: { paid: 10, unsettled: 0 },
    });
    expect(exitCode).toBe(0);
    const edits = server.journal.edits();
    expect(edits.filter(({ billed }) => billed).map(({ key }) => key)).toEqual([
      ...Array(3).fill(old),
      ...Array(7).fill(fresh),
    ]);
    // No more refusals than calls that had begun with the old key.
    expect(edits.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3);
    expect(stdout + stderr).not.toContain('CANARY');
  });

  it('ends with 4 and says what to do where there is no new one', async () => {
    const server = await startImageServer({ keys: { [old]: 'org' } });
    const home = await homeWithKey(server.baseUrl);
    server.set({ keys: {} });
    const folder = await tempFolder();
    await writePhotos(join(folder, 'photos'), 5);
    const ran = await imgsys(home, command, { cwd: folder });
    const inWords = await imgsys(home, command.slice(0, -1), { cwd: folder });
    await server.close();
    expect(ran.code).toBe(4);
    expect(inWords.stderr.match(/is not accepted|does not accept|no key is accepted by/g)).toHaveLength(2);
    expect(inWords.stderr.match(/hint: /g)).toHaveLength(1);
    expect(inWords.stderr).toContain('imgsys key rotate openai');
    expect(summaryOf(ran.stdout)).toMatchObject({ enhanced: 0, failed: 0, left: 5, stoppedBy: 'no-key' });
    expect(server.journal.billed()).toEqual([]);
  });
});
