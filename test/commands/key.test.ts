import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkKey } from '../../src/commands/key/check.ts';
import { findEntry } from '../../src/commands/key/find-entry.ts';
import { listKeys } from '../../src/commands/key/list.ts';
import { verifyKeys } from '../../src/commands/key/verify.ts';
import { keyCommand } from '../../src/commands/key.ts';
import { type KeyContext, withKeys } from '../../src/credentials/key-context.ts';
import type { KeyEntry, Keystore } from '../../src/keystore/keystore.ts';
import { imagine } from '../../src/providers/imagine/imagine.ts';
import { keyProviders } from '../../src/providers/key-providers.ts';
import { openai } from '../../src/providers/openai/openai.ts';
import { Secret } from '../../src/secret.ts';
import { fakeClock } from '../helpers/clock.ts';
import { type FakeContext, type FakeOptions, fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 21);
let home: string;
beforeAll(async () => {
  home = await tempFolder();
});

function entry(id: string, parts: Partial<KeyEntry> = {}): KeyEntry {
  const [provider = '', name = ''] = id.split('/');
  return {
    id,
    provider,
    name,
    kind: 'stored',
    createdAtMs: nowMs,
    hasPrevious: false,
    isDefault: true,
    ...parts,
  };
}

interface Given extends Partial<FakeOptions> {
  readonly entries?: readonly KeyEntry[];
  readonly answer?: () => Response | Promise<Response>;
  readonly store?: Partial<Keystore>;
}

function context({ entries = [], answer, store, ...options }: Given = {}): KeyContext & FakeContext {
  const fake = fakeContext({ home, clock: fakeClock(nowMs), ...options });
  const keys = withKeys(fake, { input: true });
  const keystore = {
    entries: async () => entries,
    generation: async () => 1,
    secret: async () => new Secret('sk-stored-0123456789abcdef'),
    noteVerdict: async () => {},
    ...store,
  } as unknown as Keystore;
  const credentials = async () => {
    const { openCredentials } = await import('../../src/credentials.ts');
    const { env, clock } = fake;
    return openCredentials({ env, clock, interactive: false, keystore: async () => keystore });
  };
  const fetch = async () => (answer ?? (() => Response.json({ data: [{ id: 'gpt-image-2.5-sunburst' }] })))();
  return { ...fake, ...keys, fetch, credentials, keystore: async () => keystore } as KeyContext & FakeContext;
}

describe('imgsys key list', () => {
  it('reminds of keys that are 90 days old, counted from the last rotation', async () => {
    const [old, young] = [nowMs - 90 * dayMs, nowMs - 89 * dayMs];
    const entries = [
      entry('openai/default', { createdAtMs: old }),
      entry('openai/young', { createdAtMs: young, isDefault: false }),
      entry('openai/rotated', { createdAtMs: old, rotatedAtMs: young, isDefault: false }),
      entry('openai/ref', { createdAtMs: old, kind: 'reference', reference: 'env:X', isDefault: false }),
    ];
    const shown = context({ entries });
    await listKeys({}, shown);
    expect(shown.stderrText()).toBe(
      'imgsys: warning: openai/default is 90 days old; replace it: imgsys key rotate openai/default\n',
    );
    expect(shown.stdoutText()).toContain('89 days');
    const json = context({ entries });
    await listKeys({ json: true }, json);
    const due = json
      .stdoutText()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).rotationDue);
    expect(due).toEqual([true, false, false, false]);
  });

  it('shows keys of providers and references it does not know', async () => {
    const unknown = entry('gemini/default', { reference: 'newvault:CANARY', kind: 'reference' });
    const shown = context({ entries: [unknown] });
    await listKeys({}, shown);
    expect(shown.stdoutText()).toMatch(/gemini\/default +reference/);
    expect(shown.stdoutText()).not.toContain('CANARY');
  });

  it('says what is wrong with a variable', async () => {
    const shown = context({ env: { OPENAI_API_KEY: 'CANARY one' } });
    await listKeys({}, shown);
    expect(shown.stderrText()).toContain('warning: OPENAI_API_KEY holds blanks');
    expect(shown.stdoutText() + shown.stderrText()).not.toContain('CANARY');
  });
});

