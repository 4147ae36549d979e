// Files of the program that others hold, lock or take away: what the built program says, and whether all is there after.
// Run (root, for a ledger that cannot be written): npm run build && node bench/faults/damage-held.ts [pattern]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePhotos } from '../../test/helpers/photos.ts';
import { bought, openDamageLab } from './damage-home.ts';
import { breachesOf, firstLineOf, type Outcome, runTrial, type Trial } from './network-trial.ts';

const [pattern = ''] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const wanted = 6;
const lab = await openDamageLab(place);
// The first ones are those that were bought.
await writePhotos(join(lab.folder, 'others'), bought + wanted);
for (const name of readdirSync(join(lab.folder, 'photos'))) rmSync(join(lab.folder, 'others', name));
const more = ['enhance', 'others', '-o', 'more', '--provider', 'openai', '--json'];
const add = [
  'key',
  'add',
  'openai',
  '--stdin',
  '--base-url',
  lab.server.baseUrl,
  '--name',
  'second',
  '--json',
];
let [trials, bad] = [0, 0];
try {
  console.log('held | exit code | s | exit code after | bought | first line');
  for (const held of all().filter(({ name }) => new RegExp(pattern).test(name))) await tryHeld(held);
  console.log(`${trials} trials, ${bad} with breaches`);
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  await lab.close();
  rmSync(place, { recursive: true, force: true });
}

interface Held {
  readonly name: string;
  readonly args: readonly string[];
  /** Exit codes that are right while it is held. */
  readonly codes: readonly number[];
  /** Ends what it began. */
  begin(home: string): Promise<() => void> | (() => void);
  readonly under?: (home: string) => readonly string[];
  readonly meanwhile?: (home: string) => (pid: number) => Promise<void>;
  /** Exit code of the same command afterwards, with nothing held. */
  readonly after?: number;
}

async function tryHeld({ name, args, codes, begin, under, meanwhile, after = 0 }: Held): Promise<void> {
  const home = lab.copy();
  const before = lab.server.journal.billed().length;
  const run = (extra: Partial<Trial> = {}): Promise<Outcome> =>
    runTrial({
      ...{ args, cwd: lab.folder, env: lab.envOf(home), hungAfterMs: 300_000, ...extra },
      ...(args === add && { stdin: 'sk-proj-CANARY-damage-0123456789-aaaa\n' }),
    });
  const end = await begin(home);
  const ran = await run({
    ...(under && { under: under(home) }),
    ...(meanwhile && { meanwhile: meanwhile(home) }),
  });
  end();
  const next = await run();
  const breaches = breachesOf(ran);
  if (!codes.includes(ran.code ?? -1)) breaches.push(`ended with ${ran.code}: ${ran.stderr.slice(0, 300)}`);
  if (next.code !== after) breaches.push(`afterwards ${next.code}: ${firstLineOf(next)}`);
  const billed = lab.server.journal.billed().length - before;
  if (args === more && after === 0 && billed !== bought + 2)
    breaches.push(`${billed} bought of ${bought + 2}`);
  trials += 1;
  bad += Number(breaches.length > 0);
  const cells = [
    name,
    ran.code,
    (ran.ms / 1000).toFixed(0),
    next.code,
    billed,
    firstLineOf(ran).replaceAll(home, '…'),
  ];
  console.log(cells.join(' | ').slice(0, 260));
  if (breaches.length > 0) console.log('  BREACH', breaches);
  rmSync(join(lab.folder, 'more'), { recursive: true, force: true });
}

