import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { TokenUsage } from '../providers/enhance.ts';
import { randomLetters } from './letters.ts';

export type AttemptState = 'reserved' | 'sent' | 'paid' | 'refused' | 'released' | 'unsettled';

/** One call to a service, as the ledger keeps it. Money in micro-dollars, times in milliseconds since 1970. */
export interface AttemptRow {
  /** The run's id and six letters: unique beyond this ledger, should it be deleted and begun anew. */
  readonly id: string;
  readonly purchaseKey: string;
  readonly runId: string;
  readonly provider: string;
  readonly model: string;
  readonly keyName: string;
  readonly state: AttemptState;
  readonly sourcePath: string;
  /** The most it could cost; undefined where no price is known. */
  readonly reservedMicrousd: number | undefined;
  /** What it was likely to cost. */
  readonly expectedMicrousd: Expected | undefined;
  /** What a unit cost at the time of the call. */
  readonly price: unknown;
  readonly costMicrousd: number | undefined;
  readonly costKind: 'measured' | 'derived' | 'unknown';
  readonly usage: TokenUsage | undefined;
  readonly requestId: string | undefined;
  /** The service's id of an asynchronous job, by which its picture can be collected; undefined where there is none. */
  readonly job: string | undefined;
  /** Why it was refused, unsettled, or what was paid is of no use. */
  readonly reason: string | undefined;
  /** True for a paid one whose bytes were no picture. */
  readonly useless: boolean;
  /** How an unsettled one was settled: `charged`, `free`; `again` where the user had it bought again. */
  readonly settled: 'charged' | 'free' | 'again' | undefined;
  /** The day it counts for, `2026-11-21`: the local one on which it was reserved. */
  readonly localDay: string;
  /** Minutes that local time was ahead of UTC. */
  readonly tzOffsetMinutes: number;
  readonly reservedAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
}

export interface Expected {
  readonly low: number;
  readonly high: number;
}

/** Money in micro-dollars. */
export interface NewAttempt {
  readonly keyName: string;
  /** The most it can cost; undefined where no price is known. */
  readonly reservedMicrousd: number | undefined;
  /** What it is likely to cost. */
  readonly expectedMicrousd?: Expected | undefined;
  /** What a unit costs now; anything JSON can hold. */
  readonly price?: unknown;
}

