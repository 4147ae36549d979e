// What a run needs of the ledger; src/context.ts binds the real one to the run.
import type { Item } from '../ledger/items.ts';
import type { Claim } from '../ledger/ledger.ts';
import type { OutputRow } from '../ledger/outputs.ts';

/** An output that some run finished, as it stood then. */
export type FinishedOutput = Omit<OutputRow, 'runId' | 'doneAtMs'>;

export interface RunLedger {
  readonly runId: string;
  /** Marks the temporary files of this run. */
  readonly token: string;
  isLiveToken(token: string): boolean;
  finishedBySource(sourcePath: string, recipeKey: string, outputFolder: string): FinishedOutput | undefined;
  outputAt(outputPath: string): FinishedOutput | undefined;
  /** Notes that this run gives `collisionKey` to `sourcePath`; answers the source that holds it already, if any. */
  seen(collisionKey: string, sourcePath: string): string | undefined;
  /** Takes an output for this run, so that no other process works on it. */
  claim(outputPath: string, sourcePath: string): Promise<Claim>;
  release(outputPath: string): Promise<void>;
  /** Records the output and the item and releases the claim, in one durable step. */
  done(output: FinishedOutput, item: Item): Promise<void>;
  record(item: Item): Promise<void>;
  heartbeat(): Promise<void>;
}
