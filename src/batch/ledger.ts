// What a run needs of the ledger; src/context.ts binds the real one to the run.
import type { Item } from '../ledger/items.ts';
import type { Claim } from '../ledger/ledger.ts';
import type { FileStamp, OutputRow } from '../ledger/outputs.ts';

/** An output that some run finished, as it stood then. */
export type FinishedOutput = Omit<OutputRow, 'runId' | 'doneAtMs'>;

export interface Restamp {
  readonly source?: FileStamp;
  readonly output?: FileStamp;
  readonly sourcePath?: string;
}

export interface RunLedger {
  readonly runId: string;
  /** Marks the temporary files of this run. */
  readonly token: string;
  /** What is known of the run that a temporary file belongs to; `unknown` for the runs of another ledger. */
  tokenState(token: string): 'live' | 'dead' | 'unknown';
  finishedBySource(sourcePath: string, recipeKey: string, outputFolder: string): FinishedOutput | undefined;
  outputAt(outputPath: string): FinishedOutput | undefined;
  /** Notes that this run gives `collisionKey` to `sourcePath`; answers the source that holds it already, if any. */
  seen(collisionKey: string, sourcePath: string): string | undefined;
  /** Takes an output for this run, so that no other process works on it. */
  claim(outputPath: string, sourcePath: string): Promise<Claim>;
  release(outputPath: string): Promise<void>;
  /** Notes durably what is about to stand at a claimed place, before it gets its name. */
  intend(output: FinishedOutput): Promise<void>;
  /** Makes known what stands at a place without having been made there. */
  adopt(output: FinishedOutput): Promise<void>;
  /** Corrects what files are known by, where their bytes are the same. */
  restamp(outputPath: string, stamps: Restamp): Promise<void>;
  /** Records the output and the item and releases the claim, in one durable step. */
  done(output: FinishedOutput, item: Item): Promise<void>;
  record(item: Item): Promise<void>;
  heartbeat(): Promise<void>;
}