describe('imgsys key verify', () => {
  it.each([
    'no-funds',
    'unverified-organisation',
  ])('does not forget what the last paid call said: %s', async (verdict) => {
    const noted: string[] = [];
    const learnt = entry('openai/default', { verdict, verdictAtMs: nowMs - 2 * dayMs });
    const noteVerdict = async (_id: string, kind: string) => void noted.push(kind);
    const shown = context({ entries: [learnt], store: { noteVerdict } });
    await verifyKeys(undefined, {}, shown);
    expect(shown.stdoutText()).toContain(
      `openai/default  ${verdict}  OpenAI accepts the key, but the last paid call (2 days ago)`,
    );
    expect(shown.exitCode()).toBe(0);
    expect(noted).toEqual([]);
  });

  it('lets a refusal stand before it', async () => {
    const noted: string[] = [];
    const learnt = entry('openai/default', { verdict: 'no-funds', verdictAtMs: nowMs });
    const noteVerdict = async (_id: string, kind: string) => void noted.push(kind);
    const answer = () => Response.json({ error: { code: 'invalid_api_key' } }, { status: 401 });
    const shown = context({ entries: [learnt], store: { noteVerdict }, answer });
    await verifyKeys('openai', {}, shown);
    expect(shown.exitCode()).toBe(4);
    expect(noted).toEqual(['invalid']);
  });

  it('prints the verdict also when it cannot be noted', async () => {
    const { CommandError } = await import('../../src/errors.ts');
    const noteVerdict = async () => {
      throw new CommandError('the key store is held by another process', { exitCode: 11 });
    };
    const shown = context({ entries: [entry('openai/default')], store: { noteVerdict } });
    await verifyKeys(undefined, {}, shown);
    expect(shown.stdoutText()).toContain('openai/default  valid');
    expect(shown.stderrText()).toContain('was not noted: the key store is held by another process');
    expect(shown.exitCode()).toBe(0);
  });

  it('says so when keys are there and none is the default', async () => {
    const shown = context({
      entries: [entry('openai/a', { isDefault: false }), entry('openai/b', { isDefault: false })],
    });
    await expect(verifyKeys(undefined, {}, shown)).rejects.toMatchObject({
      message: 'openai has 2 keys but no default',
      exitCode: 4,
      hint: 'choose one: imgsys key use openai/a; or look at every key with --all',
    });
    await verifyKeys(undefined, { all: true }, shown);
    expect(shown.exitCode()).toBe(0);
  });

  it.each([
    ['nope', 4],
    [undefined, 0],
  ])('tells a script that the model %s was not there', async (model, code) => {
    const missing = () => Response.json({ error: { code: 'model_not_found' } }, { status: 404 });
    const shown = context({ entries: [entry('openai/default')] });
    const fetch = async (address: string | URL | Request) =>
      String(address).endsWith('/models') ? Response.json({ data: [{ id: 'gpt-image-9' }] }) : missing();
    await verifyKeys(undefined, model === undefined ? {} : { model }, { ...shown, fetch });
    expect(shown.stdoutText()).toContain('not there for this key');
    expect(shown.exitCode()).toBe(code);
  });

  it('asks the other keys although one cannot be looked up', async () => {
    const lost = entry('openai/lost', { kind: 'reference', reference: 'env:NOT_SET', isDefault: false });
    const shown = context({ entries: [entry('openai/default'), lost] });
    await verifyKeys(undefined, { all: true }, shown);
    expect(shown.stdoutText()).toContain('openai/default  valid');
    expect(shown.stdoutText()).toContain('openai/lost  unknown  no usable key from env:NOT_SET');
    expect(shown.exitCode()).toBe(5);
  });
});

