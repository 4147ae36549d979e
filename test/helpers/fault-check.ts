// What must hold after a run in which something went wrong, and after the same command without it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { exitCodes, systemCode } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import type { FaultEnd, FaultLab } from './fault-lab.ts';

/** One way of using the program, and what it makes. */
export interface Scene {
  readonly name: string;
  readonly args: readonly string[];
  /** Run before the fault, without one. */
  readonly before?: (lab: FaultLab) => Promise<void>;
  /** The words of the command by which it goes on, where they are others. */
  readonly again?: readonly string[];
  /** Where its results are, below the lab. */
  readonly results: string;
  readonly inPlace: boolean;
}

export interface Aftermath {
  readonly breaches: readonly string[];
  /** Calls that were billed, and those of them that were unsettled after the next run. */
  readonly billed: number;
  readonly unsettled: number;
}

/** Content hash of each file below a folder by its path there. */
export function contentsBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath, name).slice(folder.length + 1),
        createHash('sha256')
          .update(readFileSync(join(parentPath, name)))
          .digest('hex'),
      ]),
  );
}

const published: readonly unknown[] = Object.values(exitCodes);

/** What is wrong with what one run said, or with how it ended; `mayEndBy` is the signal that it was sent. */
export function wrongWithWords(end: FaultEnd, mayEndBy?: NodeJS.Signals): string[] {
  const said = `${end.stdout}\n${end.stderr}`;
  const wrong: string[] = [];
  if (end.stopped === 'killed') wrong.push('did not stop when it was asked to');
  if (end.signal !== null && end.signal !== mayEndBy) wrong.push(`ended by ${end.signal}`);
  else if (end.signal !== null) return wrong;
  else if (!published.includes(end.code)) wrong.push(`exit code ${end.code} is in no table`);
  if (/^ {4}at /m.test(said)) wrong.push('a stack trace');
  if (/unexpected|defect|"internal"|\(node:\d+\)/.test(said)) wrong.push('told as a defect of the program');
  if (said.includes('CANARY')) wrong.push('a secret in the output');
  const next = mayEndBy === undefined ? /hint/ : /hint|same command again|nothing was changed|"stoppedBy":"/;
  if (end.code !== 0 && !next.test(said)) wrong.push('no hint');
  return wrong;
}

/** Looks at what a run with a fault left, goes on without one, and looks again. `whole` is what a run without makes. */
export async function checkAftermath(
  lab: FaultLab,
  scene: Scene,
  end: FaultEnd,
  whole: Readonly<Record<string, string>>,
  originals: Readonly<Record<string, string>>,
  mayEndBy?: NodeJS.Signals,
): Promise<Aftermath> {
  const breaches = [...wrongWithWords(end, mayEndBy), ...(await orphans(lab))];
  const results = join(lab.place, scene.results);
  for (const [name, hash] of Object.entries(contentsBelow(results))) {
    if (name.startsWith('.') || hash === whole[name]) continue;
    if (!scene.inPlace || hash !== originals[name]) breaches.push(`half a file: ${name}`);
  }
  breaches.push(...lostOriginals(lab, scene, originals));
  await idle(lab);
  moveAsTold(end.stderr);

  const goOn = scene.again ?? scene.args;
  const isPaid = goOn[0] === 'enhance' && goOn.includes('openai');
  const second = await lab.run([...goOn, ...(isPaid ? ['--retry-unsettled', 'never'] : [])]);
  breaches.push(...wrongWithWords(second).map((words) => `next run: ${words}`));
  const { journal } = lab.server;
  if (journal.boughtTwice().length > 0) breaches.push('bought twice without a word');
  const unsettled = Number(lastLine(second.stdout).failedBy?.unsettled ?? 0);
  if (second.code !== (unsettled > 0 ? 14 : 0))
    breaches.push(`next run: ${second.code} ${second.stderr.trim()}`);
  if (unsettled > 0) {
    const third = await lab.run([...goOn, '--retry-unsettled', 'always']);
    if (third.code !== 0) breaches.push(`third run: ${third.code} ${third.stderr.trim()}`);
    if (journal.boughtTwice().length > unsettled) breaches.push('bought more than was unsettled');
  }
  const there = contentsBelow(results);
  if (JSON.stringify(sorted(there)) !== JSON.stringify(sorted(whole)))
    breaches.push(`results: ${Object.keys(there)} for ${Object.keys(whole)}`);
  breaches.push(...lostOriginals(lab, scene, originals), ...(await wrongInBooks(lab)));
  return { breaches, billed: journal.billed().length, unsettled };
}

// What could not be kept where it belongs was kept elsewhere, and whoever reads that moves it.
function moveAsTold(stderr: string): void {
  for (const [, from = '', to = ''] of stderr.matchAll(/was kept as (\S+): move it to (\S+)$/gm)) {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
}

// Each original is where it was, or what is there is its result and the backup holds it.
function lostOriginals(
  { place }: FaultLab,
  scene: Scene,
  originals: Readonly<Record<string, string>>,
): string[] {
  const there = contentsBelow(join(place, 'photos'));
  const backup = contentsBelow(join(place, 'backup'));
  return Object.entries(originals)
    .filter(([name, hash]) => there[name] !== hash && !(scene.inPlace && backup[name] === hash))
    .map(([name]) => `the original ${name} is lost`);
}

// Processes that work in the lab although the program has ended.
async function orphans({ place }: FaultLab): Promise<string[]> {
  const left = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && folderOf(pid) === place);
  for (let tries = 0; tries < 250 && left().length > 0; tries += 1) await sleep(20);
  return left().map((pid) => `process ${pid} is left`);
}

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    // It has ended meanwhile, or is no process of ours.
    if (!['ENOENT', 'EACCES', 'ESRCH'].includes(systemCode(error) ?? '')) throw error;
    return undefined;
  }
}

// The ledger is sound, and has each picture that was billed as paid or unsettled.
async function wrongInBooks({ home, server }: FaultLab): Promise<string[]> {
  const file = join(home, 'ledger.sqlite');
  if (!existsSync(file)) return [];
  const store = openPaidStore(join(home, 'paid'));
  const ledger = await openLedger(file, systemClock, undefined, (id) => store.find(id));
  try {
    const wrong = ledger.check().problems.map((problem) => `ledger: ${problem}`);
    const [sum] = ledger.purchases.totals('all');
    const booked = (sum?.paid ?? 0) + (sum?.useless ?? 0) + (sum?.unsettled ?? 0) + (sum?.assumed ?? 0);
    if ((sum?.underway ?? 0) > 0) wrong.push('calls still under way in the ledger');
    // What was sent and bought again by the user's word is booked once more.
    if (booked < server.journal.billed().length - server.journal.boughtTwice().length)
      wrong.push(`${server.journal.billed().length} billed, ${booked} booked`);
    return wrong;
  } finally {
    ledger.close();
  }
}

// The service goes on with what it has read, whoever hears it; what it drops is never answered.
async function idle({ server }: FaultLab): Promise<void> {
  const isOpen = () =>
    server.journal.edits().some(({ edit, status, fault }) => edit && !fault && status === undefined);
  do await sleep(20);
  while (isOpen());
}

interface Summary {
  readonly failedBy?: Readonly<Record<string, number>>;
}

function lastLine(stdout: string): Summary {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Summary) : {};
}

const sorted = (names: Readonly<Record<string, string>>) => Object.entries(names).sort();
