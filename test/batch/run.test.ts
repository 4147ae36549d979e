import { mkdir, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BatchOptions } from '../../src/batch/options.ts';
import { runBatch } from '../../src/batch/run.ts';
import { createStops } from '../../src/batch/stops.ts';
import { ChargedForNothing, CommandError } from '../../src/errors.ts';
import type { BatchEvent } from '../../src/report/events.ts';
import { tempFolder } from '../helpers/temp.ts';
import {
  batchOptions,
  emptyBook,
  type FakeBook,
  fakeClock,
  fakeEngine,
  fakeLedger,
  foundIn,
  recordingReporter,
} from './fakes.ts';

let photos: string;
let out: string;
let book: FakeBook;

beforeEach(async () => {
  photos = await tempFolder();
  out = join(await tempFolder(), 'out');
  book = emptyBook();
});

async function write(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(photos, name), text);
  return Object.keys(files);
}

interface RunExtras {
  readonly options?: Partial<BatchOptions>;
  readonly engine?: ReturnType<typeof fakeEngine>;
  readonly stops?: ReturnType<typeof createStops>;
  readonly pid?: number;
  readonly onSleep?: () => void;
  readonly folder?: string | undefined;
}

async function run(names: readonly string[], extras: RunExtras = {}) {
  const engine = extras.engine ?? fakeEngine();
  const reporter = recordingReporter();
  const options = batchOptions('folder' in extras ? extras.folder : out, extras.options);
  const summary = await runBatch(foundIn(photos, names), options, {
    engine,
    ledger: fakeLedger(book, extras.pid),
    reporter,
    clock: fakeClock(extras.onSleep),
    stops: extras.stops ?? createStops(),
  });
  return { summary, engine, events: reporter.events };
}

const ofType = <Type extends BatchEvent['type']>(events: readonly BatchEvent[], type: Type) =>
  events.filter((event): event is Extract<BatchEvent, { type: Type }> => event.type === type);

