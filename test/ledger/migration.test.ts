import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openLedger, openLedgerToRead } from '../../src/ledger/open-ledger.ts';
import { applicationId, schemaVersion } from '../../src/ledger/schema.ts';
import { spendingFromAttempts } from '../../src/ledger/spending-schema.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, paidFacts, purchase, reserve } from './rows.ts';

// What the last version with schema 1 wrote: a run that died, with a call in each state, an output, a limit.
const schema1 = readFileSync(new URL('./schema-1.sql', import.meta.url), 'utf8');
const runId = '2026-11-21T0412-6wp';
const tables = [
  'runs',
  'outputs',
  'items',
  'purchases',
  'purchase_sources',
  'attempts',
  'limits',
  'spending',
] as const;

function write(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(schema1);
  db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
  db.close();
}

function read(file: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  const all = (query: string) => {
    const statement = db.prepare(query);
    statement.setReadBigInts(true);
    return statement.all();
  };
  const rows = Object.fromEntries(tables.map((table) => [table, all(`SELECT * FROM ${table}`)]));
  const sums = { kept: rows.spending, summed: all(spendingFromAttempts) };
  const indexes = all("SELECT type, name, tbl_name FROM sqlite_schema WHERE type <> 'table' ORDER BY name");
  db.close();
  return { rows, sums, indexes };
}

async function oldLedger() {
  const file = join(await tempFolder(), 'ledger.sqlite');
  write(file);
  return file;
}

describe('a ledger of schema 1', () => {
  it('keeps every row; its calls are no jobs, and how results were made is not known', async () => {
    const file = await oldLedger();
    const before = read(file);
    const ledger = await openLedger(file, fakeClock());
    expect(ledger.check()).toEqual({ schemaVersion, problems: [] });
    ledger.close();
    const after = read(file);
    const attempts = (before.rows.attempts ?? []).map((row) => ({ ...row, job: null }));
    expect(attempts).toHaveLength(7);
    const unmade = (rows: readonly object[] | undefined) => rows?.map((row) => ({ ...row, made: null }));
    const { items, outputs } = before.rows;
    expect(after.rows).toEqual({
      ...before.rows,
      ...{ attempts, items: unmade(items), outputs: unmade(outputs) },
    });
    expect(after.sums.kept).toEqual(after.sums.summed);
    expect(after.indexes).toEqual(before.indexes);
  });

  it('is gone on with: what was bought is known, what its dead run left is settled, what is new can be a job', async () => {
    const file = await oldLedger();
    const clock = fakeClock();
    clock.advance(60_000);
    const ledger = await openLedger(file, clock, undefined, async () => undefined);
    const run = await ledger.beginRun(newRun);
    const book = bindPurchases(ledger, run);
    const kinds: Record<string, string> = {};
    for (const key of ['paid', 'unsettled', 'refused', 'released', 'sent', 'reserved', 'useless']) {
      kinds[key] = (await book.open(purchase(key), never)).kind;
    }
    expect(kinds).toEqual({
      ...{ paid: 'paid', unsettled: 'unsettled', sent: 'unsettled', useless: 'useless' },
      ...{ refused: 'mine', released: 'mine', reserved: 'mine' },
    });
    const id = await reserve(book, 'refused', { keyName: 'openai/team', reservedMicrousd: 60_000 });
    await book.sent(id);
    await book.accepted(id, 'job 1');
    expect(ledger.purchases.attemptsOf(run.id)).toMatchObject([{ id, job: 'job 1' }]);
    await book.pay(id, paidFacts);
    expect(ledger.purchases.totalsOf(runId)).toEqual({
      ...{ paid: 1, useless: 1, microusd: 102_700, unknown: 0, unsettled: 2, unsettledMicrousd: 120_000 },
    });
    ledger.close();
    const { kept, summed } = read(file).sums;
    expect(kept).toEqual(summed);
  });

  it('is not brought up to date by a dry run, which says so', async () => {
    const file = await oldLedger();
    await expect(openLedgerToRead(file, fakeClock())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`schema 1, known here: ${schemaVersion}`),
    });
  });

  it('is brought up to date once, however many open it at once', async () => {
    const folder = await tempFolder();
    const files = Array.from({ length: 40 }, (_, round) => join(folder, `${round}.sqlite`));
    for (const file of files) write(file);
    const barrier = new SharedArrayBuffer(4);
    const workerData = { files, barrier, threads: 3, reads: false };
    const ends = Array.from({ length: 3 }, () => {
      const worker = new Worker(new URL('./opener.ts', import.meta.url), { workerData });
      return new Promise<string[]>((resolve, reject) =>
        worker.once('message', resolve).once('error', reject),
      );
    });
    expect((await Promise.all(ends)).flat()).toEqual([]);
    for (const file of files) {
      expect(read(file).rows.attempts).toHaveLength(7);
      const ledger = await openLedger(file, fakeClock());
      expect(ledger.check()).toEqual({ schemaVersion, problems: [] });
      ledger.close();
    }
  });
});
