// What is done inside a session with a real Secret Service; prints what was seen as one line of JSON.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { CommandError } from '../../src/errors.ts';
import { openKeystore } from '../../src/keystore/keystore.ts';
import { Secret } from '../../src/secret.ts';

const home = process.env.HOME ?? mkdtempSync(join(tmpdir(), 'imgsys-test-'));
const file = join(home, 'imgsys', 'keystore.json');
const canary = 'sk-proj-canary-secret-service-0123';
const open = () => openKeystore(file, { env: process.env, say: () => {}, interactive: false }, systemClock);
const key = (name: string) => ({ provider: 'openai', name, secret: new Secret(canary), makeDefault: true });

async function failureOf(promise: Promise<unknown>): Promise<object> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandError)
    return { exitCode: error.exitCode, message: error.message, hint: error.hint };
  throw error ?? new Error('did not fail');
}

// The collection is asked for by its path: no other is there.
function collection(method: 'Lock' | 'Unlock'): void {
  const target = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets'];
  const call = `org.freedesktop.Secret.Service.${method}`;
  execFileSync('dbus-send', [
    '--session',
    '--print-reply',
    ...target,
    call,
    'array:objpath:/org/freedesktop/secrets/collection/login',
  ]);
}

function lookup(account: string): string {
  return execFileSync('secret-tool', ['lookup', 'service', 'imgsys', 'username', account], {
    encoding: 'utf8',
  });
}

function keyringFilesHold(text: string): boolean {
  const folder = join(process.env.XDG_DATA_HOME ?? '', 'keyrings');
  return readdirSync(folder).some((name) => readFileSync(join(folder, name), 'latin1').includes(text));
}

await open().add(key('default'));
const [slot] = await open().slots();
const account = slot?.place?.split(' ')[1] ?? '';
const master = lookup(account);
const revealed = (await open().secret('openai/default'))?.reveal() === canary;
const text = readFileSync(file, 'utf8');
const holds = [canary, master].some((value) => text.includes(value) || keyringFilesHold(value));
const statusBefore = await open().generation();

collection('Lock');
const lockedSecret = await failureOf(open().secret('openai/default'));
const lockedAdd = await failureOf(open().add(key('second')));
const listed = (await open().entries()).map(({ id }) => id);
const unchanged = readFileSync(file, 'utf8') === text && statusBefore === (await open().generation());

console.log(
  JSON.stringify({
    slot: slot?.type,
    masterLength: master.length,
    revealed,
    holds,
    lockedSecret,
    lockedAdd,
    listed,
    unchanged,
  }),
);
