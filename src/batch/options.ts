// What a run is told to do, fully decided: commands have checked every value.

export type OnExists = 'skip' | 'overwrite' | 'rename' | 'fail';

/** What becomes of a result that moved too far from its picture: its own place, `_review`, or nothing. */
export type OnDrift = 'keep' | 'review' | 'reject';

export interface BatchOptions {
  /** Absolute folder the outputs go to; undefined for a run in place. */
  readonly outputFolder: string | undefined;
  /** The same as the user wrote it, for display. */
  readonly outputShown: string;
  /** Absolute folder for copies of the originals of a run in place. */
  readonly backupFolder: string | undefined;
  readonly provider: string;
  readonly preset: string;
  readonly template: string;
  readonly suffix: string;
  readonly platform: NodeJS.Platform;
  /** Hash of everything but the source that decides an output: recipe, output options, naming. */
  readonly recipeKey: string;
  /** Hash of a source's bytes and the recipe: what a picture is made of. */
  readonly jobKey: (sourceSha256: string) => string;
  readonly onExists: OnExists;
  readonly onDrift: OnDrift;
  /** Results in a row that drift alike and end the run; 0 for none. */
  readonly driftStop: number;
  /** Works again on what is done. */
  readonly force: boolean;
  /** Reads files again where size, time and inode would be trusted. */
  readonly checksum: boolean;
  readonly dryRun: boolean;
  readonly limit: number | undefined;
  readonly maxErrors: number | undefined;
  readonly maxDurationMs: number | undefined;
  readonly concurrency: number;
  readonly memoryBudgetBytes: number;
}
