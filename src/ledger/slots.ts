import type { SlotBook } from '../pool/book.ts';
import type { Connection } from './connection.ts';
import { isSameBoot, type MachineTime } from './machine-time.ts';

/**
 * State that all processes of the machine share, by slot. A change is on the disk when it is convenient: it survives the
 * death of the process, and a power cut begins another boot, in which it does not count.
 */
export class Slots implements SlotBook {
  readonly #connection: Connection;
  readonly #time: Pick<MachineTime, 'bootId' | 'nowMs'>;

  constructor(connection: Connection, time: Pick<MachineTime, 'bootId' | 'nowMs'>) {
    this.#connection = connection;
    this.#time = time;
  }

  update<State, Result>(
    slot: string,
    change: (state: State | undefined, nowMs: number) => { readonly state: State; readonly result: Result },
  ): Promise<Result> {
    return this.#connection.write('fast', ({ db }) => {
      const nowMs = this.#time.nowMs();
      const row = db.prepare('SELECT boot, updated_ms, state FROM slots WHERE slot = ?').get(slot);
      const boot = this.#time.bootId();
      // Time never runs back within one boot.
      const counts =
        row !== undefined && isSameBoot(String(row.boot), boot) && Number(row.updated_ms) <= nowMs;
      const before = counts ? String(row.state) : undefined;
      const { state, result } = change(before === undefined ? undefined : JSON.parse(before), nowMs);
      const after = JSON.stringify(state);
      if (after !== before) {
        db.prepare('INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?)').run(slot, boot, nowMs, after);
      }
      return result;
    });
  }
}
