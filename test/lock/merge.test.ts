import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { LockEntry, LockFolder } from '../../src/lock/lock.ts';
import { mergeNotes, withFolder } from '../../src/lock/merge.ts';
import { emptyLock, readLock } from '../../src/lock/read.ts';
import { openLockTable } from '../../src/lock/table.ts';
import { inTurn } from '../../src/lock/turn.ts';
import { lockLine, writeLock } from '../../src/lock/write.ts';
import { tempFolder } from '../helpers/temp.ts';

const hash = (digit: string) => digit.repeat(64);
const entryOf = (source: string, more: Partial<LockEntry> = {}): LockEntry => ({
  ...{
    source: `photos/${source}`,
    sourceSha256: hash('a'),
    recipe: hash('1'),
    preset: 'auto',
    provider: 'local',
  },
  ...{ model: null, output: `out/${source}`, outputSha256: hash('b'), state: 'enhanced', costMicrousd: null },
  ...more,
});
const folder: LockFolder = {
  ...{ paths: ['photos'], output: 'out', backup: null, include: [], exclude: [], maxDepth: null },
  ...{ hidden: false, svg: false, preset: 'auto', provider: 'local', model: null },
};
const tableOf = (entries: readonly LockEntry[]) => {
  const table = openLockTable();
  for (const entry of entries) table.add(entry);
  return table;
};

interface Case {
  readonly before: readonly LockEntry[];
  readonly noted: readonly LockEntry[];
  readonly standing?: readonly string[];
  readonly isComplete?: boolean;
}

async function merge({ before, noted, standing = [], isComplete = true }: Case) {
  const [table, notes] = [tableOf(before), tableOf(noted)];
  const run = { table: notes, folder, output: 'out', isComplete };
  const left = await mergeNotes(table, run, async (path) => standing.includes(path));
  return { left, entries: [...table.all()] };
}

describe('what a run brings to a lock file', () => {
  it('is added in the order of the sources', async () => {
    const [a, b, c] = [entryOf('a.jpg'), entryOf('b.jpg'), entryOf('c.jpg')];
    const { entries } = await merge({ before: [b], noted: [c, a], standing: ['photos/b.jpg'] });
    expect(entries).toEqual([a, b, c]);
  });

  it('leaves the line of what is the same, and replaces that of what changed', async () => {
    const known = entryOf('a.jpg', { costMicrousd: 40_000 });
    expect((await merge({ before: [known], noted: [entryOf('a.jpg')] })).entries).toEqual([known]);
    const changed = entryOf('a.jpg', { sourceSha256: hash('c') });
    expect((await merge({ before: [known], noted: [changed] })).entries).toEqual([changed]);
  });

  it('keeps other folders, and what an incomplete run did not come to', async () => {
    const other = entryOf('x.jpg', { source: 'rooms/x.jpg' });
    expect((await merge({ before: [other, entryOf('a.jpg')], noted: [] })).entries).toEqual([other]);
    const all = [entryOf('a.jpg'), entryOf('b.jpg')];
    expect((await merge({ before: all, noted: [], isComplete: false })).entries).toEqual(all);
  });

  it('keeps what is gone as long as its output stands, and tells it', async () => {
    const gone = entryOf('gone.jpg');
    const { left, entries } = await merge({ before: [gone], noted: [], standing: ['out/gone.jpg'] });
    expect([left, entries]).toEqual([1, [gone]]);
  });

  it('keeps what failed this time: its picture stands', async () => {
    const failed = entryOf('a.jpg');
    expect((await merge({ before: [failed], noted: [], standing: ['photos/a.jpg'] })).entries).toEqual([
      failed,
    ]);
  });

  it('drops an output that gave way to another of the same picture in the same place', async () => {
    const [jpeg, webp] = [entryOf('a.jpg'), entryOf('a.jpg', { output: 'out/a.webp', recipe: hash('2') })];
    const web = entryOf('a.jpg', { output: 'web/a.jpg' });
    const standing = ['photos/a.jpg', 'web/a.jpg'];
    expect((await merge({ before: [jpeg, web], noted: [webp], standing })).entries).toEqual([webp, web]);
    const both = [...standing, 'out/a.jpg'];
    expect((await merge({ before: [jpeg], noted: [webp], standing: both })).entries).toEqual([jpeg, webp]);
  });

  it('names each folder once, in one order', () => {
    const head = { version: 1, folders: [] } as const;
    const rooms = { ...folder, paths: ['rooms'] };
    const one = withFolder(withFolder(head, folder), rooms);
    expect(withFolder(withFolder(head, rooms), folder)).toEqual(one);
    expect(withFolder(one, { ...folder, exclude: ['x'] }).folders).toEqual([
      { ...folder, exclude: ['x'] },
      rooms,
    ]);
    expect(withFolder(one, undefined)).toBe(one);
  });
});

