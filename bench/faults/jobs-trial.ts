// A user who orders two pictures from a service that works in jobs, and runs the same command until they are there.
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writePhotos } from '../../test/helpers/photos.ts';
import { type ReplicateServer, startReplicateServer } from '../../test/helpers/replicate-server.ts';
import type { JobFault } from './jobs-faults.ts';
import { breachesOf, firstLineOf, type Outcome, runTrial } from './network-trial.ts';

const key = 'r8_CANARY-jobs-0123456789';
const pictures = 2;
const mostRuns = 3;

export interface JobsJudged {
  readonly codes: readonly (number | null)[];
  readonly seconds: number;
  readonly ordered: number;
  readonly paid: number;
  readonly says: string;
  readonly breaches: readonly string[];
}

/** Tries one fault with a service, a home and pictures of its own below `place`. */
export async function tryJobs(place: string, fault: JobFault): Promise<JobsJudged> {
  const folder = mkdtempSync(join(place, 'jobs-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  await writePhotos(join(folder, 'photos'), pictures);
  const server = await startReplicateServer({ keys: [key] });
  const door = await openDoor(server, fault);
  const env = { IMGSYS_HOME: home, HOME: home };
  const known = { ...env, IMGSYS_KEY_REPLICATE: key, IMGSYS_BASE_URL_REPLICATE: `${door.origin}/v1` };
  const command = (...more: string[]) => [
    ...['enhance', 'photos', '-o', 'out', '-p', 'upscale', '--size', '2x', '--provider', 'replicate'],
    ...['--json', ...more],
  ];
  const run = (args: readonly string[], meanwhile?: (pid: number) => Promise<void>) =>
    runTrial({
      ...{ args, cwd: folder, env: known, hungAfterMs: 400_000, under: underHosts(folder, fault.hosts) },
      ...(meanwhile && { meanwhile }),
    });
  const outputs = () => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []);
  try {
    const kill = async (pid: number) => {
      await door.wasAsked;
      process.kill(pid, 'SIGKILL');
    };
    const first = await run(command('--timeout', fault.timeout ?? '60s'), fault.isKilled ? kill : undefined);
    const breaches = fault.isKilled ? [] : breachesOf(first);
    const codes = [first.code];
    door.heal();
    for (let runs = 1; outputs().length < pictures && runs < mostRuns; runs += 1) {
      const next = await run(command());
      codes.push(next.code);
      breaches.push(...breachesOf(next).map((words) => `next run: ${words}`));
    }
    if (server.submissions.length > pictures) breaches.push('ordered again without a word');
    if (fault.isLost && outputs().length < pictures) {
      const again = await run(command('--retry-unsettled', 'always', '--force'));
      codes.push(again.code);
      breaches.push(...breachesOf(again).map((words) => `once more by a word: ${words}`));
    }
    const left = outputs().filter((name) => name.startsWith('.'));
    if (left.length > 0) breaches.push(`left behind: ${left.join(', ')}`);
    if (outputs().length !== pictures) breaches.push(`${outputs().length} of ${pictures} pictures are there`);
    const calls = callsIn(home);
    const open = calls.filter(({ state }) => state === 'sent' || state === 'reserved').length;
    if (open > 0) breaches.push(`${open} calls are left open`);
    const paid = calls.filter(({ state }) => state === 'paid').length;
    const charged = calls.filter(({ state }) => state === 'paid' || state === 'unsettled').length;
    const ordered = server.submissions.length;
    if (charged !== ordered) breaches.push(`${ordered} ordered, ${charged} booked`);
    if (server.breaches.length > 0) breaches.push(...server.breaches);
    return { codes, seconds: first.ms / 1000, ordered, paid, says: saysOf(first), breaches };
  } finally {
    door.close();
    await server.close();
  }
}

// What is said of a picture, before what is said of the run.
function saysOf(first: Outcome): string {
  return /"type":"failed".*?"message":"([^"]+)"/.exec(first.stdout)?.[1] ?? firstLineOf(first);
}

// A service that tells the same of itself at another port, and spoils what it is told to.
async function openDoor(server: ReplicateServer, fault: JobFault) {
  const upstream = new URL(server.baseUrl);
  const spoilt = new Map<string, number>();
  let isWell = false;
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const pass = (from: IncomingMessage, to: ServerResponse) => {
    const { method, url: path, headers } = from;
    const inner = request(
      { host: upstream.hostname, port: upstream.port, method, path, headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
      },
    );
    inner.on('error', () => to.destroy());
    from.pipe(inner);
  };
  const door = createServer((from, to) => {
    const { method = '', url = '' } = from;
    const kind = method === 'POST' ? 'order' : url.startsWith('/delivery/') ? 'picture' : 'poll';
    const isOfJob = kind === 'order' ? url.endsWith('/predictions') : /\/job\d+/.test(url);
    if (isWell || !isOfJob || kind !== fault.of) return pass(from, to);
    const times = spoilt.get(url) ?? 0;
    if (times >= (fault.times ?? Number.POSITIVE_INFINITY)) return pass(from, to);
    spoilt.set(url, times + 1);
    asked();
    from.resume().on('end', () => fault.act(to));
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const origin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  // Where a picture lies is told at each question anew, as services sign their addresses anew.
  server.set({
    prediction: ({ id }) => ({
      output: (isWell ? undefined : fault.output) ?? `${origin}/delivery/${id}.png`,
    }),
  });
  return {
    ...{ origin, wasAsked },
    heal() {
      isWell = true;
    },
    close() {
      door.close();
      door.closeAllConnections();
    },
  };
}

// Names as a file of its own has them, for this program alone.
function underHosts(folder: string, hosts: string | undefined): readonly string[] {
  if (hosts === undefined) return [];
  const file = join(folder, 'hosts');
  writeFileSync(file, `127.0.0.1 localhost\n${hosts}\n`);
  return ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/hosts && exec "$@"`, 'sh'];
}

function callsIn(home: string): { readonly state: string }[] {
  const db = new DatabaseSync(join(home, 'ledger.sqlite'), { readOnly: true });
  try {
    return db.prepare('SELECT state FROM attempts').all() as unknown as { readonly state: string }[];
  } finally {
    db.close();
  }
}
