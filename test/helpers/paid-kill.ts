// kill -9 at one durable step of a paid run, then the same command until all is there: what must hold each time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { builtInPrices } from '../../src/prices/built-in.ts';
import { openaiEdits } from '../../src/providers/openai/openai-edits.ts';
import type { JournalEntry } from './image-server.ts';
import { type KillLab, type KillPoint, openKillLab } from './kill-lab.ts';
import { writePhotos } from './photos.ts';

/** What one run without a kill does, and what it makes. */
export interface Course {
  /** Calls that may be under way at once. */
  readonly atOnce: number;
  readonly points: readonly KillPoint[];
  /** Hash of each output by its name. */
  readonly whole: Readonly<Record<string, string>>;
}

export interface Aftermath {
  /** False where the run had ended before it came to the point. */
  readonly killed: boolean;
  /** Pictures the service had billed when the run died, and those of them whose answer was kept. */
  readonly billed: number;
  readonly kept: number;
  /** Calls that were unsettled after the same command was run again. */
  readonly unsettled: number;
}

export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

const calls = ['fsync', 'fdatasync', 'rename', 'link'];

/** Runs once without a kill, traced; `program` is the built one, `count` the pictures. */
export async function readCourse(
  program: string,
  folder: string,
  count: number,
  atOnce = 1,
): Promise<Course> {
  await writePhotos(join(folder, 'photos'), count);
  const lab = await openKillLab(program, folder, atOnce);
  try {
    const trace = join(lab.place, 'trace');
    const { code, stderr } = await lab.trace(['-o', trace, '-e', `trace=${calls.join()}`]);
    assert.equal(code, 0, stderr);
    return { atOnce, points: pointsOf(readFileSync(trace, 'utf8')), whole: contents(lab.out) };
  } finally {
    await lab.close();
  }
}

/** Kills at `point`, goes on by the same command, first never and then always buying again; throws at what must not be. */
export async function killAndGoOn(
  program: string,
  folder: string,
  { whole, atOnce }: Course,
  point: KillPoint,
): Promise<Aftermath> {
  const lab = await openKillLab(program, folder, atOnce);
  const { server } = lab;
  try {
    const killed = await lab.kill(point);
    // The service goes on with what it has read, whoever hears it.
    await server.idle();
    for (const [name, hash] of Object.entries(contents(lab.out))) {
      if (!name.startsWith('.')) assert.equal(hash, whole[name], `${name} is whole under its name`);
    }
    const billed = server.journal.billed();
    const kept = billed.filter(({ requestId }) => wholeAnswers(lab.paid).has(requestId));
    const lost = billed.length - kept.length;

    const second = await lab.goOn('never');
    const failed = Number(second.summary.failed);
    assert.deepEqual(server.journal.boughtTwice(), [], 'nothing is bought again without a word');
    assert.deepEqual(second.summary.failedBy, failed === 0 ? {} : { unsettled: failed });
    assert.equal(second.code, failed === 0 ? 0 : 14);
    assert.ok(failed <= atOnce && failed >= lost, `${failed} unsettled, ${lost} lost, ${atOnce} under way`);
    assert.equal(Object.keys(contents(lab.out)).length, Object.keys(whole).length - failed);

    const third = failed === 0 ? second : await lab.goOn('always');
    assert.equal(third.code, 0, third.stderr);
    assert.deepEqual(contents(lab.out), whole, 'all outputs stand, and nothing else');
    assert.equal(server.journal.boughtTwice().length, lost, 'only what was in flight was bought twice');
    await checkBooks(lab, lost);
    return { killed, billed: billed.length, kept: kept.length, unsettled: failed };
  } finally {
    await lab.close();
  }
}

// What the ledger syncs and what is written as files, in one list by thread.
function pointsOf(trace: string): KillPoint[] {
  const seen = new Map<string, number>();
  const main = trace.slice(0, trace.indexOf(' '));
  const points: KillPoint[] = [];
  for (const [, id, call] of trace.matchAll(/^(\d+) +(\w+)\(/gm)) {
    if (id === undefined || call === undefined) continue;
    const when = (seen.get(`${id} ${call}`) ?? 0) + 1;
    seen.set(`${id} ${call}`, when);
    points.push({ thread: id === main ? 'main' : 'files', call, when });
  }
  return points;
}

function contents(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [name, sha256(readFileSync(join(parentPath, name)))]),
  );
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

// The request ids of the answers that are in the store whole, under their own or still under their temporary name.
function wholeAnswers(paid: string): Set<string> {
  const hashes = contents(paid);
  const found = new Set<string>();
  for (const run of existsSync(paid) ? readdirSync(paid) : []) {
    for (const name of readdirSync(join(paid, run)).filter((file) => file.endsWith('.json'))) {
      const facts = JSON.parse(readFileSync(join(paid, run, name), 'utf8'));
      const picture = `${basename(name, '.json')}.img`;
      assert.ok([undefined, facts.sha256].includes(hashes[picture]), `${picture} is whole under its name`);
      if ([picture, `${picture}.tmp`].some((file) => hashes[file] === facts.sha256))
        found.add(facts.requestId);
    }
  }
  return found;
}

// The ledger is sound, and says of money what the service says.
async function checkBooks({ ledger: file, paid, server }: KillLab, lost: number): Promise<void> {
  const ledger = await openLedger(file, systemClock, undefined, (id) => openPaidStore(paid).find(id));
  try {
    assert.deepEqual(ledger.check().problems, []);
    const [sum] = ledger.purchases.totals('all');
    const whole = wholeAnswers(paid);
    const kept = server.journal.billed().filter(({ requestId }) => whole.has(requestId));
    assert.equal(server.journal.billed().length, kept.length + lost);
    assert.equal(sum?.paid, kept.length);
    assert.equal(sum?.useless, 0);
    assert.equal(sum?.underway, 0);
    assert.equal(sum?.unsettled, 0);
    assert.equal(sum?.costMicrousd, costOf(kept));
  } finally {
    ledger.close();
  }
}

/** What the service told that these cost, in micro-dollars. */
export function costOf(entries: readonly JournalEntry[]): number {
  return entries.reduce((sum, { edit, usage }) => {
    if (edit === undefined || usage === undefined) return sum;
    const { text_tokens, image_tokens } = usage.input_tokens_details;
    const tokens = { inputTextTokens: text_tokens, inputImageTokens: image_tokens };
    return (
      sum +
      (openaiEdits.costOf(edit.model, { ...tokens, outputTokens: usage.output_tokens }, builtInPrices) ?? 0)
    );
  }, 0);
}
