import type { Clock } from '../clock.ts';
import { ItemError } from '../errors.ts';
import { Buying, type BuyingParts } from './buying.ts';
import type { Claim, ClaimRequest } from './claims.ts';
import type { Connection } from './connection.ts';
import { wordFault } from './faults.ts';
import type { Item, ItemRow, ItemState } from './items.ts';
import { Limits } from './limits.ts';
import type { NewOutput, OutputRow, Stamps } from './outputs.ts';
import { PendingItems } from './pending-items.ts';
import { Purchases } from './purchases.ts';
import type { NewRun, Run, RunRow, RunState } from './runs.ts';
import { checkFile } from './schema.ts';
import { openSeen, type Seen } from './seen.ts';
import { Slots } from './slots.ts';
import { adopt, begin, end, take } from './steps.ts';
import type { Tables } from './tables.ts';

export type { Claim, ClaimRequest } from './claims.ts';

/**
 * The truth about progress and money: runs, finished outputs, claims, what became of each source, purchases. Lookups
 * are synchronous; writes wait for other processes without blocking. One connection serves one run at a time. All throw
 * CommandError naming the file when the disk or the file fails.
 */
export class Ledger {
  readonly buying: Buying;
  readonly purchases: Purchases;
  readonly limits: Limits;
  readonly slots: Slots;
  readonly #connection: Connection;
  readonly #clock: Clock;
  #seen: Seen | undefined;
  readonly #pending = new PendingItems();

  constructor(connection: Connection, parts: BuyingParts) {
    this.#connection = connection;
    this.#clock = connection.clock;
    this.buying = new Buying(connection, parts);
    this.purchases = new Purchases(connection, parts.findPaid);
    this.limits = new Limits(connection, parts.time);
    this.slots = new Slots(connection, parts.time);
  }

  /**
   * Starts a run; runs whose process died are closed as `interrupted` and their claims dropped, but for the outputs
   * they had just finished; the calls they made are settled.
   * Throws CommandError (11) when `inPlace` and a living in-place run works on the same files.
   */
  async beginRun(run: NewRun): Promise<Run> {
    this.#seen?.close();
    this.#seen = undefined;
    await this.purchases.settleLeft();
    return this.#write('durable', () => begin(this.#tables, run, this.#clock.now()));
  }

  /** To be called every 5 s: where processes cannot see one another, a run silent for 30 s counts as dead. */
  heartbeat(run: Run): Promise<void> {
    return this.#write('fast', () => this.#tables.runs.beat(run.id, this.#clock.now()));
  }

  /** Closes the run, settles its calls and gives up all its claims. `counts` is anything JSON can hold. */
  async endRun(
    { id }: Run,
    { state, counts }: { readonly state: Exclude<RunState, 'running'>; readonly counts: unknown },
  ): Promise<void> {
    await this.purchases.settleOf(id);
    await this.#write('durable', () => end(this.#tables, id, state, counts, this.#clock.now()));
  }

  /**
   * Notes that `sourcePath` of this run leads to `collisionKey`. Returns the source that came to it first (perhaps
   * this very one), undefined when new. Needs no run, so that a dry run finds collisions too.
   */
  seen(collisionKey: string, sourcePath: string): string | undefined {
    this.#seen ??= openSeen();
    return this.#seen.first(collisionKey, sourcePath);
  }

  /**
   * Asks for the right to make one output; a dead run's claim is taken over. Throws ItemError when what that run may
   * have finished cannot be looked at.
   */
  async claim(run: Run, request: ClaimRequest): Promise<Claim> {
    const first = this.seen(request.collisionKey, request.sourcePath);
    if (first !== undefined && first !== request.sourcePath) return { kind: 'collision', with: first };
    return this.#write('fast', () => take(this.#tables, run, request, this.#clock.now()));
  }

