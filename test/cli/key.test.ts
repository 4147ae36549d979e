// Keys as a user handles them: the built program, a service on this machine, a store opened by a passphrase.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getLocal } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines, newHome } from '../helpers/cli.ts';
import { type ModelServer, startAnywhere, startModelServer } from '../providers/model-server.ts';

const first = 'sk-proj-CANARY-first-0123456789-aaaa';
const second = 'sk-proj-CANARY-second-0123456789-bbbb';
const passphrase = 'correct horse battery staple';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer([first, second]);
});
afterAll(() => server.stop());

async function keyHome(): Promise<Home> {
  const home = await newHome();
  return {
    ...home,
    env: { ...home.env, IMGSYS_PASSPHRASE: passphrase, IMGSYS_BASE_URL_OPENAI: server.baseUrl },
  };
}

async function homeWithKey(): Promise<Home> {
  const home = await keyHome();
  expect((await imgsys(home, ['key', 'add', 'openai'], { input: first, stdin: 'pipe' })).code).toBe(0);
  return home;
}

const piped = (input: string) => ({ input, stdin: 'pipe' as const });
const storeOf = (home: Home) => join(home.folder, 'keystore.json');
const list = async (home: Home) => jsonLines((await imgsys(home, ['key', 'list', '--json'])).stdout);

