// The items of a run are read a page at a time, and no page sorts the whole run.
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { ItemTable } from '../../src/ledger/items.ts';

it.each([
  undefined,
  'failed',
] as const)('pages through a run in the order of its items (state %s)', (state) => {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE TABLE items (id INTEGER PRIMARY KEY, run_id TEXT, source TEXT, output TEXT, state TEXT, reason TEXT,
    message TEXT, hint TEXT, elapsed_ms INTEGER, at_ms INTEGER, made TEXT);
    CREATE INDEX items_run ON items (run_id, state)`);
  const items = new ItemTable(db);
  for (let n = 0; n < 1_201; n += 1) {
    for (const runId of ['one', 'other']) {
      items.insert({ runId, source: `${n}`, output: undefined, state: 'failed', elapsedMs: 0, atMs: 0 });
    }
  }
  const asked: string[] = [];
  const { prepare } = db;
  db.prepare = (sql) => {
    asked.push(sql);
    return prepare.call(db, sql);
  };
  const found = [...items.of('one', state)];
  expect(found.map(({ source }) => source)).toEqual(Array.from({ length: 1_201 }, (_, n) => `${n}`));
  db.prepare = prepare;
  const plan = asked.flatMap((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({}));
  expect(JSON.stringify(plan)).toContain('SEARCH items');
  expect(JSON.stringify(plan)).not.toContain('TEMP B-TREE');
  db.close();
});
