// The program's own files spoilt: told in words, nothing hangs, nothing is taken for "nothing was bought".
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { flipBits, randomOf } from '../../bench/faults/damage-kinds.ts';
import { CommandError } from '../../src/errors.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { ledgerGap } from '../../src/ledger-gap.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { openSettings } from '../../src/settings/settings.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { buyIn } from './damage-bought.ts';

let folder: string;
let ids: readonly string[];
const paths = () => ({ ledger: join(folder, 'ledger.sqlite'), paid: join(folder, 'paid') });
const whole = () => `${paths().ledger}.whole`;
const open = () => openLedger(paths().ledger, fakeClock());

beforeAll(async () => {
  folder = await tempFolder();
  ids = await buyIn(paths());
  copyFileSync(paths().ledger, whole());
});
beforeEach(() => copyFileSync(whole(), paths().ledger));

// What is wrong, in words; undefined where all that was bought is known.
async function lookAround(): Promise<CommandError | undefined> {
  try {
    const ledger = await open();
    try {
      return await ledgerGap(ledger, paths());
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

describe('a ledger', () => {
  it('that knows what was bought is believed', async () => {
    expect(await lookAround()).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(paths().ledger)],
    ['emptied', () => truncateSync(paths().ledger, 0)],
    ['of which calls were deleted', () => change('PRAGMA foreign_keys = OFF; DELETE FROM attempts')],
    ['that lacks one call', () => change('DELETE FROM attempts WHERE number = 3')],
    [
      'with a call in a state there is not',
      () => {
        change("PRAGMA ignore_check_constraints = ON; UPDATE attempts SET state = 'qaid' WHERE number = 2");
      },
    ],
  ])('%s is not taken for one of a user who bought nothing', async (_, damage) => {
    damage();
    expect(await lookAround()).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('does not know what was bought in'),
      hint: expect.stringContaining('put the right ledger back'),
    });
  });

  it.each([
    ['whose run has another name', "UPDATE runs SET id = 'x' || id"],
    ['with a call below the first', 'UPDATE attempts SET number = -number WHERE number = 3'],
  ])('%s still shows every call that was bought', async (_, sql) => {
    change(`PRAGMA foreign_keys = OFF; ${sql}`);
    const ledger = await open();
    const known = [...ledger.purchases.report({})].map(({ id }) => id);
    const sum = ledger.purchases.totals('all').map(({ paid }) => paid);
    ledger.close();
    expect(new Set(known)).toEqual(new Set(ids));
    expect(sum).toEqual([ids.length]);
  });

  it('whose WAL with all that was bought is gone is not taken for a new one', async () => {
    const own = await tempFolder();
    const left = { ledger: join(own, 'left.sqlite'), paid: join(own, 'paid') };
    const ledger = join(own, 'ledger.sqlite');
    await buyIn({ ...left, ledger }, () => copyFileSync(ledger, left.ledger));
    const reopened = await openLedger(left.ledger, fakeClock());
    const gap = await ledgerGap(reopened, left);
    reopened.close();
    expect(gap?.message).toContain('does not know what was bought in');
  });

  it.each(['price', 'usage'])('with a broken %s of a call is damaged, not a defect', async (column) => {
    change(`UPDATE attempts SET ${column} = '{"images"61}' WHERE number = 3`);
    expect(await lookAround()).toMatchObject({
      exitCode: 2,
      message: `the ledger ${paths().ledger} is damaged`,
      hint: expect.stringContaining('put back a copy of it'),
    });
    const ledger = await open();
    expect(() => [...ledger.purchases.report({})]).toThrow('is damaged');
    ledger.close();
  });

  it('without one of its tables is damaged, not a defect', async () => {
    change('DROP TABLE reuses');
    await expect(open()).rejects.toMatchObject({
      exitCode: 2,
      message: `the ledger ${paths().ledger} is damaged`,
    });
  });

  it('that is a link to itself is refused in words', async () => {
    rmSync(paths().ledger);
    symlinkSync(paths().ledger, paths().ledger);
    await expect(open()).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('in its place'),
    });
    rmSync(paths().ledger);
  });

  it('cut at any of its pages is refused, and left as it is', async () => {
    const { length } = readFileSync(whole());
    for (let bytes = 4096; bytes < length; bytes += 4 * 4096) {
      copyFileSync(whole(), paths().ledger);
      truncateSync(paths().ledger, bytes);
      const before = readFileSync(paths().ledger);
      expect(await lookAround()).toMatchObject({ exitCode: 2, hint: expect.any(String) });
      expect(readFileSync(paths().ledger).equals(before)).toBe(true);
    }
  });

  it('with a bit changed somewhere knows all that was bought, or that is told', async () => {
    const random = randomOf(11);
    for (let trial = 0; trial < 60; trial += 1) {
      copyFileSync(whole(), paths().ledger);
      for (const ending of ['-wal', '-shm']) rmSync(paths().ledger + ending, { force: true });
      flipBits(paths().ledger, random, trial % 3 === 0 ? 40 : 1);
      if ((await lookAround()) !== undefined) continue;
      const ledger = await open();
      const known = [...ledger.purchases.report({})].map(({ id }) => id);
      ledger.close();
      expect(known).toEqual(expect.arrayContaining([...ids]));
    }
  });
});

function change(sql: string): void {
  const db = new DatabaseSync(paths().ledger);
  db.exec(sql);
  db.close();
}

describe.skipIf(process.platform === 'win32')('what is no file in the place of one', () => {
  it.each<[string, (file: string) => void, RegExp]>([
    ['a FIFO', (file) => void execFileSync('mkfifo', [file]), /is not a regular file/],
    ['a device', (file) => symlinkSync('/dev/zero', file), /is not a regular file/],
    ['a link to nothing', (file) => symlinkSync('/nowhere/at/all', file), /is a link to nothing/],
    ['a link to itself', (file) => symlinkSync(file, file), /cannot be read \(ELOOP\)/],
    ['a file of 2 MiB', (file) => writeFileSync(file, ' '.repeat(2 ** 21)), /is larger than 1 MiB/],
  ])('%s as the settings is told, and not waited for', async (_, make, says) => {
    const file = join(await tempFolder(), 'config.json');
    make(file);
    await expect(openSettings(file)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(says),
      hint: expect.any(String),
    });
  });

  it.each<[string, (file: string) => void]>([
    ['a FIFO', (file) => void execFileSync('mkfifo', [file])],
    ['a device', (file) => symlinkSync('/dev/zero', file)],
    ['a link to itself', (file) => symlinkSync(file, file)],
  ])('%s as a bought picture is none, and not waited for', async (_, make) => {
    const paid = join(await tempFolder(), 'paid');
    const places = { ledger: join(paid, '../ledger.sqlite'), paid };
    const [id = ''] = await buyIn(places);
    const store = openPaidStore(paid);
    expect(await store.find(id)).toBeDefined();
    rmSync(store.pathOf(id));
    make(store.pathOf(id));
    expect(await store.find(id)).toBeUndefined();
  });
});
