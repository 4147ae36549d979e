import { spawnSync } from 'node:child_process';
import { PassThrough, type Writable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createRedactor, RedactionError, redactingStream } from '../src/redact.ts';
import { Secret } from '../src/secret.ts';

// Shapes as services hand them out, made up here: joined, so that no scanner takes this file for a leak.
const body = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9';
const shapes: [string, string][] = [
  ['OpenAI, project', `sk-proj-${body}_${body}-xyz`],
  ['OpenAI, old', `sk-${body}${body}`],
  ['OpenAI, service account', `sk-svcacct-${body}`],
  ['OpenAI, admin', `sk-admin-${body}`],
  ['Anthropic', `sk-ant-api03-${body}`],
  ['Google, old', `AIza${`${body}${body}`.slice(0, 35)}`],
  ['Google, new', `AQ.Ab8RN6${body}`],
  ['Google, internal', `IQ.${body}`],
  ['Replicate', `r8_${body}`],
  ['fal', `12345678-1234-1234-1234-123456789abc:${'0123456789abcdef'.repeat(2)}`],
  ['Hugging Face', `hf_${body}`],
  ['AWS', `AKIA${'ABCDEFGH234567QZ'}`],
  ['Vault', `hvs.${body}`],
  ['1Password', `ops_eyJ${body}`],
  ['Google OAuth', `ya29.${body}`],
  ['JWT', `eyJhbGciOiJIUzI1NiJ9.${body}.${body}`],
  ['age', `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'}`],
];

const contexts: [string, (key: string) => string][] = [
  ['alone', (key) => key],
  ['in a sentence', (key) => `Incorrect API key provided: ${key}. You can find your key at`],
  ['in quotes', (key) => `{"key":"${key}"}`],
  ['in a header', (key) => `authorization: Bearer ${key}\n`],
  ['in a URL', (key) => `https://x.test/v1?key=${key}&alt=sse`],
  ['in an argument', (key) => `--key=${key}`],
  ['in brackets', (key) => `(${key})`],
  ['twice', (key) => `${key} ${key}`],
];

describe('what has the shape of a secret', () => {
  const redactor = createRedactor();

  it.each(
    shapes.flatMap(([shape, key]) => contexts.map(([place, put]) => [shape, place, put(key), key] as const)),
  )('%s %s', (_shape, _place, text, key) => {
    const clean = redactor.redact(text);
    expect(clean).not.toContain(key);
    expect(clean).not.toContain(key.slice(-12));
    expect(clean).toContain('[secret]');
  });

  const places: string[] = [
    'Authorization: Basic dXNlcjpwYXNz',
    'Authorization: Key abcdef-123456',
    'authorization: Token t0ken-0123456789',
    '"Authorization": "Bearer weird$value+1"',
    'x-goog-api-key: anything at all',
    'X-API-Key: "anything"',
    '"api-key": "anything"',
    'x-vault-token: s.anything',
    'set-cookie: session=anything; path=/',
    'https://x.test/?a=1&api_key=anything&b=2',
    'https://x.test/?token=anything',
    'https://s3.test/a.png?X-Amz-Signature=anything&X-Amz-Date=1',
  ];

  it.each(places)('the place where a secret stands: %s', (text) => {
    const clean = redactor.redact(text);
    expect(clean).toContain('[secret]');
    expect(clean).not.toMatch(/anything|dXNlcjpwYXNz|abcdef-123456|t0ken|weird/);
  });

  it('a private key over many lines', () => {
    const pem = `-----BEGIN RSA PRIVATE KEY-----\n${`${body}${body}\n`.repeat(8)}-----END RSA PRIVATE KEY-----`;
    expect(redactor.redact(`before\n${pem}\nafter`)).toBe('before\n[secret]\nafter');
    expect(redactor.redact(pem.slice(0, 200))).toBe('[secret]');
  });

  const benign = [
    'enhanced photos/IMG_2041.jpg in 1.2 s',
    'https://example.test/FAQ.html#how-do-i-get-a-key',
    'IQ. score of the picture, file_IQ.0123456789012345678901.png',
    'imgsys: hint: use --key NAME, see imgsys key list',
    'task-force-of-people-who-risk-everything-tonight.jpg',
    'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '12345678-1234-1234-1234-123456789abc',
    'Authorization is needed; the bearer of bad news is not',
    'keys: 3, tokens: 1024, signature ok',
    'https://example.test/?size=1024&quality=high#key',
    '-----BEGIN CERTIFICATE-----',
    'set OPENAI_API_KEY or run imgsys key add openai',
    '',
  ];

  it.each(benign)('leaves alone: %s', (text) => {
    expect(redactor.redact(text)).toBe(text);
  });

  it('changes nothing more the second time', () => {
    for (const [, key] of shapes) {
      for (const [, put] of contexts) {
        const once = redactor.redact(put(key));
        expect(redactor.redact(once)).toBe(once);
      }
    }
  });
});