describe('a lock file', () => {
  const write = async (file: string, entries: readonly LockEntry[]) =>
    writeLock(file, 'l', {
      ...emptyLock(),
      head: { version: 1, folders: [folder] },
      table: tableOf(entries),
    });

  it('is not touched when nothing changed, also with the line ends of Windows', async () => {
    const file = join(await tempFolder(), 'imgsys.lock.jsonl');
    const entries = Array.from({ length: 3000 }, (_, n) => entryOf(`${n}.jpg`));
    expect(await write(file, entries)).toBe(true);
    const { ino } = await stat(file);
    expect(await write(file, entries)).toBe(false);
    expect((await stat(file)).ino).toBe(ino);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    const read = await readLock(file, 'l');
    expect([read?.table.size, read?.eol]).toEqual([3000, '\r\n']);
    if (read !== undefined) expect(await writeLock(file, 'l', read)).toBe(false);
    expect(await write(file, entries.slice(1))).toBe(true);
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3001);
  });

  it('is written past what a crash left, and through no link', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'imgsys.lock.jsonl');
    await writeFile(join(folder, 'victim'), 'mine');
    await symlink('victim', join(folder, '.imgsys.lock.jsonl.tmp'));
    await write(file, [entryOf('a.jpg')]);
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual(['imgsys.lock.jsonl', 'victim']);
  });

  it('says which line is damaged, listed twice, or not there', async () => {
    const file = join(await tempFolder(), 'l.jsonl');
    expect(await readLock(file, 'l')).toBeUndefined();
    const head = lockLine({ version: 1, folders: [] });
    const line = lockLine(entryOf('a.jpg'));
    for (const [text, message] of [
      ['', 'l: line 1'],
      [`${head}\n${line}\n${line}\n`, 'l: line 3 lists a picture that another line lists'],
      [`${head}\n${line}\n{"source":\n`, 'l: line 3 is not a JSON object'],
      [`${head}\n<<<<<<< HEAD\n${line}\n=======\n>>>>>>> b\n`, 'l: line 2 is a merge conflict'],
      [`${head}\n${'x'.repeat(3_000_000)}`, 'l: line 2'],
    ] as const) {
      await writeFile(file, text);
      await expect(readLock(file, 'l')).rejects.toThrow(message);
    }
    await writeFile(file, Buffer.from([0xff, 0x0a]));
    await expect(readLock(file, 'l')).rejects.toThrow('l: line 1 is not UTF-8');
    await writeFile(file, `\ufeff${head}\r\n${line}`);
    expect((await readLock(file, 'l'))?.table.size).toBe(1);
    await expect(readLock(join(file, 'x'), 'l')).rejects.toThrow('part of the path is a file');
  });

  it('has one writer at a time', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'state'));
    const side = join(folder, 'state', 'turn.lock');
    let [inside, most] = [0, 0];
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await systemClock.sleep(1);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => inTurn(side, systemClock, work)));
    expect(most).toBe(1);
    await expect(inTurn(side, systemClock, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
    await inTurn(side, systemClock, work);
  });
});
