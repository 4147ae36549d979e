import type { DatabaseSync } from 'node:sqlite';
import { ClaimTable } from './claims.ts';
import { ItemTable } from './items.ts';
import { OutputTable } from './outputs.ts';
import type { ProcessIdentity } from './process.ts';
import { RunTable } from './runs.ts';

/** The tables of one connection. */
export interface Tables {
  readonly runs: RunTable;
  readonly outputs: OutputTable;
  readonly claims: ClaimTable;
  readonly items: ItemTable;
}

export function openTables(db: DatabaseSync, owner: ProcessIdentity): Tables {
  return {
    runs: new RunTable(db, owner),
    outputs: new OutputTable(db),
    claims: new ClaimTable(db),
    items: new ItemTable(db),
  };
}
