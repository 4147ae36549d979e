// A run without decoders, database or clock: what the batch asks for, played from memory.
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { Engine, OpenImage } from '../../src/batch/engine.ts';
import type { FinishedOutput, RunLedger } from '../../src/batch/ledger.ts';
import type { BatchOptions } from '../../src/batch/options.ts';
import type { Clock } from '../../src/clock.ts';
import { ItemError } from '../../src/errors.ts';
import type { Item } from '../../src/ledger/items.ts';
import { collisionKey } from '../../src/outputs/name.ts';
import type { BatchEvent, Reporter } from '../../src/report/events.ts';
import type { Found, Source } from '../../src/sources/source.ts';

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

export interface FakeEngine extends Engine {
  readonly opened: string[];
  readonly enhanced: string[];
  /** Called while a picture is in work. */
  during: (source: Source) => void | Promise<void>;
}

/** Pictures are text files: `bad` cannot be decoded, `flat` needs nothing, all else is written in capitals. */
export function fakeEngine(size = 2): FakeEngine {
  // Real places: who holds one and waits for another waits for ever.
  const places = pLimit(size);
  const engine: FakeEngine = {
    opened: [],
    enhanced: [],
    during: () => {},
    withImage: (source, job, begin) =>
      places(async () => {
        if (!(await begin())) return undefined;
        engine.opened.push(basename(source.path));
        await engine.during(source);
        return job(await open(source, engine));
      }),
    hash: (path) => places(async () => sha256(await readFile(path))),
  };
  return engine;
}

async function open(source: Source, engine: FakeEngine): Promise<OpenImage> {
  const bytes = await readFile(source.path);
  const text = bytes.toString();
  if (text.startsWith('text')) throw new ItemError('not-an-image', 'is not an image');
  if (text.startsWith('bad')) throw new ItemError('damaged', 'is damaged', { hint: 'get another copy' });
  const there = await stat(source.path, { bigint: true });
  const changed = text.startsWith('flat') ? text : text.toUpperCase();
  const report = {
    steps: changed === text ? [] : [{ name: 'capitals' }],
    skipped: changed === text ? [{ name: 'capitals', why: 'it is flat' }] : [],
    text: 'capitals',
    width: 1,
    height: 1,
  };
  return {
    sha256: sha256(bytes),
    size: bytes.length,
    mtimeNs: there.mtimeNs,
    atimeNs: there.atimeNs,
    inode: there.ino,
    mode: 0o644,
    facts: {
      format: 'jpeg',
      width: 1,
      height: 1,
      pages: 1,
      animated: false,
      orientation: 1,
      space: 'rgb',
      depth: 8,
      alpha: false,
      profile: undefined,
      gainMap: false,
    },
    target: 'jpeg',
    async check(path) {
      const other = await readFile(path);
      if (other.toString().includes('cut')) throw new ItemError('damaged', 'is cut off');
      return { sha256: sha256(other) };
    },
    plan: async () => report,
    async enhance(tempPath) {
      engine.enhanced.push(basename(source.path));
      await writeFile(tempPath, changed, { flag: 'wx' });
      const state = changed === text ? 'unchanged' : 'enhanced';
      return { ...report, state, warnings: [], bytes: changed.length, sha256: sha256(changed) };
    },
  };
}

export interface FakeBook {
  readonly outputs: Map<string, FinishedOutput>;
  /** Output path to the process that holds it. */
  readonly claims: Map<string, number>;
  readonly items: Item[];
  /** Places that were about to get their output, in order. */
  readonly intents: string[];
}

export const emptyBook = (): FakeBook => ({ outputs: new Map(), claims: new Map(), items: [], intents: [] });

/** One run's view of `book`; several runs may share it. */
export function fakeLedger(book: FakeBook, pid = 1): RunLedger {
  const seen = new Map<string, string>();
  return {
    runId: `run-${pid}`,
    token: `run-${pid}`,
    tokenState: () => 'dead',
    finishedBySource: (source, recipe, folder) =>
      [...book.outputs.values()].find(
        (row) => row.sourcePath === source && row.recipeKey === recipe && row.outputFolder === folder,
      ),
    outputAt: (path) => book.outputs.get(path),
    seen(key, source) {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, source);
      return first;
    },
    async claim(path) {
      const key = collisionKey(path);
      const holder = book.claims.get(key);
      if (holder !== undefined && holder !== pid)
        return { kind: 'other', pid: holder, runId: `run-${holder}` };
      book.claims.set(key, pid);
      return { kind: 'mine', standing: undefined };
    },
    async release(path) {
      book.claims.delete(collisionKey(path));
    },
    async intend(output) {
      book.intents.push(output.outputPath);
    },
    async adopt(output) {
      book.outputs.set(output.outputPath, output);
    },
    async restamp(path, stamps) {
      const row = book.outputs.get(path);
      if (row !== undefined) book.outputs.set(path, { ...row, ...stamps });
    },
    async done(output, item) {
      book.outputs.set(output.outputPath, output);
      book.claims.delete(collisionKey(output.outputPath));
      book.items.push(item);
    },
    async record(item) {
      book.items.push(item);
    },
    async heartbeat() {},
  };
}

export function recordingReporter(): Reporter & { readonly events: BatchEvent[] } {
  const events: BatchEvent[] = [];
  return {
    events,
    wantsTotal: false,
    money: () => {},
    aside: (work) => work(),
    async event(event) {
      events.push(event);
    },
    total() {},
    close() {},
  };
}

/** A clock that moves only by sleeping. */
export function fakeClock(onSleep: () => void = () => {}): Clock {
  let ms = 0;
  return {
    now: () => ms,
    monotonicMs: () => ms,
    async sleep(time) {
      ms += time;
      onSleep();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

export async function* foundIn(folder: string, names: readonly string[]): AsyncGenerator<Found> {
  for (const name of names) {
    const path = resolve(folder, name);
    const there = await stat(path, { bigint: true });
    const source: Source = {
      path,
      relative: name,
      shown: name,
      named: false,
      size: Number(there.size),
      mtimeNs: there.mtimeNs,
      inode: there.ino,
      device: there.dev,
    };
    yield { kind: 'source', source };
  }
}

export function batchOptions(
  outputFolder: string | undefined,
  more: Partial<BatchOptions> = {},
): BatchOptions {
  return {
    outputFolder,
    outputShown: 'out',
    backupFolder: undefined,
    provider: 'local',
    preset: 'auto',
    template: '{name}.{ext}',
    suffix: '',
    platform: 'linux',
    recipeKey: 'recipe-1',
    jobKey: (source) => `job ${source}`,
    onExists: 'skip',
    onDrift: 'keep',
    driftStop: 5,
    force: false,
    checksum: false,
    dryRun: false,
    limit: undefined,
    maxErrors: undefined,
    maxDurationMs: undefined,
    concurrency: 2,
    memoryBudgetBytes: 2 ** 30,
    ...more,
  };
}
