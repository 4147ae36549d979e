import type { Clock } from '../clock.ts';
import type { BuyingParts } from './buying.ts';
import { Connection } from './connection.ts';
import { openDatabase } from './database.ts';
import { wordOpeningFault } from './faults.ts';
import { Ledger } from './ledger.ts';
import { noStore } from './left-attempts.ts';
import { machineTime } from './machine-time.ts';
import { thisProcess } from './process.ts';
import { accessToRead } from './read-only.ts';
import { type Access, accessThrough } from './tables.ts';
import { whenFree } from './when-free.ts';

/**
 * Opens the ledger, creating or migrating it. `findPaid` decides what became of calls whose process died. Throws
 * CommandError: 2 when the file is damaged, newer, another program's or cannot be written (it is left as it is), 5 when
 * it stays locked or the disk is full.
 */
export function openLedger(
  file: string,
  clock: Clock,
  owner = thisProcess(),
  findPaid = noStore,
  time = machineTime,
): Promise<Ledger> {
  return open(file, clock, { findPaid, time }, () => accessThrough(openDatabase(file), owner));
}

/**
 * Opens the ledger for a dry run, which writes nothing: a missing one is empty, one of another schema is refused.
 * Throws CommandError (2) when the file is damaged, another program's or cannot be read.
 */
export function openLedgerToRead(
  file: string,
  clock: Clock,
  owner = thisProcess(),
  findPaid = noStore,
): Promise<Ledger> {
  return open(file, clock, { findPaid, time: machineTime }, () => accessToRead(file, owner));
}

async function open(file: string, clock: Clock, parts: BuyingParts, connect: () => Access): Promise<Ledger> {
  try {
    return new Ledger(new Connection(file, await whenFree(clock, connect), clock), parts);
  } catch (error) {
    throw wordOpeningFault(file, error);
  }
}
