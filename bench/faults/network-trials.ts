// What a user does while the network is at fault, and afterwards when it is well again.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ImageServer, startImageServer } from '../../test/helpers/image-server.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { type Front, openFront } from './network-front.ts';
import { breachesOf, firstLineOf, type Outcome, runTrial } from './network-trial.ts';

export const key = 'sk-proj-CANARY-network-0123456789-bbbb';
const pictures = 2;

export interface NetworkLab {
  readonly folder: string;
  readonly server: ImageServer;
  readonly front: Front;
  close(): Promise<void>;
}

export async function openNetworkLab(place: string): Promise<NetworkLab> {
  const server = await startImageServer({ keys: { [key]: 'org-test' }, answer: 'fixed' });
  const front = await openFront(Number(new URL(server.baseUrl).port));
  const folder = mkdtempSync(join(place, 'net-'));
  await writePhotos(join(folder, 'photos'), pictures);
  return {
    ...{ folder, server, front },
    async close() {
      await front.close();
      await server.close();
    },
  };
}

export type Command = 'key verify' | 'key add' | 'enhance';

/** A fault as its trial needs it. */
export interface NetworkFault {
  readonly name: string;
  readonly isHarmless?: boolean;
  /** Sets it up, answers what the program is to have in its environment, and how it is ended. */
  begin(lab: NetworkLab): Promise<FaultUnderway> | FaultUnderway;
}

export interface FaultUnderway {
  readonly env?: Readonly<Record<string, string>>;
  readonly under?: readonly string[];
  end?(): void | Promise<void>;
  /** What else went wrong: a key at a stranger's. */
  check?(): string[];
}

export interface NetworkJudged {
  readonly outcome: Outcome;
  readonly says: string;
  readonly breaches: readonly string[];
  readonly unsettled: number;
  readonly paid: number;
}

/** Tries one command under a fault, then heals the network and finishes. */
export async function tryNetwork(
  lab: NetworkLab,
  fault: NetworkFault,
  command: Command,
): Promise<NetworkJudged> {
  const { folder, front, server } = lab;
  const home = mkdtempSync(join(folder, 'home-'));
  const out = join(folder, 'out');
  const passphrase = join(folder, 'passphrase');
  writeFileSync(passphrase, 'CANARY-passphrase\n', { mode: 0o600 });
  const well = {
    ...{ IMGSYS_HOME: home, HOME: home, IMGSYS_PASSPHRASE_FILE: passphrase },
    IMGSYS_BASE_URL_OPENAI: `http://127.0.0.1:${front.port}/v1`,
    ...(command !== 'key add' && { IMGSYS_KEY_OPENAI: key }),
  };
  const args: Readonly<Record<Command, readonly string[]>> = {
    'key verify': ['key', 'verify', 'openai', '--json'],
    'key add': ['key', 'add', 'openai', '--stdin', '--base-url', well.IMGSYS_BASE_URL_OPENAI, '--json'],
    enhance: ['enhance', 'photos', '-o', out, '--provider', 'openai', '--json'],
  };
  const before = front.whole.length;
  const underway = await fault.begin(lab);
  const stdin = command === 'key add' ? { stdin: `${key}\n` } : {};
  const hasty = command === 'enhance' ? ['--timeout', '3s', '--max-wait', '3s'] : [];
  const trial = {
    args: [...args[command], ...hasty],
    cwd: folder,
    env: { ...well, ...underway.env },
    ...stdin,
  };
  const outcome = await runTrial({
    ...trial,
    ...(underway.under && { under: underway.under }),
    hungAfterMs: 300_000,
  });
  await underway.end?.();
  front.spoil(undefined);
  const breaches = [...breachesOf(outcome), ...(underway.check?.() ?? [])];
  let [unsettled, paid] = [0, 0];
  if (command === 'enhance') {
    const sent = front.whole.length - before;
    const calls = callsIn(home);
    unsettled = calls.filter(({ state }) => state === 'unsettled').length;
    paid = calls.filter(({ state }) => state === 'paid').length;
    if (calls.some(({ state }) => state === 'sent' || state === 'reserved'))
      breaches.push('a call was left open');
    // Refused ones were free and may be sent again; nothing else may come more often than it is booked.
    const refused = calls.filter(({ state }) => state === 'refused').length;
    if (sent > unsettled + paid + refused)
      breaches.push(`${sent} came whole, ${unsettled + paid + refused} are booked`);
    const charged = new Map<string, number>();
    for (const { state, source_path: path } of calls) {
      if (state === 'unsettled' || state === 'paid') charged.set(path, (charged.get(path) ?? 0) + 1);
    }
    if ([...charged.values()].some((count) => count > 1)) breaches.push('bought twice');
    const billed = server.journal.billed().length;
    if (billed > paid + unsettled) breaches.push(`${billed} billed, ${paid + unsettled} booked`);
    const next = await runTrial({
      args: [...args.enhance, '--retry-unsettled', 'always', ...(paid > 0 ? ['--force'] : [])],
      // With all the time it takes: a busy machine is no fault of the network.
      ...{ cwd: folder, env: well, hungAfterMs: 300_000 },
    });
    // What it was told to wait is kept.
    const waits = fault.name.startsWith('429 to wait for') && next.code === 5;
    const isHere = waits || readdirSync(out).filter((name) => name.endsWith('.jpg')).length === pictures;
    if ((next.code !== 0 && !waits) || !isHere)
      breaches.push(`the next run ends with ${next.code}: ${firstLineOf(next)}`);
    // What a fault answered in the place of the service, the service knows nothing of.
    const booked = callsIn(home).filter(({ state }) => state === 'paid').length - paid;
    const billedNext = server.journal.billed().length - billed;
    if (booked !== billedNext) breaches.push(`the next run: ${billedNext} billed, ${booked} booked`);
    server.journal.entries.length = 0;
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
  }
  rmSync(home, { recursive: true, force: true });
  return { outcome, says: firstLineOf(outcome), breaches, unsettled, paid };
}

interface CallRow {
  readonly state: string;
  readonly source_path: string;
}

function callsIn(home: string): CallRow[] {
  try {
    const db = new DatabaseSync(join(home, 'ledger.sqlite'), { readOnly: true });
    const rows = db.prepare('SELECT state, source_path FROM attempts').all() as unknown as CallRow[];
    db.close();
    return rows;
  } catch (error) {
    // No ledger: nothing was begun.
    if (error instanceof Error && /unable to open/.test(error.message)) return [];
    throw error;
  }
}
