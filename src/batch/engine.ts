// What a run needs of whatever does the work; src/context.ts chooses it.
import type { Drift } from '../images/drift/drift.ts';
import type { ImageWarning } from '../images/facts.ts';
import type { CostRange } from '../providers/model.ts';
import type { LeftOut, ReportedStep } from '../report/events.ts';
import type { PictureCost } from '../report/money.ts';
import type { Source } from '../sources/source.ts';
import type { SourceRecord } from '../workers/tasks.ts';

/** Works on pictures, several at once. */
export interface Engine {
  /**
   * Waits for a free place, asks `begin` whether the picture may still start (undefined is the answer if not), opens it
   * and runs `job` with it. Throws ItemError for what cannot be opened.
   */
  withImage<Result>(
    source: Source,
    job: (image: OpenImage) => Promise<Result>,
    begin: () => Promise<boolean>,
  ): Promise<Result | undefined>;
  /** The SHA-256 of a file's bytes. */
  hash(path: string): Promise<string>;
}

/** A picture that was read and understood, but not yet decoded. */
export interface OpenImage extends SourceRecord {
  /**
   * The SHA-256 of another picture file, if the whole of it decodes; otherwise throws ItemError `damaged` or why not.
   * Needs no further place.
   */
  check(path: string): Promise<{ readonly sha256: string }>;
  plan(): Promise<PlanReport>;
  /** Writes the result to `tempPath`, which must not exist yet. */
  enhance(tempPath: string): Promise<EngineResult>;
}

export interface PlanReport {
  readonly steps: readonly ReportedStep[];
  /** What was considered and left out. */
  readonly skipped: readonly LeftOut[];
  /** The steps in words. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
  /** What it would be bought for; absent where nobody is paid. */
  readonly offer?: Offer;
}

export interface Offer {
  /** Equal for pictures that are one purchase. */
  readonly key: string;
  /** Whether it was bought before. */
  readonly bought: boolean;
  /** Undefined where no price is known. */
  readonly cost: CostRange | undefined;
}

export interface EngineResult extends PlanReport {
  /** What it cost; absent where nobody is paid. */
  readonly cost?: PictureCost;
  /** How far it moved from its source; absent where it was not compared. */
  readonly drift?: Drift;
  readonly state: 'enhanced' | 'unchanged';
  readonly warnings: readonly ImageWarning[];
  readonly bytes: number;
  readonly sha256: string;
}