describe('a value this process knows', () => {
  // No shape gives these away.
  const values = [
    'pässwörd mit Leerzeichen/und+mehr',
    'plainwordkey',
    'a"quoted\\key\tvalue',
    'k?&=#%~key<>',
  ];
  const encodings: [string, (value: string) => string][] = [
    ['plain', (value) => value],
    ['URL', encodeURIComponent],
    ['URL, small digits', (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
    ['form', (value) => encodeURIComponent(value).replaceAll('%20', '+')],
    ['base64', (value) => Buffer.from(value).toString('base64')],
    ['base64 behind a name', (value) => Buffer.from(`user:${value}`).toString('base64')],
    ['base64 behind two', (value) => Buffer.from(`me@x:${value}@host`).toString('base64')],
    ['base64url', (value) => Buffer.from(value).toString('base64url')],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['HEX', (value) => Buffer.from(value).toString('hex').toUpperCase()],
    ['JSON', (value) => JSON.stringify(value).slice(1, -1)],
    ['JSON in JSON', (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    ['UTF-16 read as bytes', (value) => Buffer.from(value, 'utf16le').toString('latin1')],
    ['UTF-16 in base64', (value) => Buffer.from(value, 'utf16le').toString('base64')],
    ['UTF-16 in hex', (value) => Buffer.from(value, 'utf16le').toString('hex')],
  ];

  it.each(
    values.flatMap((value) => encodings.map(([name, encode]) => [value, name, encode(value)] as const)),
  )('%s as %s', (value, _name, encoded) => {
    const redactor = createRedactor();
    expect(redactor.redact(`<${encoded}>`)).toContain(encoded.slice(2, -2));
    redactor.learn(new Secret(value));
    for (const put of [
      (text: string) => text,
      (text: string) => `x: ${text}!`,
      (text: string) => text + text,
    ]) {
      const clean = redactor.redact(put(encoded));
      expect(clean).toContain('[secret]');
      expect(clean).not.toContain(encoded.slice(2, -2));
    }
  });

  it('leaves short values alone: they would take words apart', () => {
    const redactor = createRedactor();
    redactor.learn(new Secret('the'));
    expect(redactor.redact('the other')).toBe('the other');
  });

  it('takes the longer of two that begin alike', () => {
    const redactor = createRedactor();
    redactor.learn(new Secret('common-beginning'));
    redactor.learn(new Secret('common-beginning-and-more'));
    expect(redactor.redact('common-beginning-and-more')).toBe('[secret]');
  });

  it('knows the lines of a long one', () => {
    const redactor = createRedactor();
    redactor.learn(new Secret('{\n  "private": "somethingsecret",\n}'));
    expect(redactor.redact('saw "private": "somethingsecret", there')).not.toContain('somethingsecret');
    expect(redactor.redact('{ }')).toBe('{ }');
  });

  it('does not read a value as a pattern', () => {
    const redactor = createRedactor();
    redactor.learn(new Secret('a.b*c(d[e-f'));
    expect(redactor.redact('aXbbbc(d[e-f')).toBe('aXbbbc(d[e-f');
    expect(redactor.redact('=a.b*c(d[e-f=')).toBe('=[secret]=');
  });

  it('takes out a value of 60,000 characters, whole and encoded', () => {
    const redactor = createRedactor();
    const long = Array.from({ length: 6000 }, (_, at) => `k${String(at).padStart(8, '0')}/`).join('');
    redactor.learn(new Secret(long));
    for (const [, encode] of encodings) {
      const clean = redactor.redact(`<${encode(long)}>`);
      expect(clean).toContain('[secret]');
      expect(clean.length).toBeLessThan(30);
    }
    expect(redactor.redact('nothing of it here')).toBe('nothing of it here');
  });

  it('knows 300 values', () => {
    const redactor = createRedactor();
    const many = Array.from({ length: 300 }, (_, at) => `value-number-${at}-${body}`);
    for (const value of many) redactor.learn(new Secret(value));
    for (const value of many) expect(redactor.redact(`a ${value} b`)).toBe('a [secret] b');
    expect(redactor.redact(many.join(' '))).toBe(many.map(() => '[secret]').join(' '));
  });

  it('stays linear: ten times the lines take less than forty times as long', () => {
    const redactor = createRedactor();
    for (let at = 0; at < 20; at += 1) redactor.learn(new Secret(`sk-proj-${at}-${body}`));
    const line = `2026-11-21T10:00:00Z enhanced photos/long/path/IMG_2041.jpg ?size=1 key: none ${'a-_'.repeat(20)}\n`;
    const took = (count: number) => {
      const text = line.repeat(count);
      const started = performance.now();
      redactor.redact(text);
      return performance.now() - started;
    };
    took(200);
    const few = Math.min(took(2000), took(2000), took(2000));
    expect(Math.min(took(20_000), took(20_000)) / few).toBeLessThan(40);
  });
});

describe('redactingStream', () => {
  const key = 'plainwordkey-of-someone';

  function collect(isTTY = false) {
    const target = Object.assign(new PassThrough(), { isTTY, columns: 80 });
    const chunks: Buffer[] = [];
    target.on('data', (chunk: Buffer) => chunks.push(chunk));
    const redactor = createRedactor();
    redactor.learn(new Secret(key));
    const stream = redactingStream(target, redactor);
    return { stream, text: () => Buffer.concat(chunks).toString('latin1') };
  }

  const ended = (stream: Writable) => new Promise<void>((resolve) => stream.end(() => resolve()));

  it('finds a key wherever the chunks cut it', async () => {
    for (let cut = 0; cut <= key.length; cut += 1) {
      const { stream, text } = collect();
      stream.write(`a ${key.slice(0, cut)}`);
      await new Promise(setImmediate);
      stream.write(`${key.slice(cut)} b\nnext`);
      await ended(stream);
      expect(text()).toBe('a [secret] b\nnext');
    }
  });

  it('keeps the lines of a private key back, one by one', async () => {
    const { stream, text } = collect();
    for (const line of [
      'x\n',
      '-----BEGIN PRIVATE KEY-----\n',
      'MIIEvQ\n',
      '-----END PRIVATE KEY-----\n',
      'y\n',
    ]) {
      stream.write(line);
    }
    await ended(stream);
    expect(text()).toBe('x\n[secret]\ny\n');
  });

  it('lets bytes through as they are, in their order', async () => {
    const { stream, text } = collect();
    const picture = Buffer.from([0xff, 0xd8, 0, 1, 0x0a, 0xff]);
    stream.write('before ');
    stream.write(picture);
    await ended(stream);
    expect(text()).toBe(`before ${picture.toString('latin1')}`);
  });

  it('shows a terminal an unfinished line at once: a prompt waits for its answer', async () => {
    const { stream, text } = collect(true);
    stream.write('Passphrase: ');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(text()).toBe('Passphrase: ');
    expect((stream as unknown as { columns: number; isTTY: boolean }).columns).toBe(80);
  });

  it.each([
    false,
    true,
  ])('writes nothing when it cannot redact, and fails without saying it (terminal: %s)', async (isTTY) => {
    const target = Object.assign(new PassThrough(), { isTTY });
    const redact = (text: string): string => {
      throw new SyntaxError(`cannot: ${text}`);
    };
    const stream = redactingStream(target, { redact });
    const failed = new Promise<Error>((resolve) => stream.on('error', resolve));
    stream.write(isTTY ? `prompt ${key}` : `line ${key}\n`);
    const error = await failed;
    expect(error).toBeInstanceOf(RedactionError);
    expect(inspect(error)).not.toContain(key);
    const refused = new Promise((resolve) => stream.write('more\n', resolve));
    expect(await refused).toBeInstanceOf(Error);
    expect(target.read()).toBe(null);
  });

  it('does not end its target, and hands on its errors', async () => {
    const target = new PassThrough();
    await ended(redactingStream(target, createRedactor()));
    expect(target.writableEnded).toBe(false);
    target.destroy();
    const stream = redactingStream(target, createRedactor());
    const failed = new Promise((resolve) => stream.on('error', resolve));
    stream.write('line\n');
    expect(await failed).toBeInstanceOf(Error);
  });
});

describe('the program', () => {
  it.each([
    ['redactKnown', ['presets', 'list']],
    ['redact', ['presets', 'lisp']],
  ])('says that it cannot redact, shows nothing else and fails (%s)', (name, args) => {
    const module = (file: string) => JSON.stringify(new URL(`../src/${file}`, import.meta.url).href);
    const script = `
      const { redactor } = await import(${module('redact.ts')});
      redactor.${name} = (text) => { throw new RangeError('cannot: ' + text); };
      await (await import(${module('cli.ts')})).main(${JSON.stringify(args)});
    `;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr.split('\n')[0]).toBe(
      'imgsys: error: some output is not shown: it could not be cleared of secrets',
    );
    expect(ran.stderr).not.toContain('cannot: ');
  });
});
