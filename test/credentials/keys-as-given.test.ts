import { describe, expect, it } from 'vitest';
import { cleanKey } from '../../src/credentials/clean-key.ts';
import { looksLikeKey, refuseKeysInArguments } from '../../src/credentials/looks-like-key.ts';

const fakes = [
  'sk-proj-CANARYcanaryCANARYcanary0123456789',
  'sk-svcacct-CANARYcanaryCANARY_0123-456789',
  'sk-CANARY0123456789abcdefghij',
  'AIzaSyCANARYcanaryCANARYcanary0123456789',
  'AQ.CANARYcanaryCANARYcanary0123456789',
  'r8_CANARYcanary0123456789abcdefghijkl',
  'hf_CANARYcanary0123456789abcdefghijkl',
  'vk-CANARYcanary0123456789abcdefghijkl',
  '00000000-0000-0000-0000-00000000cafe:00000000000000000000000000000000',
];

describe('a key as it was given', () => {
  it.each([
    ['sk-x\n', 'sk-x'],
    ['sk-x\r\n', 'sk-x'],
    ['\ufeffsk-x', 'sk-x'],
    ['  "sk-x"  ', 'sk-x'],
    ["'sk-x'\n", 'sk-x'],
    ['`sk-x`', 'sk-x'],
    ['\n\n\tsk-x \n', 'sk-x'],
    ['"\'sk-x\'"', 'sk-x'],
  ])('%j is cleaned', (text, expected) => {
    expect(cleanKey(text, 'standard input').reveal()).toBe(expected);
  });

  it.each([
    ['', 'holds no key'],
    [' \n"" \r\n', 'holds no key'],
    ['CANARY-one\nCANARY-two', 'more than one line'],
    ['CANARY one', 'blanks'],
    ['export KEY="CANARY"', 'blanks'],
    ['CANARY\u0000x', 'characters'],
    ['CANARYé', 'characters'],
    ['C'.repeat(65_537), 'longer than 64 KiB'],
  ])('%j is refused without repeating it', (text, reason) => {
    const clean = () => cleanKey(text, 'standard input');
    expect(clean).toThrow(reason);
    expect(clean).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(clean).not.toThrow(/CANARY|CCCC/);
  });
});

describe('a key on the command line', () => {
  const spread = fakes.flatMap((key) => [
    ['key', 'add', key],
    ['key', 'add', 'openai', key],
    ['key', 'add', 'openai', '--key', key],
    ['key', 'add', 'openai', `--key=${key}`],
    ['key', 'add', 'openai', `--api-key=${key}`],
    ['key', 'add', 'openai', `--api-key="${key}"`],
    ['key', 'add', 'openai', '--name', key],
    ['key', 'add', 'openai', '--ref', key],
    ['key', 'add', 'openai', `-k=${key}`],
    ['key', 'rotate', 'openai', key],
    ['key', 'verify', key],
    [`--api-key=${key}`],
    ['enhance', 'photos', '--key', key],
    ['enhance', 'photos', `--key=${key}`],
  ]);
  it.each(spread)('is refused: %s %s %s %s', (...args) => {
    expect(() => refuseKeysInArguments(args)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => refuseKeysInArguments(args)).not.toThrow(/CANARY|cafe/);
  });

  it.each([
    [['key', 'add', 'openai', '--key', 'hunter2']],
    [['key', 'add', 'openai', '--apikey=hunter2']],
    [['key', 'add', 'openai', '--secret', 'x']],
    [['key', 'add', 'openai', 'd41d8cd98f00b204e9800998ecf8427e']],
    [['key', 'add', 'openai', 'aB3dE6gH9jK2mN5pQ8sT1v']],
    [['enhance', '--api-key', 'aB3dE6gH9jK2mN5pQ8sT1v', 'photos']],
  ])('is refused although nothing tells its service: %j', (args) => {
    expect(() => refuseKeysInArguments(args)).toThrow('does not belong on the command line');
  });

  it.each([
    ...fakes.flatMap((key) => [
      `exec:["echo","${key}"]`,
      `exec:["sh","-c","printf '%s' '${key}'"]`,
      `exec:["curl","--header=${key}"]`,
      `exec:["echo","${key}"`,
      `pass:${key}`,
      `vault:kv/${key}#key`,
      `file:/home/me/${key}`,
    ]),
    'exec:["echo","sk-test-abcdef1234567890"]',
    'exec:["echo","\\u0073k-test-abcdef1234567890"]',
    'exec:["get-key","aB3dE6gH9jK2mN5pQ8sT1v"]',
    'exec:["get-key","--key=d41d8cd98f00b204e9800998ecf8427e"]',
    'env:sk_test_abcdef1234567890',
  ])('is refused inside a reference: %s', (reference) => {
    for (const args of [['--ref', reference], [`--ref=${reference}`]]) {
      const refuse = () => refuseKeysInArguments(['key', 'add', 'openai', ...args]);
      expect(refuse).toThrow('does not belong on the command line');
      expect(refuse).not.toThrow(/CANARY|cafe|abcdef/);
    }
  });

  it.each([
    [['key', 'add', 'openai', '--name', 'team-berlin-2026-production-01']],
    [
      [
        'key',
        'add',
        'openai',
        '--org',
        'org-aB3dE6gH9jK2mN5pQ8sT1v',
        '--project=proj_aB3dE6gH9jK2mN5pQ8sT1v',
      ],
    ],
    [['key', 'add', 'openai', '--ref', 'op://Private/OpenAI/credential', '--no-verify']],
    [
      [
        'key',
        'add',
        'openai',
        '--ref',
        'exec:["bw","get","password","99ee88d2-6046-4ea7-92c2-acac464b1412"]',
      ],
    ],
    [
      [
        'key',
        'add',
        'openai',
        '--ref',
        'exec:["/nix/store/aB3dE6gH9jK2mN5pQ8sT1v/bin/get","--in=/k/aB3dE6gH9jK2mN5pQ8sT1v"]',
      ],
    ],
    [['key', 'add', 'openai', '--ref', 'op://aB3dE6gH9jK2mN5pQ8sT1vW3xY/OpenAI/credential']],
    [['key', 'add', 'openai', '--ref', 'az-kv:team/openai/d41d8cd98f00b204e9800998ecf8427e']],
    [['key', 'add', 'openai', '--ref', 'pass:work/key-openai-production-2026']],
    [['key', 'add', 'openai-compatible', '--no-key', '--base-url', 'http://127.0.0.1:1234/v1']],
    [['key', 'store', 'add-keyfile', '/home/me/master.key']],
    [['key', 'verify', 'openai/team', '--model', 'gpt-image-2.5-sunburst-2026-09-08']],
    [['enhance', 'photos', '-o', 'key-visuals-Summer2026-final-select']],
    [['enhance', 'photos', '--suffix', '-pk-Summer2026finalselection']],
    [['enhance', 'sk-portrait-of-a-lady', '-o', 'out', '--key', 'team-b']],
    [['enhance', 'PXL20260101T123456789aBcDeF', 'd41d8cd98f00b204e9800998ecf8427e', '--provider', 'local']],
    [['runs', 'show', '01JCANARYaB3dE6gH9jK2mN5pQ']],
  ])('is not taken for one: %j', (args) => {
    expect(() => refuseKeysInArguments(args)).not.toThrow();
  });

  it('knows the shapes of today', () => {
    expect(fakes.filter((key) => !looksLikeKey(key))).toEqual([]);
  });
});
