import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Connection } from '../../src/ledger/connection.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { thisProcess } from '../../src/ledger/process.ts';
import { accessThrough } from '../../src/ledger/tables.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { newRun } from './rows.ts';

it('reads of one moment, whatever another process commits between two reads', async () => {
  const file = join(await tempFolder(), 'ledger.sqlite');
  const clock = fakeClock();
  const ledger = await openLedger(file, clock);
  const { id } = await ledger.beginRun(newRun);
  const connection = new Connection(file, accessThrough(openDatabase(file), thisProcess()), clock);
  const other = new DatabaseSync(file);
  const stateOf = () => connection.tables.runs.get(id, clock.now())?.state;
  const states = connection.readAtOnce(() => {
    const before = stateOf();
    other.exec("UPDATE runs SET state = 'finished'");
    return [before, stateOf()];
  });
  expect(states).toEqual(['running', 'running']);
  expect(stateOf()).toBe('finished');
  expect(() =>
    connection.readAtOnce(() => {
      throw new Error('of the task');
    }),
  ).toThrow('of the task');
  // Nothing is held open.
  await connection.write('fast', ({ runs }) => runs.end(id, 'failed', null, clock.now()));
  expect(stateOf()).toBe('failed');
  other.close();
  connection.close();
  ledger.close();
});
