import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wordFault } from '../../src/ledger/faults.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { item, newRun, output } from './rows.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await tempFolder();
  file = join(folder, 'ledger.sqlite');
});

async function fill() {
  const ledger = await openLedger(file, fakeClock());
  const run = await ledger.beginRun(newRun);
  for (let index = 0; index < 100; index++) await ledger.done(run, output(`${index}`), item(`${index}`));
  ledger.close();
}

const kinds: Readonly<Record<string, { make: () => void | Promise<void>; says: RegExp }>> = {
  garbage: {
    make: () => writeFileSync(file, 'not a database, but longer than its header '.repeat(100)),
    says: /is not a ledger/,
  },
  'a few bytes': { make: () => writeFileSync(file, 'x'), says: /is not a ledger/ },
  'garbage of half a kilobyte': { make: () => writeFileSync(file, 'x'.repeat(600)), says: /is not a ledger/ },
  'a cut file': {
    make: async () => {
      await fill();
      truncateSync(file, Math.floor(statSync(file).size / 2));
    },
    says: /is damaged/,
  },
  'a broken first page': {
    make: async () => {
      await fill();
      const bytes = readFileSync(file);
      bytes.fill(0xff, 100, 2_000);
      writeFileSync(file, bytes);
    },
    says: /is damaged/,
  },
  'a newer schema': {
    make: async () => {
      await fill();
      change('PRAGMA user_version = 99');
    },
    says: /written by a newer imgsys \(schema 99, known here: 3\)/,
  },
  "another program's database": {
    make: () => change('CREATE TABLE places (id)'),
    says: /another program's database/,
  },
  "another program's empty database": {
    make: () => change('PRAGMA application_id = 77'),
    says: /another program's/,
  },
};

function change(sql: string) {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('a file that is no ledger of ours', () => {
  it.each(Object.keys(kinds))('%s: is refused in words and left as it is', async (kind) => {
    const { make, says } = kinds[kind] ?? { make: () => {}, says: / / };
    await make();
    const before = readFileSync(file);
    const error = await openLedger(file, fakeClock()).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'CommandError', exitCode: 2, hint: expect.any(String) });
    expect(error.message).toMatch(says);
    expect(error.message).toContain(file);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('but is empty becomes one', async () => {
    writeFileSync(file, '');
    const ledger = await openLedger(file, fakeClock());
    expect(ledger.check()).toEqual({ schemaVersion: 3, problems: [] });
    ledger.close();
  });

  it('but a folder is refused', async () => {
    mkdirSync(file);
    await expect(openLedger(file, fakeClock())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('something that is not a file is in its place'),
    });
  });

  it('below a file is refused', async () => {
    writeFileSync(join(folder, 'state'), '');
    await expect(openLedger(join(folder, 'state', 'ledger.sqlite'), fakeClock())).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});

describe.skipIf(process.platform === 'win32')('without permission', () => {
  // The superuser may do everything, so the attempt is made as nobody.
  const uid = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const claimant = fileURLToPath(new URL('./claimant.ts', import.meta.url));
  const attempt = async () =>
    JSON.parse((await execa(process.execPath, [claimant, 'open', file], uid)).stdout);

  afterEach(() => chmodSync(folder, 0o755));

  it('a new ledger is refused in words', async () => {
    chmodSync(folder, 0o555);
    expect(await attempt()).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/cannot be created: no permission/),
    });
  });

  it('one that is there is refused in words and left as it is', async () => {
    await fill();
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    const before = readFileSync(file);
    expect(await attempt()).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/cannot be (opened|written)/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('errors of the disk', () => {
  it('a full one is told as such', () => {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA max_page_count = 1');
    const error = attemptTo(() => db.exec('CREATE TABLE one (id); CREATE TABLE two (id)'));
    db.close();
    expect(wordFault('/home/x\n.sqlite', error)).toMatchObject({
      exitCode: 5,
      message: 'no space left on the disk of the ledger /home/x\\n.sqlite',
      cause: error,
    });
  });

  it('what is not the fault of the disk stays as it is', () => {
    const error = new Error('a defect');
    expect(wordFault(file, error)).toBe(error);
  });
});

function attemptTo(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
