import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger, openLedgerToRead } from '../../src/ledger/open-ledger.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { item, newRun, output } from './rows.ts';

const clock = fakeClock();
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await tempFolder();
  // What is special in a URI must not be in a path.
  file = join(folder, 'ledger 50%?#&.sqlite');
});

async function fill(count = 1): Promise<void> {
  const ledger = await openLedger(file, clock);
  await make(ledger, count);
  ledger.close();
}

async function make(ledger: Ledger, count: number, prefix = ''): Promise<void> {
  const run = await ledger.beginRun(newRun);
  for (let index = 0; index < count; index++) {
    const name = `${prefix}${index}`;
    await ledger.done(run, output(name), item(name));
  }
  await ledger.endRun(run, { state: 'finished', counts: {} });
}

function picture() {
  const names = readdirSync(folder).sort();
  const times = [folder, ...names.map((name) => join(folder, name))].map(
    (path) => statSync(path, { bigint: true }).mtimeNs,
  );
  return { names, times, bytes: names.map((name) => readFileSync(join(folder, name)).toString('base64')) };
}

describe('a ledger opened to read', () => {
  it('reads what is there and leaves everything as it is', async () => {
    await fill();
    const before = picture();
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.outputAt('/out/0')).toMatchObject(output('0'));
    expect(ledger.finishedBySource('/photos/0', 'recipe', '/out')).toMatchObject(output('0'));
    expect(ledger.lastRun()).toMatchObject({ state: 'finished' });
    expect(ledger.tokenState(ledger.lastRun()?.id ?? '')).toBe('dead');
    expect([...ledger.items(ledger.lastRun()?.id ?? '')]).toHaveLength(1);
    expect(ledger.seen('/out/0', '/1')).toBeUndefined();
    expect(ledger.seen('/out/0', '/2')).toBe('/1');
    expect(picture()).toEqual(before);
    ledger.close();
    expect(picture()).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')('needs no permission to write', async () => {
    await fill();
    chmodSync(file, 0o400);
    chmodSync(folder, 0o500);
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.outputAt('/out/0')).toMatchObject(output('0'));
    ledger.close();
    chmodSync(folder, 0o700);
  });

  it('is empty where there is no file, and makes none', async () => {
    for (const missing of [file, join(folder, 'no', 'such', 'folder', 'l.sqlite')]) {
      const ledger = await openLedgerToRead(missing, clock);
      expect(ledger.lastRun()).toBeUndefined();
      expect(ledger.outputAt('/out/0')).toBeUndefined();
      expect(ledger.seen('/out/0', '/1')).toBeUndefined();
      expect(ledger.seen('/out/0', '/2')).toBe('/1');
      ledger.close();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is empty where the file is', async () => {
    writeFileSync(file, '');
    const before = picture();
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.runs(1)).toEqual([]);
    ledger.close();
    expect(picture()).toEqual(before);
  });

  it.each([true, false])('refuses to be written to (filled: %s)', async (filled) => {
    if (filled) await fill();
    const before = picture();
    const ledger = await openLedgerToRead(file, clock);
    await expect(ledger.beginRun(newRun)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('cannot be written'),
    });
    ledger.close();
    expect(picture()).toEqual(before);
  });
});

describe('while another process writes, a ledger opened to read', () => {
  it('follows one that was there before', async () => {
    const writer = await openLedger(file, clock);
    await make(writer, 1);
    const names = readdirSync(folder).sort();
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.outputAt('/out/0')).toMatchObject(output('0'));
    await make(writer, 1, 'x');
    expect(ledger.outputAt('/out/x0')).toMatchObject(output('x0'));
    expect(readdirSync(folder).sort()).toEqual(names);
    ledger.close();
    writer.close();
  });

  it('follows one that comes later, past a checkpoint', async () => {
    await fill(50);
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.outputAt('/out/49')).toMatchObject(output('49'));
    const writer = await openLedger(file, clock);
    await make(writer, 1_500, 'x');
    expect(ledger.outputAt('/out/x1499')).toMatchObject(output('x1499'));
    expect(ledger.outputAt('/out/0')).toMatchObject(output('0'));
    writer.close();
    ledger.close();
  });

  it('follows one that has come and gone', async () => {
    await fill();
    const ledger = await openLedgerToRead(file, clock);
    expect(ledger.outputAt('/out/x99')).toBeUndefined();
    const writer = await openLedger(file, clock);
    await make(writer, 100, 'x');
    writer.close();
    expect(ledger.outputAt('/out/x99')).toMatchObject(output('x99'));
    ledger.close();
  });

  it('follows one that makes the file', async () => {
    const ledger = await openLedgerToRead(file, clock);
    await fill();
    expect(ledger.outputAt('/out/0')).toMatchObject(output('0'));
    ledger.close();
  });
});

describe('what cannot be read', () => {
  const kinds: Readonly<Record<string, readonly [() => void | Promise<void>, RegExp]>> = {
    'a newer schema': [() => change('PRAGMA user_version = 99'), /written by a newer imgsys \(schema 99/],
    'an older schema': [() => change('PRAGMA user_version = 0'), /written by an older imgsys \(schema 0/],
    'another program': [() => change('PRAGMA application_id = 77'), /another program's database/],
    'a few bytes': [() => writeFileSync(file, 'x'), /is not a ledger/],
    garbage: [() => writeFileSync(file, 'x'.repeat(5_000)), /is not a ledger/],
    'a folder': [() => void mkdirSync(join(file, 'x'.repeat(200)), { recursive: true }), /is not a ledger/],
  };

  async function change(sql: string) {
    await fill();
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
  }

  it.each(Object.keys(kinds))('%s: is refused in words and left as it is', async (kind) => {
    const [prepare, says] = kinds[kind] ?? [() => {}, / /];
    await prepare();
    const before = readdirSync(folder);
    const error = await openLedgerToRead(file, clock).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'CommandError', exitCode: 2, hint: expect.any(String) });
    expect(error.message).toMatch(says);
    expect(readdirSync(folder)).toEqual(before);
  });
});
