import { CommandError, exitCodes } from '../errors.ts';
import type { AttemptRow } from './attempts.ts';
import type { Connection } from './connection.ts';
import { wordFault } from './faults.ts';
import { type FindPaid, leftByDead, settleAttempts } from './left-attempts.ts';
import type { Purchase, PurchaseSource } from './purchase-table.ts';
import { type ReportRow, reportRows } from './report.ts';
import { type Totals, type TotalsBy, type TotalsFilter, totals } from './totals.ts';

/** Which unsettled calls are meant: those named, those of a run, or all. */
export type Which = { readonly ids: readonly string[] } | { readonly runId: string } | 'all';

/** Money in micro-dollars, as far as it is known; what is unsettled at the most it can have cost. */
export interface RunCharges {
  /** Pictures that were bought, and answers that were charged and are none; the cost is of both. */
  readonly paid: number;
  readonly useless: number;
  readonly microusd: number;
  readonly unknown: number;
  readonly unsettled: number;
  readonly unsettledMicrousd: number;
}

/** What was bought, what it cost and what is not settled. All throw CommandError when the disk or the file fails. */
export class Purchases {
  readonly #connection: Connection;
  readonly #findPaid: FindPaid;

  constructor(connection: Connection, findPaid: FindPaid) {
    this.#connection = connection;
    this.#findPaid = findPaid;
  }

  /** Settles the calls of dead processes, as far as the store of paid pictures can be looked at. */
  settleLeft(): Promise<void> {
    return settleAttempts(this.#connection, this.#findPaid, 'leave', (tables) =>
      leftByDead(tables, this.#connection.clock.now()),
    );
  }

  /** Settles the calls of a run that ends, as if it had died. */
  settleOf(runId: string): Promise<void> {
    return settleAttempts(this.#connection, this.#findPaid, 'leave', ({ attempts }) => attempts.ofRun(runId));
  }

  /** Calls that may have been charged and are not settled, oldest first; of one run or of all. */
  unsettled(runId?: string): AttemptRow[] {
    return this.#connection.read(({ attempts }) => attempts.open('unsettled', runId));
  }

  /** The calls of a run in the order they began. */
  attemptsOf(runId: string): AttemptRow[] {
    return this.#connection.read(({ attempts }) => attempts.ofRun(runId));
  }

  /** The sources that a run wanted bought, by path: what its outputs can be rebuilt from. */
  sourcesOf(runId: string): PurchaseSource[] {
    return this.#connection.read(({ purchases }) => purchases.sourcesOf(runId));
  }

  /** The size a purchase was sent in, and where in it the picture lies; undefined where that was not noted. */
  fitOf(key: string): Purchase['fit'] {
    return this.#connection.read(({ purchases }) => purchases.fitOf(key));
  }

  /** What a run came to so far. */
  totalsOf(runId: string): RunCharges {
    const [sum] = this.totals('all', { runId });
    const {
      paid: answered = 0,
      useless = 0,
      costMicrousd: microusd = 0,
      unknown = 0,
      unsettled = 0,
      unsettledMicrousd = 0,
    } = sum ?? {};
    return { paid: answered - useless, useless, microusd, unknown, unsettled, unsettledMicrousd };
  }

  /** Sums in the order of time, or one over all (an empty list where nothing counts). */
  totals(by: TotalsBy, filter: TotalsFilter = {}): Totals[] {
    return this.#connection.read(({ db }) => totals(db, by, filter));
  }

  /** All calls that are meant, in the order they began, in constant memory. */
  *report(filter: TotalsFilter): Generator<ReportRow, void, undefined> {
    try {
      yield* reportRows(() => this.#connection.tables.db, filter);
    } catch (error) {
      throw wordFault(this.#connection.file, error);
    }
  }

  /**
   * The user's word on unsettled calls; answers those it settled. One that is named may have been settled before: the
   * last word counts. Throws CommandError (2) for a name that is not one of an unsettled call; nothing is settled then.
   */
  settle(which: Which, how: 'charged' | 'free'): Promise<AttemptRow[]> {
    return this.#connection.write('durable', ({ attempts }) => {
      const chosen =
        which === 'all'
          ? attempts.open('unsettled')
          : 'runId' in which
            ? attempts.open('unsettled', which.runId)
            : [...new Set(which.ids)].map((id) => mustBeUnsettled(id, attempts.get(id)));
      for (const { id } of chosen) attempts.settle(id, how);
      return chosen.map((attempt) => ({ ...attempt, settled: how }));
    });
  }
}

function mustBeUnsettled(id: string, attempt: AttemptRow | undefined): AttemptRow {
  if (attempt?.state === 'unsettled') return attempt;
  const what =
    attempt === undefined ? `there is no call ${id}` : `the call ${id} is ${attempt.state}, not unsettled`;
  throw new CommandError(what, {
    exitCode: exitCodes.usage,
    hint: 'see those that are unsettled with imgsys usage --unsettled',
  });
}