function all(): Held[] {
  const ledger = (home: string) => join(home, 'ledger.sqlite');
  const store = (home: string) => join(home, 'keystore.lock');
  const exclusive = 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE';
  const nothing = () => () => {};
  const during = (home: string, act: (home: string) => Promise<void>) => async () => {
    const done = lab.server.journal.billed().length;
    while (lab.server.journal.billed().length === done) await sleep(20);
    await act(home);
  };
  const bound = (home: string) => {
    const file = ledger(home);
    const line = `mount --bind '${file}' '${file}' && mount -o remount,ro,bind '${file}' && exec "$@"`;
    return ['unshare', '-m', 'sh', '-c', line, 'sh'];
  };
  const inPlace = (name: string, make: (file: string) => void): Held => ({
    ...{ name: `key store: ${name} in the place of its lock`, args: add, codes: [12, 0], after: 0 },
    begin(home) {
      rmSync(store(home), { force: true });
      make(store(home));
      return () => rmSync(store(home), { recursive: true, force: true });
    },
  });
  return [
    {
      ...{ name: 'ledger: locked for writing for long', args: more, codes: [5] },
      begin: (home) => hold(ledger(home), 'BEGIN IMMEDIATE'),
    },
    {
      ...{ name: 'ledger: locked for all for long', args: more, codes: [5] },
      begin: (home) => hold(ledger(home), exclusive),
    },
    {
      ...{ name: 'ledger: locked for all, usage', args: ['usage'], codes: [5, 0] },
      begin: (home) => hold(ledger(home), exclusive),
    },
    {
      ...{
        name: 'ledger: locked for writing for 10 s from the first bought picture on',
        args: more,
        codes: [0],
      },
      begin: nothing,
      meanwhile: (home) => during(home, () => holdFor(ledger(home), 10_000)),
    },
    {
      ...{
        name: 'ledger: locked for writing for 50 s from the first bought picture on',
        args: more,
        codes: [5, 0],
      },
      begin: nothing,
      meanwhile: (home) => during(home, () => holdFor(ledger(home), 50_000)),
    },
    { ...{ name: 'ledger: read-only', args: more, codes: [2], begin: nothing }, under: bound },
    { ...{ name: 'ledger: read-only, usage', args: ['usage'], codes: [0, 2], begin: nothing }, under: bound },
    {
      ...{ name: 'ledger: WAL deleted under a living run', args: more, codes: [0, 2, 5], begin: nothing },
      meanwhile: (home) => during(home, async () => rmSync(`${ledger(home)}-wal`, { force: true })),
    },
    {
      ...{ name: 'ledger: WAL with purchases deleted after kill -9', args: more, codes: [2], after: 2 },
      async begin(home) {
        const child = runTrial({
          ...{ args: more, cwd: lab.folder, env: lab.envOf(home), hungAfterMs: 300_000 },
          meanwhile: async (pid) => {
            const started = lab.server.journal.billed().length;
            while (lab.server.journal.billed().length < started + 3) await sleep(10);
            await sleep(1_000);
            process.kill(pid, 'SIGKILL');
          },
        });
        await child;
        if (!existsSync(`${ledger(home)}-wal`)) throw new Error('no WAL was left');
        for (const ending of ['-wal', '-shm']) rmSync(ledger(home) + ending, { force: true });
        return () => {};
      },
    },
    {
      ...{ name: 'key store: its lock held for long', args: add, codes: [11] },
      begin: (home) => hold(store(home), 'BEGIN EXCLUSIVE'),
    },
    {
      ...{ name: 'key store: its lock left behind by a dead owner', args: add, codes: [0], after: 2 },
      async begin(home) {
        const free = await hold(store(home), 'PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
        free();
        return () => {};
      },
    },
    inPlace('a text', (file) => writeFileSync(file, 'pid 4711\n', { mode: 0o600 })),
    inPlace('a folder', (file) => mkdirSync(file)),
    inPlace('a FIFO', (file) => void execFileSync('mkfifo', [file])),
  ];
}

// Another process that has the lock until it is killed.
async function hold(file: string, sql: string): Promise<() => void> {
  const script = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]); db.exec(process.argv[2]); console.log('held'); setInterval(() => db, 1e6)`;
  const child = spawn(process.execPath, ['-e', script, file, sql], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return () => child.kill('SIGKILL');
}

async function holdFor(file: string, ms: number): Promise<void> {
  const free = await hold(file, 'PRAGMA busy_timeout = 20000; BEGIN IMMEDIATE');
  await sleep(ms);
  free();
}
