import type { DatabaseSync } from 'node:sqlite';
import { AttemptTable } from './attempts.ts';
import { CalendarTable } from './calendar-table.ts';
import { ClaimTable } from './claims.ts';
import { ItemTable } from './items.ts';
import { LimitTable } from './limit-table.ts';
import { OutputTable } from './outputs.ts';
import type { ProcessIdentity } from './process.ts';
import { PurchaseTable } from './purchase-table.ts';
import { ReuseTable } from './reuses.ts';
import { RunTable } from './runs.ts';

/** One connection and its tables. */
export interface Tables {
  readonly db: DatabaseSync;
  readonly runs: RunTable;
  readonly outputs: OutputTable;
  readonly claims: ClaimTable;
  readonly items: ItemTable;
  readonly purchases: PurchaseTable;
  readonly attempts: AttemptTable;
  readonly limits: LimitTable;
  readonly calendar: CalendarTable;
  readonly reuses: ReuseTable;
}

/** Where a ledger gets its tables from, at every step anew. */
export interface Access {
  tables(): Tables;
  close(): void;
}

export function openTables(db: DatabaseSync, owner: ProcessIdentity): Tables {
  return {
    db,
    runs: new RunTable(db, owner),
    outputs: new OutputTable(db),
    claims: new ClaimTable(db),
    items: new ItemTable(db),
    purchases: new PurchaseTable(db),
    attempts: new AttemptTable(db),
    limits: new LimitTable(db),
    calendar: new CalendarTable(db),
    reuses: new ReuseTable(db),
  };
}

/** Access through one connection that lasts. */
export function accessThrough(db: DatabaseSync, owner: ProcessIdentity): Access {
  const tables = openTables(db, owner);
  return { tables: () => tables, close: () => db.close() };
}
