// The image service in a process of its own, and the user's key for it.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/imgsys.js', import.meta.url));
const keys = ['sk-proj-CANARY-soak-0123456789-aaaa', 'sk-proj-CANARY-soak-0123456789-bbbb'] as const;

export interface SoakService {
  readonly baseUrl: string;
  billed(): Promise<number>;
  addKey(env: Readonly<Record<string, string>>): Promise<void>;
  /** Puts the other key in the place of the one that is used. */
  rotateKey(env: Readonly<Record<string, string>>): Promise<void>;
  stop(): void;
}

export async function startService(): Promise<SoakService> {
  const child = fork(fileURLToPath(new URL('./service.ts', import.meta.url)), keys);
  const ask = async () => {
    child.send('billed');
    return String((await once(child, 'message'))[0]);
  };
  const baseUrl = String((await once(child, 'message'))[0]);
  let used = 0;
  const key = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const input = keys[used % keys.length] ?? '';
    const all = [program, 'key', ...args, '--no-verify'];
    const { status, stderr } = spawnSync(process.execPath, all, { input, env: { ...process.env, ...env } });
    if (status !== 0) throw new Error(String(stderr));
    used += 1;
  };
  return {
    baseUrl,
    billed: async () => Number(await ask()),
    addKey: (env) => key(['add', 'openai', '--stdin', '--base-url', baseUrl], env),
    rotateKey: (env) => key(['rotate', 'openai', '--stdin'], env),
    stop: () => child.kill(),
  };
}
