import { writeFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveText, type StandIns, standIns } from './stand-in.ts';

const key = 'sk-canary-0123456789abcdefghij';
const version = '0123456789abcdef0123456789abcdef';

interface Case {
  readonly text: string;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly prints?: string;
}

const awsCall = [
  'secretsmanager',
  'get-secret-value',
  '--secret-id',
  'imgsys/keys',
  '--query',
  'SecretString',
];
const json = JSON.stringify({ openai: key, other: 1 }, undefined, 2);

const cases: readonly Case[] = [
  {
    text: 'op://My Vault/OpenAI/key',
    tool: 'op',
    argv: ['read', '--no-newline', 'op://My Vault/OpenAI/key'],
  },
  {
    text: 'pass:imgsys/openai',
    tool: 'pass',
    argv: ['show', 'imgsys/openai'],
    prints: `${key}\nurl: https://x\n`,
  },
  { text: 'pass:$(id);`id`', tool: 'pass', argv: ['show', '$(id);`id`'], prints: `${key}\n` },
  { text: 'vault:kv/a/b#openai', tool: 'vault', argv: ['kv', 'get', '-mount=kv', '-field=openai', 'a/b'] },
  { text: 'vault:kv/a#openai', tool: 'bao', argv: ['kv', 'get', '-mount=kv', '-field=openai', 'a'] },
  { text: 'aws-sm:imgsys/keys', tool: 'aws', argv: [...awsCall, '--output', 'text'], prints: `${key}\n` },
  {
    text: 'aws-sm:imgsys/keys#openai?region=eu-west-1&profile=me',
    tool: 'aws',
    argv: [...awsCall, '--output', 'text', '--region', 'eu-west-1', '--profile', 'me'],
    prints: `${json}\n`,
  },
  {
    text: 'az-kv:my-vault/openai#openai',
    tool: 'az',
    argv: [
      ...['keyvault', 'secret', 'show', '--vault-name', 'my-vault', '--name', 'openai'],
      ...['--query', 'value', '-o', 'tsv', '--only-show-errors'],
    ],
    prints: json,
  },
  {
    text: `az-kv:my-vault/openai/${version}`,
    tool: 'az',
    argv: [
      ...['keyvault', 'secret', 'show', '--vault-name', 'my-vault', '--name', 'openai', '--version', version],
      ...['--query', 'value', '-o', 'tsv', '--only-show-errors'],
    ],
    prints: `${key}\r\n`,
  },
  {
    text: 'gcp-sm:my-project/openai',
    tool: 'gcloud',
    argv: ['secrets', 'versions', 'access', 'latest', '--secret', 'openai', '--project', 'my-project'],
  },
  {
    text: 'gcp-sm:my-project/openai/versions/7#openai',
    tool: 'gcloud',
    argv: ['secrets', 'versions', 'access', '7', '--secret', 'openai', '--project', 'my-project'],
    prints: json,
  },
  { text: 'exec:["helper","--flag","a b"]', tool: 'helper', argv: ['--flag', 'a b'] },
];

// What a tool gets for itself, and what nobody gets.
const own: Readonly<Record<string, readonly string[]>> = {
  op: ['OP_SERVICE_ACCOUNT_TOKEN', 'DISPLAY'],
  pass: ['GNUPGHOME', 'GPG_TTY', 'PASSWORD_STORE_DIR', 'DISPLAY'],
  vault: ['VAULT_ADDR', 'VAULT_TOKEN', 'BAO_ADDR'],
  bao: ['VAULT_ADDR', 'VAULT_TOKEN', 'BAO_ADDR'],
  aws: ['AWS_PROFILE', 'AWS_SECRET_ACCESS_KEY'],
  az: ['AZURE_CONFIG_DIR'],
  gcloud: ['CLOUDSDK_CONFIG', 'GOOGLE_APPLICATION_CREDENTIALS'],
  helper: [],
};
const everybody = ['HOME', 'LC_ALL', 'XDG_CONFIG_HOME', 'https_proxy', 'SSL_CERT_FILE', 'PATH'];
const nobody = [
  ...[
    'OPENAI_API_KEY',
    'IMGSYS_KEY_OPENAI',
    'IMGSYS_PASSPHRASE',
    'GEMINI_API_KEY',
    'GOOGLE_API_KEY',
    'FAL_KEY',
  ],
  ...['REPLICATE_API_TOKEN', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'AWS_BEARER_TOKEN_BEDROCK'],
  ...['GITHUB_TOKEN', 'NODE_OPTIONS', 'LD_PRELOAD', 'SECRET'],
];

function environmentFor(tools: StandIns): NodeJS.ProcessEnv {
  const names = [...everybody, ...nobody, ...Object.values(own).flat()];
  return {
    ...Object.fromEntries(names.map((name) => [name, `value of ${name}`])),
    LD_PRELOAD: '',
    PATH: tools.path,
  };
}

