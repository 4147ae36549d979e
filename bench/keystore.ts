// The key store under load, and what its promises cost. Run: npm run build && node bench/keystore.ts [kills]
// 200 kills at random moments; 12 processes that add 5 keys each; a dead keychain answered within 4 s; reading the
// entries beside a Node that does nothing.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/clock.ts';
import { KeyringError, openKeyring } from '../src/keystore/keyring.ts';
import { type Keystore, openKeystore } from '../src/keystore/keystore.ts';
import { Secret } from '../src/secret.ts';
import { adding, findLost, killAtRandom } from '../test/keystore/processes.ts';
import { machine, measure, median, printTable } from './measure.ts';

const kills = Number(process.argv[2] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const file = join(folder, 'data', 'keystore.json');
const open = (): Keystore => openKeystore(file, { env: {}, say: () => {}, interactive: false }, systemClock);
let broken = 0;

console.log(machine());
try {
  await open().addKeyFile(join(folder, 'master.key'));
  await open().add({
    provider: 'openai',
    name: 'default',
    secret: new Secret('sk-bench-0123456789'),
    makeDefault: true,
  });
  await writers();
  await killed();
  await deadBus();
  listing();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = broken === 0 ? 0 : 1;

function promise(name: string, holds: boolean): void {
  console.log(`${holds ? 'holds ' : 'BROKEN'} ${name}`);
  if (!holds) broken += 1;
}

async function writers(): Promise<void> {
  const started = performance.now();
  const ran = await Promise.all(Array.from({ length: 12 }, (_, at) => adding(file, `w${at}`, 5)));
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  const acknowledged = ran.flatMap((each) => each.acknowledged);
  const lost = await findLost(open(), acknowledged);
  const kept = acknowledged.length - lost.length;
  promise(`12 processes x 5 adds: ${kept} of 60 in ${seconds} s`, kept === 60);
}

async function killed(): Promise<void> {
  const { acknowledged, complaints, killed } = await killAtRandom(file, kills, 3);
  const lost = await findLost(open(), acknowledged);
  const told = `${killed} kills, ${acknowledged.length} acknowledged changes: ${lost.length} lost or corrupt`;
  promise(told, killed === kills && lost.length === 0 && complaints.length === 0);
}

async function deadBus(): Promise<void> {
  const path = join(folder, 'bus');
  const server = createServer(() => {}).listen(path);
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
  const started = performance.now();
  const answer = await openKeyring({ env, interactive: false, say: () => {} })
    .get('nobody')
    .catch((error: unknown) => (error instanceof KeyringError ? error.code : String(error)));
  const seconds = (performance.now() - started) / 1000;
  server.close();
  promise(
    `a keychain that never answers: ${answer} after ${seconds.toFixed(2)} s`,
    answer === 'TIMEOUT' && seconds < 4,
  );
}

function listing(): void {
  const module = new URL('../dist/keystore/keystore.js', import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then(({ openKeystore }) => openKeystore(${JSON.stringify(file)},
    { env: {}, say() {}, interactive: false }, { now: Date.now }).entries())`;
  const measured = measure(
    [
      { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
      { name: 'entries of the store', argv: [process.execPath, '-e', script] },
    ],
    15,
  );
  printTable(measured);
  const [bare = 1, listed = 0] = measured.map(({ seconds }) => median(seconds));
  promise(
    `reading entries: ${(listed / bare).toFixed(2)} times bare node, at most 1.5`,
    listed / bare <= 1.5,
  );
}
