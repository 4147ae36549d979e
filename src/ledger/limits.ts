import { dollars } from '../money.ts';
import { type Call, limitsOn } from './allowance.ts';
import type { Connection } from './connection.ts';
import type { Limit, LimitTarget, Standing } from './limit-table.ts';
import { localDay } from './local-day.ts';
import type { MachineTime } from './machine-time.ts';
import { readClocks } from './read-clocks.ts';
import { rebook } from './rebook.ts';
import { spendingFromAttempts } from './spending-schema.ts';
import type { Tables } from './tables.ts';

/** A ledger whose day lies more than one ahead of the wall clock's: `2036-01-02` and `2026-11-21`. */
export interface Ahead {
  readonly latestDay: string;
  readonly today: string;
}

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

  /** Whether a wrong clock keeps the ledger's days closed; a day ahead may come of a time zone. */
  ahead(): Ahead | undefined {
    return this.#connection.read((tables) => this.#ahead(tables));
  }

  /**
   * Sets the ledger's calendar back to the wall clock where it is ahead of it; what was booked on later days counts
   * today. Answers what it was, and how many calls were moved; undefined where there was nothing to do.
   */
  resetCalendar(): Promise<(Ahead & { readonly calls: number }) | undefined> {
    return this.#connection.write('durable', (tables) => {
      const ahead = this.#ahead(tables);
      if (ahead === undefined) return undefined;
      const { latestDay } = tables.calendar.reset(readClocks(this.#connection.clock, this.#time));
      return { ...ahead, calls: rebook(tables.db, latestDay) };
    });
  }

  #ahead({ calendar }: Tables): Ahead | undefined {
    const { latestDay } = calendar.look(readClocks(this.#connection.clock, this.#time));
    const today = localDay(this.#connection.clock.now());
    return Date.parse(latestDay) - Date.parse(today) > dayMs ? { latestDay, today } : undefined;
  }

  /**
   * Compares the running sums with the calls themselves, and these with what they could cost: what is wrong, in words;
   * empty when all is well.
   */
  check(): string[] {
    return this.#connection.read(({ db }) => {
      const rowsOf = (sql: string) => {
        const query = db.prepare(sql);
        query.setReadBigInts(true);
        return query.all();
      };
      const kept = rowsOf('SELECT * FROM spending ORDER BY local_day, provider, key_name, model, run_id');
      const counted = rowsOf(spendingFromAttempts);
      const texts = [kept, counted].map((rows) => new Set(rows.map(inText)));
      const [before = new Set(), after = new Set()] = texts;
      return [
        ...rowsOf(absurd).map(
          (row) => `the call ${row.id} is booked at ${dollars(Number(row.cost_microusd))}`,
        ),
        ...[...before].filter((text) => !after.has(text)).map((text) => `kept, but not so: ${text}`),
        ...[...after].filter((text) => !before.has(text)).map((text) => `so, but not kept: ${text}`),
      ];
    });
  }
}

const dayMs = 86_400_000;

// More than a dollar and a hundred times what it could cost at most: such costs are not booked any more.
const absurd = `SELECT id, cost_microusd FROM attempts WHERE state = 'paid' AND cost_microusd > 1000000
  AND cost_microusd / 100 > coalesce(reserved_microusd, 90000000000000) ORDER BY number`;

function inText(row: object): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}
