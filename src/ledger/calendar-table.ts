import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { advance, type CalendarState, type Reading } from './calendar.ts';

/** The table `calendar`: one row, the ledger's time. */
export class CalendarTable {
  readonly #select: StatementSync;
  readonly #put: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare('SELECT * FROM calendar');
    this.#put = db.prepare('INSERT OR REPLACE INTO calendar VALUES (1, ?, ?, ?, ?, ?, ?)');
  }

  /** The ledger's time now; writes nothing. */
  look(now: Reading): CalendarState {
    return advance(this.#get(), now);
  }

  /** Moves the ledger's time on to now. Belongs into a transaction. */
  advance(now: Reading): CalendarState {
    return this.#keep(this.look(now));
  }

  /** Sets the ledger's time to what the wall clock shows, also back. Belongs into a transaction. */
  reset(now: Reading): CalendarState {
    return this.#keep(advance(undefined, now));
  }

  #keep(state: CalendarState): CalendarState {
    this.#put.run(
      state.boot,
      state.awakeOffsetMs,
      state.uptimeOffsetMs,
      state.doubtedSinceMs ?? null,
      state.latestMs,
      state.latestDay,
    );
    return state;
  }

  #get(): CalendarState | undefined {
    const row = this.#select.get();
    return (
      row && {
        boot: String(row.boot),
        awakeOffsetMs: Number(row.awake_offset_ms),
        uptimeOffsetMs: Number(row.uptime_offset_ms),
        doubtedSinceMs: row.doubted_since_ms === null ? undefined : Number(row.doubted_since_ms),
        latestMs: Number(row.latest_ms),
        latestDay: String(row.latest_day),
      }
    );
  }
}