describe('a run', () => {
  it('writes each output with the time of its source and tells each ending once', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'flat', 'c.jpg': 'bad', 'notes.txt': 'text' });
    await utimes(join(photos, 'a.jpg'), 1000, 2000);
    const { summary, events } = await run(names);
    expect(summary).toMatchObject({
      enhanced: 1,
      unchanged: 1,
      failed: 1,
      skipped: 1,
      exitCode: 3,
      stoppedBy: null,
    });
    expect(await readFile(join(out, 'a.jpg'), 'utf8')).toBe('A');
    expect((await stat(join(out, 'a.jpg'))).mtimeMs).toBe(2_000_000);
    expect(await readdir(out)).toEqual(['a.jpg', 'b.jpg']);
    expect(ofType(events, 'failed')).toMatchObject([
      { source: 'c.jpg', reason: 'damaged', hint: 'get another copy' },
    ]);
    expect(ofType(events, 'skipped')).toMatchObject([{ source: 'notes.txt', reason: 'not-an-image' }]);
    expect(events.at(-1)?.type).toBe('summary');
    expect(book.items.map(({ state }) => state).sort()).toEqual([
      'enhanced',
      'failed',
      'skipped',
      'unchanged',
    ]);
    expect(book.claims.size).toBe(0);
  });

  it('skips what is done, does again what changed, was lost or was damaged', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c long', 'd.jpg': 'd' });
    await run(names);
    await writeFile(join(photos, 'b.jpg'), 'b changed');
    await writeFile(join(out, 'c.jpg'), 'cut');
    await rm(join(out, 'd.jpg'));
    const { summary, engine } = await run(names);
    expect(engine.enhanced.sort()).toEqual(['b.jpg', 'c.jpg', 'd.jpg']);
    expect(summary).toMatchObject({ enhanced: 3, skipped: 1, skippedBy: { done: 1 }, exitCode: 0 });
    expect(await readFile(join(out, 'b.jpg'), 'utf8')).toBe('B CHANGED');
    expect(await readFile(join(out, 'c.jpg'), 'utf8')).toBe('C LONG');
  });

  it('does not take an output for done that lies where a run with other inputs put it', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await run(names);
    const found = (async function* () {
      for await (const item of foundIn(photos, names)) {
        yield item.kind === 'source'
          ? { ...item, source: { ...item.source, relative: 'photos/a.jpg' } }
          : item;
      }
    })();
    const parts = {
      engine: fakeEngine(),
      ledger: fakeLedger(book),
      reporter: recordingReporter(),
      clock: fakeClock(),
      stops: createStops(),
    };
    expect(await runBatch(found, batchOptions(out), parts)).toMatchObject({ enhanced: 1, skipped: 0 });
    expect(await readFile(join(out, 'photos/a.jpg'), 'utf8')).toBe('A');
  });

  it('leaves an output alone that somebody else changed', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await run(names);
    await writeFile(join(out, 'a.jpg'), 'retouched by hand');
    const { summary } = await run(names);
    expect(summary.skippedBy).toEqual({ 'output-changed': 1 });
    expect(await readFile(join(out, 'a.jpg'), 'utf8')).toBe('retouched by hand');
  });

  it('does not take an output of another recipe for one that somebody else changed', async () => {
    const names = await write({ 'a.jpg': 'abc' });
    await run(names);
    const other = { options: { recipeKey: 'recipe-2' } };
    const kept = await run(names, other);
    expect(kept.summary.skippedBy).toEqual({ 'output-exists': 1 });
    await utimes(join(out, 'a.jpg'), 7, 7);
    expect((await run(names, other)).summary.skippedBy).toEqual({ 'output-exists': 1 });
    await writeFile(join(out, 'a.jpg'), 'by hand');
    expect((await run(names, other)).summary.skippedBy).toEqual({ 'output-changed': 1 });
  });

  it('knows a source again by its bytes when only its time changed', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await run(names);
    await utimes(join(photos, 'a.jpg'), 5, 5);
    const { summary, engine } = await run(names);
    expect(engine.enhanced).toEqual([]);
    expect(summary.skippedBy).toEqual({ done: 1 });
  });

  it('knows outputs again that were touched or copied, with a single place to work in', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    await run(names);
    for (const name of names) await utimes(join(out, name), 7, 7);
    const again = await run(names, { engine: fakeEngine(1) });
    expect(again.engine.enhanced).toEqual([]);
    expect(again.summary).toMatchObject({ skippedBy: { done: 3 }, exitCode: 0 });
    const third = await run(names);
    expect(third.engine.opened).toEqual([]);
  });

  it('leaves a file of somebody else alone that took the name of an output', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await run(names);
    await rm(join(out, 'a.jpg'));
    await writeFile(join(out, 'a.jpg'), 'my notes, cut short of nothing');
    const { summary } = await run(names, { options: { onExists: 'fail' } });
    expect(summary.exitCode).toBe(13);
    expect(await readFile(join(out, 'a.jpg'), 'utf8')).toBe('my notes, cut short of nothing');
  });

  it('notes what will stand at a place before it stands there', async () => {
    const names = await write({ 'a.jpg': 'a' });
    const engine = fakeEngine();
    await run(names, { engine });
    expect(book.intents).toEqual([join(out, 'a.jpg')]);
  });

  it('ends with the error of the ledger, not with failed pictures', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'b' });
    const full = new CommandError('the ledger is full', { exitCode: 5 });
    const ledger = { ...fakeLedger(book), claim: () => Promise.reject(full) };
    const reporter = recordingReporter();
    const parts = { engine: fakeEngine(), ledger, reporter, clock: fakeClock(), stops: createStops() };
    await expect(runBatch(foundIn(photos, names), batchOptions(out), parts)).rejects.toBe(full);
    expect(ofType(reporter.events, 'failed')).toEqual([]);
  });

  it.each([
    ['EPIPE', { stoppedBy: 'output-closed', exitCode: 5 }],
    ['ENOSPC', undefined],
  ])('stops when results cannot be written: %s', async (code, expected) => {
    const names = await write(
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}.jpg`, `p${n}`])),
    );
    const reporter = recordingReporter();
    const broken = {
      ...reporter,
      event: async (event: BatchEvent) =>
        event.type === 'done' ? Promise.reject(Object.assign(new Error(code), { code })) : undefined,
    };
    const parts = {
      engine: fakeEngine(),
      ledger: fakeLedger(book),
      reporter: broken,
      clock: fakeClock(),
      stops: createStops(),
    };
    const ended = runBatch(foundIn(photos, names), batchOptions(out), parts);
    if (expected === undefined) await expect(ended).rejects.toMatchObject({ exitCode: 5 });
    else await expect(ended).resolves.toMatchObject(expected);
    expect(book.outputs.size).toBeLessThan(60);
  });

  it('reads again under checksum', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await run(names);
    const output = join(out, 'a.jpg');
    await writeFile(output, 'X');
    const { size, mtimeNs, ino: inode } = await stat(output, { bigint: true });
    const row = book.outputs.get(output);
    if (row?.output === undefined) throw new Error('the first run left no row');
    const stamp = { ...row.output, size: Number(size), mtimeNs, inode };
    book.outputs.set(output, { ...row, output: stamp });
    const trusting = await run(names);
    expect([trusting.engine.opened, trusting.summary.skippedBy]).toEqual([[], { done: 1 }]);
    const reading = await run(names, { options: { checksum: true } });
    expect(reading.engine.opened).toEqual(['a.jpg']);
  });

  it.each([
    ['skip', { skippedBy: { 'output-exists': 1 }, exitCode: 0 }, 'mine'],
    ['overwrite', { enhanced: 1, exitCode: 0 }, 'A'],
    ['fail', { failedBy: { 'output-exists': 1 }, exitCode: 13, exitCodes: [3, 13] }, 'mine'],
    ['rename', { enhanced: 1, exitCode: 0 }, 'mine'],
  ] as const)('finds a foreign output under %s', async (onExists, expected, text) => {
    const names = await write({ 'a.jpg': 'a' });
    await run(await write({ 'other.jpg': 'o' }));
    await writeFile(join(out, 'a.jpg'), 'mine');
    const { summary } = await run(names, { options: { onExists } });
    expect(summary).toMatchObject(expected);
    expect(await readFile(join(out, 'a.jpg'), 'utf8')).toBe(text);
    if (onExists === 'rename') expect(await readFile(join(out, 'a-2.jpg'), 'utf8')).toBe('A');
  });

  it('finds two sources of one output before the second costs work', async () => {
    const names = await write({ 'a.jpg': 'a', 'a.png': 'twin', 'A.jpeg': 'case' });
    const { summary, engine, events } = await run(names);
    expect(summary).toMatchObject({ enhanced: 2, failed: 1, failedBy: { collision: 1 }, exitCode: 3 });
    expect(engine.enhanced).toHaveLength(2);
    expect(ofType(events, 'failed')[0]?.hint).toContain('--on-exists rename');
    const renamed = await run(names, { options: { onExists: 'rename' } });
    expect(renamed.summary.failed).toBe(0);
  });

  it('lists all collisions in a dry run and writes nothing', async () => {
    const names = await write({ 'a.jpg': 'a', 'a.png': 'twin', 'b.jpg': 'b' });
    const { summary, events } = await run(names, { options: { dryRun: true } });
    expect(summary).toMatchObject({ planned: 2, failed: 1, enhanced: 0 });
    expect(ofType(events, 'planned').map(({ output }) => output)).toEqual([
      join('out', 'a.jpg'),
      join('out', 'b.jpg'),
    ]);
    await expect(readdir(out)).rejects.toThrow();
    expect(book.outputs.size).toBe(0);
  });

  it.each([true, false])('tells steps, and what was left out and why (dry run: %j)', async (dryRun) => {
    const { events } = await run(await write({ 'a.jpg': 'a', 'b.jpg': 'flat' }), { options: { dryRun } });
    const told = [...ofType(events, 'planned'), ...ofType(events, 'done')];
    expect(new Map(told.map(({ source, plan, skipped }) => [source, { plan, skipped }]))).toEqual(
      new Map([
        ['a.jpg', { plan: [{ name: 'capitals' }], skipped: [] }],
        ['b.jpg', { plan: [], skipped: [{ name: 'capitals', why: 'it is flat' }] }],
      ]),
    );
  });

  it('stops after as many pictures as asked, and goes on with the next', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'b', 'c.jpg': 'c' });
    const first = await run(names, { options: { limit: 2 } });
    expect(first.summary).toMatchObject({ enhanced: 2, stoppedBy: 'limit', exitCode: 0 });
    const second = await run(names, { options: { limit: 2 } });
    expect(second.summary).toMatchObject({ enhanced: 1, skipped: 2 });
  });

  it('stops after too many failures', async () => {
    const names = await write(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}.jpg`, 'bad'])));
    const { summary } = await run(names, { options: { maxErrors: 3, concurrency: 1 } });
    expect(summary.stoppedBy).toBe('max-errors');
    expect(summary.exitCode).toBe(3);
    expect(summary.failed).toBeLessThan(200);
  });

  it('finishes what is in work when asked to stop, and begins nothing new', async () => {
    const names = await write(
      Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${n}.jpg`, `p${n}`])),
    );
    const stops = createStops();
    const engine = fakeEngine();
    engine.during = () => {
      if (engine.opened.length === 5) stops.stop('interrupt');
    };
    const { summary } = await run(names, { stops, engine });
    expect(summary).toMatchObject({ stoppedBy: 'interrupt', exitCode: 130, failed: 0 });
    expect(summary.enhanced).toBe(engine.opened.length);
    expect(summary.enhanced).toBeLessThan(100);
  });

  it('waits for what another process holds, then takes over or finds it done', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'b' });
    book.claims.set(join(out, 'a.jpg').toLowerCase(), 99);
    const { summary } = await run(names, {
      onSleep: () => book.claims.delete(join(out, 'a.jpg').toLowerCase()),
    });
    expect(summary).toMatchObject({ enhanced: 2, exitCode: 0 });
  });

  it('has an exit code for no input', async () => {
    expect((await run([])).summary.exitCode).toBe(6);
    expect((await run(await write({ 'notes.txt': 'text' }))).summary.exitCode).toBe(6);
  });

  it('does one file once, however often it is listed', async () => {
    const [name = ''] = await write({ 'a.jpg': 'a' });
    const { summary } = await run([name, name, name]);
    expect(summary).toMatchObject({ enhanced: 1, skippedBy: { 'listed-twice': 2 } });
  });
});

describe('a limit', () => {
  it('is not used up by pictures that fail or stand already', async () => {
    const names = await write({ 'a.jpg': 'bad', 'b.jpg': 'b', 'c.jpg': 'c' });
    const { summary } = await run(names, { options: { limit: 1, concurrency: 1 } });
    expect(summary).toMatchObject({ enhanced: 1, failed: 1, stoppedBy: 'limit' });
  });
});

describe('a list that falls silent', () => {
  it('does not keep a run alive that is to stop', async () => {
    const names = await write({ 'a.jpg': 'a' });
    const stops = createStops();
    async function* silent() {
      yield* foundIn(photos, names);
      await new Promise(() => {});
    }
    const reporter = recordingReporter();
    const event = async (event: BatchEvent) => {
      if (event.type === 'done') stops.stop('terminate');
    };
    const parts = {
      engine: fakeEngine(),
      ledger: fakeLedger(book),
      reporter: { ...reporter, event },
      clock: fakeClock(),
      stops,
    };
    const summary = await runBatch(silent(), batchOptions(out), parts);
    expect(summary).toMatchObject({ enhanced: 1, exitCode: 143 });
  });
});

describe('a run in place', () => {
  it('knows its own results again after they were touched', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'flat' });
    await run(names, { folder: undefined });
    for (const name of names) await utimes(join(photos, name), 7, 7);
    const again = await run(names, { folder: undefined });
    expect(again.engine.enhanced).toEqual([]);
    expect(again.summary.skippedBy).toEqual({ done: 2 });
  });

  it('refuses links, since the file they lead to would stay as it is', async () => {
    await write({ 'a.jpg': 'a' });
    await symlink('a.jpg', join(photos, 'link.jpg'));
    const { summary } = await run(['link.jpg'], { folder: undefined });
    expect(summary.failedBy).toEqual({ refused: 1 });
    expect(await readlink(join(photos, 'link.jpg'))).toBe('a.jpg');
  });

  it('replaces the originals once, and keeps copies when asked', async () => {
    const names = await write({ 'a.jpg': 'a', 'b.jpg': 'flat' });
    const backupFolder = join(await tempFolder(), 'originals');
    const inPlace = { folder: undefined, options: { backupFolder } };
    const first = await run(names, inPlace);
    expect(first.summary).toMatchObject({ enhanced: 1, unchanged: 1 });
    expect(await readFile(join(photos, 'a.jpg'), 'utf8')).toBe('A');
    expect(await readFile(join(backupFolder, 'a.jpg'), 'utf8')).toBe('a');
    expect(await readdir(backupFolder)).toEqual(['a.jpg']);
    const second = await run(names, inPlace);
    expect(second.engine.opened).toEqual([]);
    expect(second.summary.skippedBy).toEqual({ done: 2 });
  });

  it('does not replace an original through a folder that has become a link to it meanwhile', async () => {
    const names = await write({ 'a.jpg': 'a' });
    await mkdir(out);
    await writeFile(join(out, 'a.jpg'), 'older');
    const engine = fakeEngine();
    const { withImage } = engine;
    engine.withImage = (source, job, begin) => {
      const becomesLink = async (place: string) => {
        await rm(out, { recursive: true });
        await symlink(photos, out);
        return place;
      };
      return withImage(
        source,
        (image) => job({ ...image, enhance: async (place) => image.enhance(await becomesLink(place)) }),
        begin,
      );
    };
    const { summary } = await run(names, { engine, options: { onExists: 'overwrite' } });
    expect(summary.failedBy).toEqual({ collision: 1 });
    expect(await readdir(photos)).toEqual(['a.jpg']);
    expect(await readFile(join(photos, 'a.jpg'), 'utf8')).toBe('a');
  });

  it('does not replace what somebody wrote to meanwhile', async () => {
    const names = await write({ 'a.jpg': 'a' });
    const engine = fakeEngine();
    const { withImage } = engine;
    engine.withImage = (source, job, begin) =>
      withImage(
        source,
        async (image) => {
          const result = await job(image);
          await writeFile(source.path, 'newer edit');
          return result;
        },
        begin,
      );
    const { summary } = await run(names, { folder: undefined, engine });
    expect(summary.failedBy).toEqual({ 'changed-while-read': 1 });
    expect(await readdir(photos)).toEqual(['a.jpg']);
    expect(await readFile(join(photos, 'a.jpg'), 'utf8')).toBe('newer edit');
  });
});

it('ends after answers in a row that were charged and are of no use, also where everything is kept', async () => {
  const names = await write(
    Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`${at}.jpg`, `${at}`])),
  );
  const engine = fakeEngine(1);
  engine.during = () => {
    throw new ChargedForNothing('is blank', { fault: 'blank', hint: undefined, cause: undefined });
  };
  const { summary } = await run(names, { engine, options: { onDrift: 'keep', driftStop: 3 } });
  expect(summary).toMatchObject({
    stoppedBy: 'useless-answers',
    exitCode: 15,
    exitCodes: [15, 3],
  });
  expect(summary.failed).toBe(3);
});