  /**
   * Notes, before a claimed output gets its name, what it will be: should the run die before `done`, a later one
   * recognises the file. Throws ItemError when the claim is lost: another process took this one for dead.
   */
  intend(run: Run, output: NewOutput): Promise<void> {
    return this.#write('durable', () => {
      if (this.#tables.claims.intend(run.id, output)) return;
      throw new ItemError('collision', 'another run took its output over while this one stood still', {
        hint: 'run again when the other run has ended',
      });
    });
  }

  /** Gives up a claim whose output was not made. */
  release(run: Run, outputPath: string): Promise<void> {
    return this.#write('fast', () => this.#tables.claims.delete(run.id, outputPath));
  }

  /** One transaction: the output is finished, the item is noted, the claim is released. */
  done(run: Run, output: NewOutput, item: Item): Promise<void> {
    return this.#write('durable', () => {
      const atMs = this.#clock.now();
      this.#tables.outputs.put({ ...output, runId: run.id, doneAtMs: atMs });
      this.#tables.items.insert({ ...item, runId: run.id, atMs });
      this.#tables.claims.delete(run.id, output.outputPath);
    });
  }

  /** Notes an output of another ledger that `run` found standing here; what is known of the same bytes stays. */
  adopt(run: Run, output: NewOutput): Promise<void> {
    return this.#write('fast', () => adopt(this.#tables, run, output, this.#clock.now()));
  }

  /** Notes that a finished output or its source is the same in another place or at another time; no row, no effect. */
  restamp(outputPath: string, stamps: Stamps): Promise<void> {
    return this.#write('fast', () => this.#tables.outputs.restamp(outputPath, stamps));
  }

  /**
   * Notes what became of a source that `done` does not cover; a claim on its output is released. Failures are durable
   * at once. Skipped ones are written with the next durable step; those without a reason (done before) are not kept.
   */
  async recordItem(run: Run, item: Item): Promise<void> {
    const row = { ...item, runId: run.id, atMs: this.#clock.now() };
    if (item.state === 'skipped') {
      if (item.reason !== undefined) this.#pending.add(row);
      if (this.#pending.isFull) await this.flush();
      return;
    }
    await this.#write('durable', () => {
      this.#tables.items.insert(row);
      if (item.output !== undefined) this.#tables.claims.delete(run.id, item.output);
    });
  }

  /** Writes the skipped items that still wait. */
  async flush(): Promise<void> {
    if (!this.#pending.isEmpty) await this.#write('durable', () => {});
  }

  /** The latest output made of `sourcePath` by that recipe into that folder. */
  finishedBySource(sourcePath: string, recipeKey: string, outputFolder: string): OutputRow | undefined {
    return this.#connection.read((tables) => tables.outputs.bySource(sourcePath, recipeKey, outputFolder));
  }

  outputAt(outputPath: string): OutputRow | undefined {
    return this.#connection.read((tables) => tables.outputs.byPath(outputPath));
  }

  /** All that was made by a recipe into a folder (an empty one: in place), by path. */
  outputsIn(outputFolder: string, recipeKey: string): OutputRow[] {
    return this.#connection.read(({ outputs }) => [...outputs.inFolder(outputFolder, recipeKey)]);
  }

  run(id: string): RunRow | undefined {
    return this.#connection.read((tables) => tables.runs.get(id, this.#clock.now()));
  }

  /** Whether a run still works; `unknown` for one of another ledger, whose files are not ours to judge. */
  tokenState(runId: string): 'live' | 'dead' | 'unknown' {
    const run = this.run(runId);
    if (run === undefined) return 'unknown';
    return run.live ? 'live' : 'dead';
  }

  /** The latest runs, newest first. */
  runs(limit: number): RunRow[] {
    return this.#connection.read((tables) => tables.runs.latest(limit, this.#clock.now()));
  }

  lastRun(): RunRow | undefined {
    return this.runs(1)[0];
  }

  /** The items of a run in the order they ended. */
  *items(runId: string, state?: ItemState): Generator<ItemRow> {
    try {
      yield* this.#tables.items.of(runId, state);
    } catch (error) {
      throw wordFault(this.#connection.file, error);
    }
  }

  /** Reads the whole file; `problems` is empty when it is sound. */
  check(): ReturnType<typeof checkFile> {
    return this.#connection.read(({ db }) => checkFile(db));
  }

  /** Skipped items that still wait are lost: end the run first. */
  close(): void {
    this.#seen?.close();
    this.#connection.close();
  }

  get #tables(): Tables {
    return this.#connection.tables;
  }

  #write<T>(durability: 'durable' | 'fast', task: () => T): Promise<T> {
    if (durability === 'fast') return this.#connection.write(durability, task);
    const withPending = () => {
      this.#pending.insertInto(this.#tables.items);
      return task();
    };
    return this.#connection.write(durability, withPending, () => this.#pending.clear());
  }
}
