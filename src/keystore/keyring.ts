// The keychain of the system, asked through a helper process that is ended at its deadline.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { classifyKeyringError, describeKeyringCode, type KeyringCode } from './keyring-codes.ts';
import type { HelperReply, HelperRequest } from './keyring-helper.ts';

export interface Keyring {
  /** Throws KeyringError NOT_FOUND when there is none. */
  get(account: string): Promise<string>;
  /** Stores, reads back and compares. */
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
}

export class KeyringError extends Error {
  override readonly name = 'KeyringError';
  readonly code: KeyringCode;

  /** `text` is what the module said, shown only where no words of ours fit. */
  constructor(code: KeyringCode, text = '') {
    super(
      code === 'OTHER' ? `${describeKeyringCode(code)}: ${text.slice(0, 200)}` : describeKeyringCode(code),
    );
    this.code = code;
  }
}

export interface KeyringOptions {
  readonly env: NodeJS.ProcessEnv;
  /** A person is there to answer the keychain's own prompt. */
  readonly interactive: boolean;
  readonly say: (message: string) => void;
  /** The helper's module; another one only in tests. */
  readonly helper?: URL;
}

export const keyringService = 'imgsys';

const deadlineMs = 3000;
const deadlineWithPromptMs = 60_000;
const saySoAfterMs = 1000;

// What the keychain needs to be found; never a key, and nothing that chooses code to load.
const passedOn = [
  'DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR DISPLAY WAYLAND_DISPLAY XAUTHORITY HOME USER LOGNAME LANG PATH',
  'SystemRoot USERPROFILE APPDATA LOCALAPPDATA TEMP TMPDIR',
].flatMap((names) => names.split(' '));

export function openKeyring(options: KeyringOptions): Keyring {
  const ask = (request: Pick<HelperRequest, 'op' | 'account' | 'value'>) => askHelper(request, options);
  return {
    async get(account) {
      const value = await ask({ op: 'get', account });
      if (value === null) throw new KeyringError('NOT_FOUND');
      return value;
    },
    async set(account, value) {
      await ask({ op: 'set', account, value });
    },
    async delete(account) {
      await ask({ op: 'delete', account });
    },
  };
}

async function askHelper(
  request: Pick<HelperRequest, 'op' | 'account' | 'value'>,
  options: KeyringOptions,
): Promise<string | null> {
  const limitMs = canPrompt(options) ? deadlineWithPromptMs : deadlineMs;
  const { reply, timedOut } = await run(
    { service: keyringService, deadlineMs: limitMs, ...request },
    options,
  );
  if (reply === undefined) throw new KeyringError(timedOut ? 'TIMEOUT' : 'CRASH');
  if (reply.ok) return reply.value;
  throw new KeyringError(reply.code ?? classifyKeyringError(reply.text), reply.text);
}

function run(
  request: HelperRequest,
  { env, interactive, say, helper = standardHelper }: KeyringOptions,
): Promise<{ reply: HelperReply | undefined; timedOut: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(helper)], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
      env: Object.fromEntries(
        passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
      ),
      windowsHide: true,
    });
    let timedOut = false;
    let answer = '';
    const deadline = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, request.deadlineMs);
    const notice = setTimeout(() => {
      if (canPrompt({ env, interactive })) say('waiting for your keyring to be unlocked, Ctrl-C to stop');
    }, saySoAfterMs);
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      answer += chunk.toString('utf8');
    });
    // A helper that died before it read its request.
    child.stdin?.on('error', () => child.kill('SIGKILL'));
    child.stdin?.end(JSON.stringify(request));
    const settle = () => {
      clearTimeout(deadline);
      clearTimeout(notice);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', () => {
      settle();
      resolve({ reply: parseReply(answer), timedOut });
    });
  });
}

const standardHelper = new URL(
  import.meta.url.endsWith('.ts') ? './keyring-helper.ts' : './keyring-helper.js',
  import.meta.url,
);

function canPrompt({ env, interactive }: Pick<KeyringOptions, 'env' | 'interactive'>): boolean {
  return interactive && (process.platform !== 'linux' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY));
}

// A reply that was cut off is none.
function parseReply(answer: string): HelperReply | undefined {
  try {
    return JSON.parse(answer) as HelperReply;
  } catch {
    return undefined;
  }
}