describe('a key that is to be stored', () => {
  const key = {
    provider: openai,
    secret: new Secret('sk-x'),
    baseUrl: 'https://api.openai.com/v1',
    otherwise: 'kept',
  };

  it('is refused when it could not be checked', async () => {
    const shown = context({ answer: () => Response.json({ error: { message: 'none' } }, { status: 404 }) });
    await expect(checkKey(key, shown)).rejects.toMatchObject({
      exitCode: 5,
      hint: expect.stringContaining('--no-verify'),
    });
  });

  it('is warned about when its model is missing', async () => {
    const shown = context();
    const answer = async (address: unknown) =>
      String(address).endsWith('/models')
        ? Response.json({ data: [{ id: 'gpt-image-9' }] })
        : Response.json({ error: { code: 'model_not_found' } }, { status: 404 });
    expect(await checkKey(key, { ...shown, fetch: answer })).toMatchObject({ kind: 'valid' });
    expect(shown.stderrText()).toContain('the model gpt-image-2.5-sunburst is not there for this key');
    expect(shown.stderrText()).toContain('gpt-image-9');
  });

  it.each([
    [429, 'rate_limit_exceeded', 'limited'],
    [429, 'insufficient_quota', 'no-funds'],
    [403, 'insufficient_scope', 'no-permission'],
  ])('is warned about at %i %s', async (status, code, kind) => {
    const shown = context({ answer: () => Response.json({ error: { code } }, { status }) });
    expect(await checkKey(key, shown)).toMatchObject({ kind });
    expect(shown.stderrText()).toContain('imgsys: warning: ');
  });
});

describe('the key that is meant', () => {
  const entries = [entry('openai/a', { isDefault: false }), entry('openai/b')];

  it.each([
    ['openai', 'openai/b'],
    ['openai/a', 'openai/a'],
  ])('by %s is %s', (target, id) => {
    expect(findEntry(target, entries, {}).id).toBe(id);
  });

  it('is the only one', () => {
    expect(findEntry('openai', entries.slice(0, 1), {}).id).toBe('openai/a');
  });

  it.each([
    [
      'openai',
      [entry('openai/a', { isDefault: false }), entry('openai/c', { isDefault: false })],
      'several',
      2,
    ],
    ['openai/x', entries, 'there is no key openai/x', 4],
    ['openai', [], 'there is no key for openai', 4],
    ['CANARY/CANARY', entries, 'there is no such key', 4],
    ['CANARYCANARY', entries, 'that is no provider', 2],
    ['IMGSYS_KEY_OPENAI', entries, 'belongs to the environment', 2],
  ])('by %s is none', (target, among, message, exitCode) => {
    const find = () => findEntry(target, among, {});
    expect(find).toThrow(message);
    expect(find).toThrow(expect.objectContaining({ exitCode }));
    expect(find).not.toThrow(/CANARY/);
  });
});

describe('whether somebody may be asked', () => {
  const terminal = () => Object.assign(Readable.from([]), { isTTY: true });
  it.each([
    ['at a terminal', { tty: true, stdin: terminal() }, true, true],
    ['with a pipe', { tty: true }, true, false],
    ['with --no-input', { tty: true, stdin: terminal() }, false, false],
    ['under CI', { tty: true, stdin: terminal(), env: { CI: 'true' } }, true, false],
    ['with errors to a file', { tty: false, stdin: terminal() }, true, false],
  ])('%s', (_what, options, input, expected) => {
    expect(withKeys(fakeContext({ home, ...options }), { input }).interactive).toBe(expected);
  });
});

describe('a provider that cannot be asked about a key', () => {
  it('has its key taken with a warning, and nobody is said to be asked', async () => {
    const asked = context({
      answer: () => {
        throw new Error('asked');
      },
    });
    const baseUrl = imagine.baseUrl ?? '';
    const verdict = await checkKey(
      {
        provider: imagine,
        secret: new Secret('vk-CANARYxIMAGINE'),
        baseUrl,
        otherwise: 'nothing was stored',
      },
      asked,
    );
    expect(verdict.kind).toBe('unknown');
    expect(asked.stderrText()).toMatch(/^imgsys: warning: Imagine API Studio has no free way/);
    expect(asked.stderrText()).not.toContain('checking');
  });
});

describe('the help of key add', () => {
  it('names every provider that keys are for', () => {
    const command = keyCommand(fakeContext({ home })).commands.find((one) => one.name() === 'add');
    const help = command?.helpInformation().replace(/\s+/g, ' ');
    expect(help).toContain(`${keyProviders.map(({ id }) => id).join(', ')}; asked for without one`);
  });
});
