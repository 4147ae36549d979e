import type { Clock } from '../clock.ts';
import { inWords, wordFault } from './faults.ts';
import type { Access, Tables } from './tables.ts';
import { transact } from './transact.ts';
import { whenFree } from './when-free.ts';

/**
 * One open database. Reads are synchronous; writes wait for other processes without blocking. What the file or the
 * disk is at fault for is thrown as a CommandError that names the file.
 */
export class Connection {
  readonly file: string;
  readonly clock: Clock;
  readonly #access: Access;

  constructor(file: string, access: Access, clock: Clock) {
    this.file = file;
    this.clock = clock;
    this.#access = access;
  }

  get tables(): Tables {
    return this.#access.tables();
  }

  read<T>(task: (tables: Tables) => T): T {
    return inWords(this.file, () => task(this.tables));
  }

  /** What `task` reads is of one moment, whatever other processes commit meanwhile. */
  readAtOnce<T>(task: (tables: Tables) => T): T {
    return this.read((tables) => {
      tables.db.exec('BEGIN');
      try {
        return task(tables);
      } finally {
        if (tables.db.isTransaction) tables.db.exec('ROLLBACK');
      }
    });
  }

  /**
   * Runs `task` in one write transaction; it may run more than once and must leave nothing behind when it throws.
   * `committed` is called in the same breath as the commit, before anything else runs.
   */
  async write<T>(
    durability: 'durable' | 'fast',
    task: (tables: Tables) => T,
    committed?: () => void,
  ): Promise<T> {
    try {
      return await whenFree(this.clock, () => {
        const { tables } = this;
        const result = transact(tables.db, durability, () => task(tables));
        committed?.();
        return result;
      });
    } catch (error) {
      throw wordFault(this.file, error);
    }
  }

  close(): void {
    this.#access.close();
  }
}