describe('imgsys key add', () => {
  it('checks, stores, and only then says so', async () => {
    const home = await keyHome();
    const before = server.requests.length;
    const added = await imgsys(home, ['key', 'add', 'openai'], piped(`\ufeff "${first}"\r\n`));
    expect(added).toMatchObject({ code: 0, stdout: 'saved openai/default, ending in aaaa\n' });
    expect(added.stderr).toContain('free of charge');
    expect(added.stderr).toContain(storeOf(home));
    expect(added.stderr).toContain('imgsys: next: imgsys ');
    expect(server.requests.length).toBeGreaterThan(before);
    expect(readFileSync(storeOf(home), 'utf8')).not.toContain('CANARY');
    const [key] = await list(home);
    expect(key).toMatchObject({
      key: 'openai/default',
      tail: 'aaaa',
      verdict: 'valid',
      default: true,
      used: true,
    });
  });

  it('says where to revoke a key and set a limit', async () => {
    const home = await newHome();
    const env = { IMGSYS_PASSPHRASE: passphrase };
    const added = await imgsys(home, ['key', 'add', 'openai', '--no-verify'], { ...piped(first), env });
    expect(added.code).toBe(0);
    expect(added.stderr).toContain('https://platform.openai.com/api-keys');
    expect(added.stderr).toContain('https://platform.openai.com/settings/organization/limits');
    expect(added.stderr).toContain('it was not checked; do that with imgsys key verify openai/default');
  });

  it('stores nothing that the provider does not accept', async () => {
    const home = await keyHome();
    const wrong = await imgsys(home, ['key', 'add', 'openai'], piped('sk-proj-CANARY-wrong-0123456789'));
    expect(wrong).toMatchObject({ code: 4, stdout: '' });
    expect(wrong.stderr).toContain('nothing was stored');
    expect(wrong.stderr).not.toContain('CANARY');
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('stores what could not be checked only when told to', async () => {
    const home = await keyHome();
    const nowhere = ['key', 'add', 'openai', '--base-url', 'https://nowhere.invalid/v1'];
    const unknown = await imgsys(home, nowhere, piped(first));
    expect(unknown).toMatchObject({ code: 5, stdout: '' });
    expect(unknown.stderr).toContain('--no-verify');
    expect(existsSync(storeOf(home))).toBe(false);
    expect((await imgsys(home, [...nowhere, '--no-verify'], piped(first))).code).toBe(0);
    expect((await list(home))[0]).toMatchObject({ verdict: null, baseUrl: 'https://nowhere.invalid/v1' });
  });

  it('stores a restricted key with a warning', async () => {
    const restricted = getLocal();
    await startAnywhere(restricted);
    const body = { error: { message: 'Missing scopes: api.model.read', code: 'insufficient_scope' } };
    await restricted.forAnyRequest().always().thenJson(403, body);
    const home = await keyHome();
    const args = ['key', 'add', 'openai', '--base-url', `http://127.0.0.1:${restricted.port}/v1`];
    const added = await imgsys(home, args, piped(first));
    await restricted.stop();
    expect(added.code).toBe(0);
    expect(added.stderr).toContain('warning: 127.0.0.1');
    expect((await list(home))[0]).toMatchObject({ verdict: 'no-permission' });
  });

  it('keeps several keys, names, organisation and project', async () => {
    const home = await homeWithKey();
    const args = [
      'key',
      'add',
      'openai',
      '--name',
      'team',
      '--org',
      'org-1',
      '--project',
      'proj_1',
      '--default',
      '--json',
    ];
    const added = await imgsys(home, args, piped(second));
    expect(jsonLines(added.stdout)).toMatchObject([
      { type: 'key-added', key: 'openai/team', organisation: 'org-1', project: 'proj_1', default: true },
    ]);
    const ids = server.requests.map(({ headers }) => headers['openai-organization']);
    expect(ids).toContain('org-1');
    const again = await imgsys(home, ['key', 'add', 'openai', '--name', 'team'], piped(second));
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('imgsys key rotate openai/team');
  });

  it('keeps a reference instead of a key, and looks it up', async () => {
    const home = await keyHome();
    const file = join(home.folder, 'key.txt');
    writeFileSync(file, `${second}\n`, { mode: 0o600 });
    const added = await imgsys(home, ['key', 'add', 'openai', '--ref', `file:${file}`]);
    expect(added).toMatchObject({ code: 0, stdout: `saved openai/default, file:${file}\n` });
    expect(added.stderr).toContain(
      `the reference, not the key, is kept in ${storeOf(home)}, where it can be read`,
    );
    expect(added.stderr).not.toContain('encrypted in');
    expect((await imgsys(home, ['key', 'verify'])).stdout).toContain('valid');
    writeFileSync(file, 'sk-proj-CANARY-wrong-0123456789\n');
    expect((await imgsys(home, ['key', 'verify'])).code).toBe(4);
  });

  it('keeps a server that asks for no key', async () => {
    const open = getLocal();
    await startAnywhere(open);
    await open
      .forAnyRequest()
      .always()
      .thenJson(200, { data: [{ id: 'sd-cpp-local' }] });
    const home = await keyHome();
    const args = ['key', 'add', 'openai-compatible', '--base-url', `http://127.0.0.1:${open.port}/v1`];
    const added = await imgsys(home, [...args, '--no-key']);
    expect(added.code).toBe(0);
    expect(added.stderr).toContain('there is no key to keep; pictures are sent to 127.0.0.1');
    expect(added.stderr).not.toContain('encrypted in');
    expect((await imgsys(home, ['key', 'verify', '--model', 'sd-cpp-local'])).stdout).toContain(
      'sd-cpp-local: there',
    );
    const withKey = await imgsys(home, [...args, '--name', 'b'], piped(first));
    expect(withKey.code).toBe(5);
    expect(withKey.stderr).toContain('to anybody');
    await open.stop();
  });

  it.each([
    [['key', 'add'], '', 'which provider'],
    [['key', 'add', 'opena'], '', 'did you mean openai?'],
    [['key', 'add', 'openai'], '', 'standard input holds no key'],
    [['key', 'add', 'openai'], 'CANARY-1\nCANARY-2\n', 'more than one line'],
    [['key', 'add', 'openai'], 'C'.repeat(70_000), 'longer than 64 KiB'],
    [['key', 'add', 'openai', '--no-key'], '', 'openai asks for a key'],
    [['key', 'add', 'openai-compatible'], first, 'needs the address of its server'],
    [['key', 'add', 'openai', '--stdin', '--ref', 'env:X'], first, '--stdin and --ref do not go together'],
    [['key', 'add', 'openai', '--base-url', 'http://example.com/v1'], first, 'is not encrypted'],
    [['key', 'add', 'openai', '--ref', 'nonsense'], '', 'not a reference'],
    [['key', 'add', 'openai', '--name', '../x'], first, 'the name of a key holds no /'],
    [['key', 'add', 'openai', '--name', 'a b'], first, 'a b cannot be the name of a key'],
    [['key', 'add', '--name', 'a b'], first, 'a b cannot be the name of a key'],
    [['key', 'add', 'openai', '--name', 'n'.repeat(90)], first, `the name ${'n'.repeat(24)}… is too long`],
    [['key', 'add', 'openai', '--org', 'a b'], first, '--org does not hold an id'],
    [['key', 'add', 'openai', first], '', 'does not belong on the command line'],
    [['key', 'add', 'openai', '--key', first], '', 'does not belong on the command line'],
    [['key', 'add', 'openai', `--api-key=${first}`], '', 'does not belong on the command line'],
    [['key', 'add', first], '', 'does not belong on the command line'],
  ])('%j is a mistake in its use', async (args, input, message) => {
    const home = await keyHome();
    const ran = await imgsys(home, args, piped(input));
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain('CANARY');
    expect(existsSync(storeOf(home))).toBe(false);
  });

  it('says what to do where nothing keeps a key safely', async () => {
    const home = await newHome();
    const env = { IMGSYS_BASE_URL_OPENAI: server.baseUrl };
    const refused = await imgsys(home, ['key', 'add', 'openai'], { ...piped(first), env });
    expect(refused.code).toBe(12);
    expect(refused.stderr).toContain('IMGSYS_PASSPHRASE_FILE');
    expect(existsSync(storeOf(home))).toBe(false);
  });
});

describe('imgsys key list', () => {
  it('says what there is, which is used and why, without the passphrase', async () => {
    const home = await homeWithKey();
    await imgsys(home, ['key', 'add', 'openai', '--name', 'team'], piped(second));
    const env = {
      ...{ IMGSYS_PASSPHRASE: '', OPENAI_API_KEY: 'sk-CANARY-vendor-0123456789-cccc' },
      IMGSYS_BASE_URL_OPENAI: 'https://elsewhere.example/v1',
    };
    const shown = await imgsys(home, ['key', 'list'], { env });
    expect(shown.code).toBe(0);
    expect(lines(shown.stdout).map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      'key kind ends in age verdict default',
      '* openai/default stored aaaa today valid today default',
      'OPENAI_API_KEY environment cccc - not checked',
      'openai/team stored bbbb today valid today',
      'openai uses openai/default: it is the default key for openai',
    ]);
    expect(shown.stderr).toContain('warning: OPENAI_API_KEY is not used: openai/default goes before it');
    expect(shown.stderr).toContain('warning: IMGSYS_BASE_URL_OPENAI is not used');
    expect(shown.stdout + shown.stderr).not.toContain('CANARY');

    const own = { ...env, IMGSYS_KEY_OPENAI: 'sk-CANARY-own-0123456789-dddd' };
    const hidden = await imgsys(home, ['key', 'list', '--json'], { env: own });
    expect(jsonLines(hidden.stdout)[0]).toMatchObject({ key: 'IMGSYS_KEY_OPENAI', tail: 'dddd', used: true });
    expect(hidden.stderr).toContain('openai/default is not used: IMGSYS_KEY_OPENAI goes before it');
  });

  it('is empty in the beginning', async () => {
    const shown = await imgsys(await newHome(), ['key', 'list']);
    expect(shown).toMatchObject({ code: 0, stdout: '' });
    expect(shown.stderr).toContain('imgsys key add');
  });

  it('refuses a damaged store', async () => {
    const home = await newHome();
    writeFileSync(storeOf(home), '{"format":', { mode: 0o600 });
    expect((await imgsys(home, ['key', 'list'])).code).toBe(12);
    expect(readFileSync(storeOf(home), 'utf8')).toBe('{"format":');
  });
});

describe('imgsys key verify', () => {
  it('gives verdicts, models and an exit code for all keys', async () => {
    const home = await homeWithKey();
    await imgsys(home, ['key', 'add', 'openai', '--name', 'gone'], piped(second));
    server.keys.delete(second);
    const nowhere = [
      'key',
      'add',
      'openai',
      '--name',
      'far',
      '--base-url',
      'https://nowhere.invalid/v1',
      '--no-verify',
    ];
    await imgsys(home, nowhere, piped(second));
    const all = await imgsys(home, ['key', 'verify', '--all', '--json']);
    server.keys.add(second);
    expect(all.code).toBe(4);
    expect(jsonLines(all.stdout)).toMatchObject([
      { type: 'verdict', key: 'openai/default', verdict: 'valid', model: { available: true }, tail: 'aaaa' },
      {
        type: 'verdict',
        key: 'openai/gone',
        verdict: 'invalid',
        host: new URL(server.baseUrl).host,
      },
      { type: 'verdict', key: 'openai/far', verdict: 'unknown', host: 'nowhere.invalid' },
    ]);
    expect(await list(home)).toMatchObject([{ verdict: 'valid' }, { verdict: 'invalid' }, { verdict: null }]);
    expect((await imgsys(home, ['key', 'verify', 'openai/far'])).code).toBe(5);
    expect((await imgsys(home, ['key', 'verify', 'openai'])).code).toBe(0);
    const dying = await imgsys(home, ['key', 'verify', '--model', 'gpt-image-1.5']);
    expect(dying.stdout).toContain('model gpt-image-1.5: there, until it is shut down on 2026-12-01');
  });

  it('checks keys of the environment', async () => {
    const home = await keyHome();
    const good = await imgsys(home, ['key', 'verify', 'openai'], { env: { OPENAI_API_KEY: first } });
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toContain('OPENAI_API_KEY (…aaaa)  valid');
    expect((await imgsys(home, ['key', 'verify'], { env: { IMGSYS_KEY_OPENAI: 'sk-no' } })).code).toBe(4);
  });

  it('sends a stored key only where it was added', async () => {
    const home = await homeWithKey();
    const other = await startModelServer([first]);
    const env = { IMGSYS_BASE_URL_OPENAI: other.baseUrl, OPENAI_BASE_URL: other.baseUrl };
    expect((await imgsys(home, ['key', 'verify'], { env })).code).toBe(0);
    await other.stop();
    expect(other.requests).toEqual([]);
  });

  it('has nothing to say without keys', async () => {
    expect((await imgsys(await newHome(), ['key', 'verify'])).code).toBe(4);
    expect((await imgsys(await newHome(), ['key', 'verify', 'openai'])).code).toBe(4);
  });

  it('needs the passphrase', async () => {
    const home = await homeWithKey();
    expect((await imgsys(home, ['key', 'verify'], { env: { IMGSYS_PASSPHRASE: '' } })).code).toBe(12);
    expect(
      (await imgsys(home, ['key', 'verify'], { env: { IMGSYS_PASSPHRASE: 'not the right one' } })).code,
    ).toBe(12);
  });
});

describe('imgsys key use and remove', () => {
  it('choose another default', async () => {
    const home = await homeWithKey();
    await imgsys(home, ['key', 'add', 'openai', '--name', 'team'], piped(second));
    const used = await imgsys(home, ['key', 'use', 'openai/team'], { env: { IMGSYS_KEY_OPENAI: 'sk-x' } });
    expect(used.code).toBe(0);
    expect(used.stderr).toContain('warning: IMGSYS_KEY_OPENAI is set and goes before it');
    expect((await list(home)).find(({ used }) => used)).toMatchObject({ key: 'openai/team' });
    expect((await imgsys(home, ['key', 'use', 'openai/nobody'])).code).toBe(4);
  });

  it('take a key away only after a yes', async () => {
    const home = await homeWithKey();
    const asked = await imgsys(home, ['key', 'remove', 'openai']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('imgsys key remove openai/default --yes');
    const removed = await imgsys(home, ['key', 'remove', 'openai', '--yes', '--json']);
    expect(jsonLines(removed.stdout)).toEqual([{ type: 'key-removed', key: 'openai/default' }]);
    expect(removed.stderr).toContain('until you revoke it');
    expect(await list(home)).toEqual([]);
    expect((await imgsys(home, ['key', 'remove', 'openai', '--yes'])).code).toBe(4);
  });

  it('leave keys of the environment alone, and say why', async () => {
    const home = await newHome();
    for (const target of ['openai', 'OPENAI_API_KEY']) {
      const ran = await imgsys(home, ['key', 'remove', target, '--yes'], { env: { OPENAI_API_KEY: first } });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('the key in OPENAI_API_KEY belongs to the environment');
    }
  });
});

describe('imgsys key --help', () => {
  it.each([
    [],
    ['add'],
    ['verify'],
    ['rotate'],
    ['use'],
    ['remove'],
    ['store'],
  ])('has examples: %s', async (...verb) => {
    const shown = await imgsys(await newHome(), ['key', ...verb, '--help']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/Examples?:/);
    if (verb[0] !== 'store') expect(shown.stdout).not.toMatch(/--key[ =]\S*sk-/);
  });
});