export interface PaidFacts {
  readonly costMicrousd: number | undefined;
  readonly costKind: 'measured' | 'derived' | 'unknown';
  readonly usage: TokenUsage | undefined;
  readonly requestId: string | undefined;
  /** SHA-256 of the bytes in the store. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What changes with a step of an attempt; what is left out stays as it is, but for the reason. */
export interface AttemptChange {
  readonly state: AttemptState;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
  readonly facts?: Partial<PaidFacts>;
  readonly useless?: boolean;
}

/** When an attempt begins: by the wall clock, and on which day it counts. */
export interface Moment {
  readonly atMs: number;
  readonly localDay: string;
  readonly tzOffsetMinutes: number;
}

// The words of the index itself, without which it is not used: https://sqlite.org/partialindex.html
const indexed = "state IN ('reserved', 'sent', 'unsettled')";

type StartedAttempt = NewAttempt & Pick<AttemptRow, 'purchaseKey' | 'runId'>;

/** Whether the service may still have the picture of a call that is unsettled: asking for it costs nothing. */
export function isCollectable({
  state,
  settled,
  job,
}: Pick<AttemptRow, 'state' | 'settled' | 'job'>): boolean {
  return state === 'unsettled' && settled === undefined && job !== undefined;
}

/** The table `attempts`. Writing verbs belong into a transaction. */
export class AttemptTable {
  readonly #db: DatabaseSync;
  readonly #byId: StatementSync;
  readonly #byPurchase: StatementSync;
  readonly #insert: StatementSync;
  readonly #send: StatementSync;
  readonly #change: StatementSync;
  readonly #supersede: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#byId = db.prepare('SELECT * FROM attempts WHERE id = ?');
    this.#byPurchase = db.prepare('SELECT * FROM attempts WHERE purchase_key = ? ORDER BY number DESC');
    for (const query of [this.#byId, this.#byPurchase]) query.setReadBigInts(true);
    this.#insert = db.prepare(
      `INSERT INTO attempts (id, purchase_key, run_id, provider, model, key_name, source_path, state,
       reserved_microusd, expected_low_microusd, expected_high_microusd, price, local_day, tz_offset_minutes,
       reserved_at_ms)
       SELECT :id, key, :runId, provider, model, :keyName, source_path, 'reserved', :most, :low, :high, :price,
         :localDay, :tzOffsetMinutes, :atMs
       FROM purchases WHERE key = :purchaseKey ON CONFLICT (id) DO NOTHING`,
    );
    this.#send = db.prepare(
      "UPDATE attempts SET state = 'sent', sent_at_ms = ? WHERE id = ? AND state = 'reserved'",
    );
    this.#change = db.prepare(
      `UPDATE attempts SET state = :state, ended_at_ms = :atMs, reason = :reason,
       settled = CASE :state WHEN 'unsettled' THEN settled END,
       request_id = coalesce(:requestId, request_id), cost_microusd = coalesce(:cost, cost_microusd),
       cost_kind = coalesce(:costKind, cost_kind), usage = coalesce(:usage, usage), useless = max(useless, :useless)
       WHERE id = :id`,
    );
    this.#supersede = db.prepare(
      `UPDATE attempts SET settled = 'again' WHERE state = 'unsettled' AND settled IS NULL AND
       (purchase_key, true) = (SELECT purchase_key, attempts.number < later.number FROM attempts later WHERE id = ?)`,
    );
  }

  get(id: string): AttemptRow | undefined {
    const row = this.#byId.get(id);
    return row && toAttempt(row);
  }

  /** All attempts at a purchase, newest first. */
  ofPurchase(key: string): AttemptRow[] {
    return this.#byPurchase.all(key).map(toAttempt);
  }

  /** Attempts without an end or not settled, oldest first. */
  open(state: 'reserved' | 'sent' | 'unsettled', runId?: string): AttemptRow[] {
    const condition = runId === undefined ? '' : 'AND run_id = ?';
    const settled = state === 'unsettled' ? 'AND settled IS NULL' : '';
    const query = this.#db.prepare(
      `SELECT * FROM attempts WHERE ${indexed} AND state = '${state}' ${settled} ${condition} ORDER BY number`,
    );
    query.setReadBigInts(true);
    return query.all(...(runId === undefined ? [] : [runId])).map(toAttempt);
  }

  /** The attempts of a run in the order they began. */
  ofRun(runId: string): AttemptRow[] {
    const query = this.#db.prepare('SELECT * FROM attempts WHERE run_id = ? ORDER BY number');
    query.setReadBigInts(true);
    return query.all(runId).map(toAttempt);
  }

  /** Notes a reservation for a purchase that is there; answers its id. */
  insert(attempt: StartedAttempt, { atMs, localDay, tzOffsetMinutes }: Moment): string {
    const { purchaseKey, runId, keyName, reservedMicrousd, expectedMicrousd, price } = attempt;
    for (;;) {
      const id = `${runId}-${randomLetters(6)}`;
      const { changes } = this.#insert.run({
        ...{ id, purchaseKey, runId, keyName, atMs, localDay, tzOffsetMinutes },
        ...{ most: reservedMicrousd ?? null, low: expectedMicrousd?.low ?? null },
        ...{
          high: expectedMicrousd?.high ?? null,
          price: price === undefined ? null : JSON.stringify(price),
        },
      });
      if (changes === 1) return id;
    }
  }

  /** False when it is not `reserved` any more. */
  send(id: string, atMs: number): boolean {
    return this.#send.run(atMs, id).changes === 1;
  }

  change(id: string, { state, reason, requestId, facts = {}, useless }: AttemptChange, atMs: number): void {
    this.#change.run({
      ...{ id, state, atMs, reason: reason ?? null, requestId: requestId ?? facts.requestId ?? null },
      ...{ cost: facts.costMicrousd ?? null, costKind: facts.costKind ?? null },
      ...{ usage: facts.usage === undefined ? null : JSON.stringify(facts.usage), useless: useless ? 1 : 0 },
    });
  }

  /** Notes the service's own id of a call that is under way; undefined forgets it. */
  accept(id: string, job: string | undefined): void {
    this.#db.prepare('UPDATE attempts SET job = ? WHERE id = ?').run(job ?? null, id);
  }

  /** Notes that earlier unsettled attempts at the same purchase were followed by another that counts. */
  supersede(id: string): void {
    this.#supersede.run(id);
  }

  settle(id: string, how: 'charged' | 'free'): void {
    this.#db.prepare('UPDATE attempts SET settled = ? WHERE id = ?').run(how, id);
  }
}

/** A row of the table with all its columns, read as `bigint`: a sum that no number holds is no reason to stop. */
export function toAttempt(row: Record<string, SQLOutputValue>): AttemptRow {
  const text = (name: string) => (row[name] === null ? undefined : String(row[name]));
  const number = (name: string) => (row[name] === null ? undefined : Number(row[name]));
  return {
    id: String(row.id),
    purchaseKey: String(row.purchase_key),
    runId: String(row.run_id),
    provider: String(row.provider),
    model: String(row.model),
    keyName: String(row.key_name),
    state: row.state as AttemptState,
    sourcePath: String(row.source_path),
    reservedMicrousd: number('reserved_microusd'),
    expectedMicrousd: expected(number('expected_low_microusd'), number('expected_high_microusd')),
    price: row.price === null ? undefined : JSON.parse(String(row.price)),
    costMicrousd: number('cost_microusd'),
    costKind: row.cost_kind as AttemptRow['costKind'],
    usage: row.usage === null ? undefined : JSON.parse(String(row.usage)),
    requestId: text('request_id'),
    job: text('job'),
    reason: text('reason'),
    useless: Number(row.useless) === 1,
    settled: text('settled') as AttemptRow['settled'],
    localDay: String(row.local_day),
    tzOffsetMinutes: Number(row.tz_offset_minutes),
    reservedAtMs: Number(row.reserved_at_ms),
    sentAtMs: number('sent_at_ms'),
    endedAtMs: number('ended_at_ms'),
  };
}

function expected(low: number | undefined, high: number | undefined): Expected | undefined {
  return low === undefined || high === undefined ? undefined : { low, high };
}