describe('each secret manager', () => {
  it.each(cases)('is asked with exactly these arguments: $text', async ({
    text,
    tool,
    argv,
    prints = key,
  }) => {
    const tools = await standIns();
    await tools.tool(tool, { stdout: prints, stderr: 'a note for people\n' });
    const secret = await resolveText(text, environmentFor(tools));
    expect(secret.reveal()).toBe(key);
    const calls = await tools.calls(tool);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ argv, cwd: parse(tools.path).root, stdinBytes: 0 });
  });

  it.each(Object.entries(own))('gets the environment it needs and no key: %s', async (tool, names) => {
    const tools = await standIns();
    const { text = '', prints = key } = cases.find((entry) => entry.tool === tool) ?? {};
    await tools.tool(tool, { stdout: prints });
    await resolveText(text, environmentFor(tools));
    const [call] = await tools.calls(tool);
    // Node's own start may add a variable on macOS; nothing of ours begins so.
    const given = Object.keys(call?.env ?? {}).filter((name) => !name.startsWith('__CF'));
    expect(given.sort()).toEqual([...everybody, ...names].sort());
  });

  it('prefers vault where both are there', async () => {
    const tools = await standIns();
    await tools.tool('vault', { stdout: key });
    await tools.tool('bao', { stdout: 'not asked' });
    expect((await resolveText('vault:kv/a#k', { PATH: tools.path })).reveal()).toBe(key);
  });
});

describe('a tool that is not there', () => {
  it.each([
    ['op://v/i/f', 'no op on', 'developer.1password.com'],
    ['pass:x', 'no pass on', 'passwordstore.org'],
    ['vault:kv/a#k', 'no vault or bao on', 'openbao.org'],
    ['aws-sm:x', 'no aws on', 'aws.amazon.com/cli'],
    ['az-kv:my-vault/x', 'no az on', 'learn.microsoft.com'],
    ['gcp-sm:p/x', 'no gcloud on', 'cloud.google.com/sdk'],
    ['exec:["no-such-helper"]', 'no no-such-helper on', 'correct the reference'],
    ['exec:["/no/such/helper"]', 'no /no/such/helper on', 'correct the reference'],
  ])('is named, with the way to get it: %s', async (text, message, hint) => {
    await expect(resolveText(text, { PATH: '/nowhere' })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});

describe('an answer without a key', () => {
  it.each([
    ['aws-sm:x', 'aws', 'None\n', 'holds no text'],
    ['az-kv:my-vault/x', 'az', 'None\n', 'holds no text'],
    ['pass:imgsys', 'pass', 'imgsys\n├── openai\n└── fal\n', 'a folder of the password store'],
    ['pass:x', 'pass', '\nsecond line\n', 'it is empty'],
    ['gcp-sm:p/x', 'gcloud', '', 'it is empty'],
    ['gcp-sm:p/x', 'gcloud', 'one\ntwo\n', 'more than one line'],
    ['gcp-sm:p/x#k', 'gcloud', key, 'not a JSON object'],
    ['gcp-sm:p/x#k', 'gcloud', '{"other":"x"}', 'has no field k'],
  ])('says so: %s', async (text, tool, stdout, message) => {
    const tools = await standIns();
    await tools.tool(tool, { stdout });
    await expect(resolveText(text, { PATH: tools.path })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(message),
    });
  });
});

describe('a tool that fails', () => {
  it('is quoted: its last two lines, short, clean, without secrets', async () => {
    const tools = await standIns();
    const token = 'hvs-token-of-my-own-0123';
    const lines = [
      'Traceback',
      `\u001b[31mdenied\u001b[0m for ${token}\u0007`,
      `key was ${key}-tail ${'x'.repeat(300)}`,
    ];
    await tools.tool('vault', { stdout: `${key}-tail\n`, stderr: `${lines.join('\n')}\n`, exitCode: 2 });
    const env = { PATH: tools.path, VAULT_TOKEN: token };
    const error = await resolveText('vault:kv/a#k', env).catch((reason: Error) => reason);
    expect(error).toMatchObject({ exitCode: 4, hint: expect.stringContaining('vault login') });
    const { message } = error as Error;
    expect(message).toMatch(/from vault:kv\/a#k: the command ended with code 2: denied for \[secret\]/);
    expect(message).toContain(' / key was [secret] xxx');
    expect(message).not.toContain('Traceback');
    expect(message).not.toMatch(/canary|token-of-my-own|\p{Cc}/u);
    expect(message.split('code 2: ')[1]?.length).toBeLessThanOrEqual(200);
    expect((error as Error).cause).toBeUndefined();
  });

  it('is quoted from a whole word on, however much it wrote', async () => {
    const tools = await standIns();
    await tools.tool('pass', { stderr: `${'k'.repeat(20_000)} gpg: no secret key\n`, exitCode: 1 });
    await expect(resolveText('pass:x', { PATH: tools.path })).rejects.toMatchObject({
      message: 'no usable key from pass:x: the command ended with code 1: gpg: no secret key',
    });
  });

  it('does not show the arguments of exec', async () => {
    const tools = await standIns();
    await tools.tool('helper', { exitCode: 3 });
    const text = 'exec:["helper","--token","canary-in-argument"]';
    const error = await resolveText(text, { PATH: tools.path }).catch((reason: Error) => reason);
    expect(String((error as Error).message)).toBe(
      'no usable key from exec:helper (2 arguments): the command ended with code 3',
    );
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  it('tells a command that is no program', async () => {
    const tools = await standIns();
    await writeFile(await tools.script('broken', ''), '#!/no/such/interpreter\n');
    await expect(resolveText('exec:["broken"]', { PATH: tools.path })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('cannot be started (ENOENT)'),
    });
  });
});
