import { type Call, limitsOn } from './allowance.ts';
import type { Connection } from './connection.ts';
import type { Limit, LimitTarget, Standing } from './limit-table.ts';
import type { MachineTime } from './machine-time.ts';
import { readClocks } from './read-clocks.ts';
import { spendingFromAttempts } from './spending-schema.ts';

/** Spending limits and how they stand. All throw CommandError when the disk or the file fails. */
export class Limits {
  readonly #connection: Connection;
  readonly #time: MachineTime;

  constructor(connection: Connection, time: MachineTime) {
    this.#connection = connection;
    this.#time = time;
  }

  /** Sets limits, each in the place of one that stood for the same calls and period. */
  set(limits: readonly Limit[]): Promise<void> {
    return this.#connection.write('durable', (tables) => {
      for (const limit of limits) tables.limits.put(limit);
    });
  }

  /** Answers those that were there. */
  clear(targets: readonly LimitTarget[]): Promise<LimitTarget[]> {
    return this.#connection.write('durable', ({ limits }) => targets.filter((each) => limits.delete(each)));
  }

  /** All limits and how they stand now. */
  list(): Standing[] {
    return this.#connection.read(({ limits, calendar }) => {
      const { latestDay } = calendar.look(readClocks(this.#connection.clock, this.#time));
      return limits.all().map((limit) => limits.standing(limit, latestDay));
    });
  }

  /** The limits that cover a run's calls, its own first, and how they stand now. */
  ofRun(calls: readonly Omit<Call, 'reservedMicrousd'>[]): Standing[] {
    return this.#connection.read((tables) => {
      const { latestDay } = tables.calendar.look(readClocks(this.#connection.clock, this.#time));
      const limits = calls.flatMap((call) => limitsOn(tables, call));
      const each = new Map(limits.map((limit) => [JSON.stringify(limit), limit]));
      return [...each.values()].map((limit) => tables.limits.standing(limit, latestDay));
    });
  }

  /** Compares the running sums with the calls themselves: what differs, in words; empty when all is well. */
  check(): string[] {
    return this.#connection.read(({ db }) => {
      const kept = db
        .prepare('SELECT * FROM spending ORDER BY local_day, provider, key_name, model, run_id')
        .all();
      const counted = db.prepare(spendingFromAttempts).all();
      const texts = [kept, counted].map((rows) => new Set(rows.map((row) => JSON.stringify(row))));
      const [before = new Set(), after = new Set()] = texts;
      return [
        ...[...before].filter((text) => !after.has(text)).map((text) => `kept, but not so: ${text}`),
        ...[...after].filter((text) => !before.has(text)).map((text) => `so, but not kept: ${text}`),
      ];
    });
  }
}
