import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { describeReference, parseReference } from '../../src/references/references.ts';

const version = '0123456789abcdef0123456789abcdef';

const good: readonly (readonly [string, object])[] = [
  ['env:OPENAI_KEY', { kind: 'env', name: 'OPENAI_KEY' }],
  ['  env:_x1\n', { kind: 'env', name: '_x1', text: 'env:_x1' }],
  ['file:/run/secrets/openai', { kind: 'file', path: '/run/secrets/openai' }],
  ['file:///run/secrets/a#b c', { kind: 'file', path: '/run/secrets/a#b c' }],
  [String.raw`file:C:\keys\openai.txt`, { kind: 'file', path: String.raw`C:\keys\openai.txt` }],
  ['exec:["bw","get","password","x"]', { kind: 'exec', command: 'bw', args: ['get', 'password', 'x'] }],
  ['exec:["/opt/key helper"]', { kind: 'exec', command: '/opt/key helper', args: [] }],
  ['exec:["sh","-c","echo \\"$KEY\\" | tr a b"]', { kind: 'exec', args: ['-c', 'echo "$KEY" | tr a b'] }],
  ['op://Private/Open AI/credential', { scheme: 'op', parts: { address: '//Private/Open AI/credential' } }],
  ['op://v/i/s/f?attribute=otp', { scheme: 'op', parts: { address: '//v/i/s/f?attribute=otp' } }],
  ['pass:imgsys/open ai', { scheme: 'pass', parts: { name: 'imgsys/open ai' } }],
  ['pass:büro/schlüssel#1', { scheme: 'pass', parts: { name: 'büro/schlüssel#1' } }],
  ['vault:secret/team/imgsys#openai', { parts: { mount: 'secret', path: 'team/imgsys', key: 'openai' } }],
  ['aws-sm:imgsys/keys', { parts: { id: 'imgsys/keys' } }],
  ['aws-sm:imgsys/keys#openai', { parts: { id: 'imgsys/keys', field: 'openai' } }],
  ['aws-sm:k?region=eu-west-1', { parts: { id: 'k', region: 'eu-west-1' } }],
  [
    'aws-sm:k#f?region=eu-west-1&profile=me',
    { parts: { id: 'k', field: 'f', region: 'eu-west-1', profile: 'me' } },
  ],
  [
    'aws-sm:arn:aws:secretsmanager:eu-west-1:123456789012:secret:imgsys-AbCdEf',
    { parts: { id: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:imgsys-AbCdEf' } },
  ],
  ['az-kv:my-vault/openai', { parts: { vault: 'my-vault', name: 'openai' } }],
  [
    `az-kv:my-vault/openai/${version}#k`,
    { parts: { vault: 'my-vault', name: 'openai', version, field: 'k' } },
  ],
  ['gcp-sm:my-project/openai', { parts: { project: 'my-project', name: 'openai' } }],
  [
    'gcp-sm:example.com:p1/openai/versions/7#k',
    { parts: { project: 'example.com:p1', version: '7', field: 'k' } },
  ],
];

// Nothing here may become an option of a tool, a file it reads, another command, or a path of its own.
const bad: readonly string[] = [
  ...['', 'env', 'env:', 'env:A B', 'env:1A', 'env:A=b', 'ENV:A', 'env:A\nB'],
  ...['file:', 'file:key.txt', 'file:./key', 'file:~/key', 'file://host/key', 'file:/a\nb', 'file:C:key'],
  ...[
    'exec:',
    'exec:ls',
    'exec:[]',
    'exec:[""]',
    'exec:{"a":1}',
    'exec:["a",1]',
    'exec:["./a"]',
    'exec:["a/b"]',
  ],
  ...[
    'exec:["../a"]',
    String.raw`exec:["a\\b"]`,
    'exec:["-a"]',
    'exec:["a","b\\u0000"]',
    'exec:["a"',
    'exec:["C:a"]',
  ],
  ...[
    'op:v/i/f',
    'op://v/i',
    'op://-v/i/f',
    'op://v/i/-f',
    'op://v//f',
    'op://v/i/f\n--reveal',
    'op://v/i/f#x',
  ],
  ...[
    'pass:',
    'pass:--help',
    'pass:-c',
    'pass:/etc/passwd',
    'pass:../x',
    'pass:a/../b',
    'pass:a//b',
    'pass:a/',
    'pass:a\tb',
  ],
  ...[
    'vault:secret#k',
    'vault:secret/a',
    'vault:-x/a#k',
    'vault:secret/-x#k',
    'vault:secret/a#',
    'vault:s/a#-k',
  ],
  ...['vault:secret/../sys#k', 'vault:secret/a b#k', 'vault:s/a#k?x=1', 'vault:s/a#k=v'],
  ...[
    'aws-sm:',
    'aws-sm:--help',
    'aws-sm:x --profile',
    'aws-sm:file:///etc/passwd',
    'aws-sm:http://x/y',
    'aws-sm:x#',
  ],
  ...[
    'aws-sm:x?',
    'aws-sm:x?profile=--debug',
    'aws-sm:x?profile=a%20b',
    'aws-sm:x?region=-r',
    'aws-sm:x?region=',
  ],
  ...[
    'aws-sm:x?endpoint-url=y',
    'aws-sm:x?region=a&region=b',
    'aws-sm:x?region=a#f',
    'aws-sm:x#f?__proto__=a',
    'aws-sm:x;id',
  ],
  ...[
    'az-kv:vault',
    'az-kv:-vault/n',
    'az-kv:vault/-n',
    'az-kv:@file/n',
    'az-kv:vault/@n',
    'az-kv:vault/n/latest',
    'az-kv:v/n',
  ],
  ...[
    'gcp-sm:p',
    'gcp-sm:-p/n',
    'gcp-sm:p/-n',
    'gcp-sm:p/n/versions/',
    'gcp-sm:p/n/versions/-1',
    'gcp-sm:p/n/7',
    'gcp-sm:p/n$(id)',
  ],
  ...[
    'sk-proj-abcdefghijklmnopqrstuvwxyz',
    '1b4c2f7e-0000-4000-8000-000000000000:aabbccddeeff',
    'bw:x',
    'pass://a/b',
  ],
  `env:${'A'.repeat(5000)}`,
];

describe('parseReference', () => {
  it.each(good)('reads %j', (text, expected) => {
    expect(parseReference(text)).toMatchObject({ text: text.trim(), ...expected });
  });

  it.each(bad.map((text) => [text]))('refuses %j without repeating it', (text) => {
    const error = catchError(() => parseReference(text));
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(2);
    expect((error as CommandError).hint).toContain('written so: ');
    const rest = text.slice(text.indexOf(':') + 1).trim();
    if (rest.length > 5) expect(`${error} ${(error as CommandError).hint}`).not.toContain(rest);
  });

  it('names all schemes where it knows none', () => {
    const { hint = '' } = catchError(() => parseReference('keychain:x')) as CommandError;
    for (const scheme of [
      'env:',
      'file:',
      'exec:',
      'op:',
      'pass:',
      'vault:',
      'aws-sm:',
      'az-kv:',
      'gcp-sm:',
    ]) {
      expect(hint).toContain(scheme);
    }
  });

  it('takes no part twice from a long text: time grows with its length only', () => {
    expect(() => parseReference(`pass:${'a/'.repeat(2000)}`)).toThrow();
    expect(() => parseReference(`vault:${'a/'.repeat(2000)}`)).toThrow();
    expect(() => parseReference(`op://${'a/'.repeat(2000)}`)).toThrow();
  });
});

describe('describeReference', () => {
  it.each([
    ['env:OPENAI_KEY', 'env:OPENAI_KEY'],
    ['aws-sm:k#f?region=eu-west-1', 'aws-sm:k#f?region=eu-west-1'],
    ['exec:["curl","-H","Authorization: canary-in-argument"]', 'exec:curl (2 arguments)'],
    ['exec:["\\u001b[31mx"]', 'exec:\\e[31mx (0 arguments)'],
    ['file:/tmp/\u202etxt.key', 'file:/tmp/\\u{202e}txt.key'],
  ])('writes %j as %j', (text, shown) => {
    expect(describeReference(parseReference(text))).toBe(shown);
  });
});

function catchError(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
