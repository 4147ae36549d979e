// A process of its own that talks to the keychain once and ends. A keychain whose prompt nobody answers blocks for
// ever, does not listen to AbortSignal and keeps even process.exit() from ending the process; this one can be killed.
import { readFileSync, writeSync } from 'node:fs';

/** Arrives on standard input as JSON. `value` is base64. */
export interface HelperRequest {
  readonly op: 'get' | 'set' | 'delete';
  readonly service: string;
  readonly account: string;
  readonly value?: string;
  /** The parent kills at the deadline; should it have died, the helper ends itself a little later. */
  readonly deadlineMs: number;
}

/** Leaves on descriptor 3 as JSON. */
export type HelperReply =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly code?: 'LOAD' | 'READBACK'; readonly text: string };

const afterParentMs = 1000;

async function main(): Promise<void> {
  const request = JSON.parse(readFileSync(0, 'utf8')) as HelperRequest;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), request.deadlineMs + afterParentMs);
  writeSync(3, JSON.stringify(await answer(request)));
  process.kill(process.pid, 'SIGKILL');
}

async function answer({ op, service, account, value }: HelperRequest): Promise<HelperReply> {
  const loaded = await load();
  if (typeof loaded === 'string') return { ok: false, code: 'LOAD', text: loaded };
  try {
    // Without the pin the module falls back to the kernel's keyring, which forgets.
    const entry = new loaded.AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    if (op === 'delete') await entry.deletePassword();
    if (op === 'set') await entry.setPassword(value ?? '');
    const found = op === 'delete' ? null : await entry.getPassword();
    if (op === 'set' && found !== value) return { ok: false, code: 'READBACK', text: 'read back differs' };
    return { ok: true, value: op === 'get' ? found : null };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

async function load(): Promise<typeof import('@napi-rs/keyring') | string> {
  try {
    return await import('@napi-rs/keyring');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

await main();
