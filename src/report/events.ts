// What a run tells: one union for the terminal, plain lines and JSON Lines. The shapes are a published contract.
import type { ExitCode, ItemReason, PayerStop } from '../errors.ts';
import type { Drift } from '../images/drift/drift.ts';
import type { Charges, MoneyStatus, Payer, PictureCost } from './money.ts';

/** In place of a run's name where nothing is kept of it. */
export const dryRunId = 'dry-run';

export interface RunEvent {
  readonly type: 'run';
  readonly run: string;
  readonly provider: string;
  readonly preset: string;
  readonly output: string;
  readonly concurrency: number;
  readonly memoryBudgetBytes: number;
  readonly dryRun: boolean;
  /** Who pays for it; absent for the provider `local`, and where nothing is to be bought. */
  readonly payer?: Payer;
}

/** Work on a picture begins. */
export interface StartEvent {
  readonly type: 'start';
  readonly source: string;
}

/** A picture is finished and stands under `output`. */
export interface DoneEvent {
  readonly type: 'done';
  /** `unchanged`: nothing needed doing, the picture was passed on as it is. */
  readonly state: 'enhanced' | 'unchanged';
  readonly source: string;
  readonly output: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** The steps taken, with their amounts. */
  readonly plan: readonly ReportedStep[];
  readonly skipped: readonly LeftOut[];
  readonly planText: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly cost?: PictureCost;
  /** How far it moved from its source; absent where it was not compared. */
  readonly drift?: Drift;
  /** It has drifted, and `output` lies in the folder `_review` of the output folder; absent at its own place. */
  readonly review?: true;
  readonly ms: number;
}

/** Dry run: what would be done with a picture. */
export interface PlannedEvent {
  readonly type: 'planned';
  readonly source: string;
  readonly output: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly plan: readonly ReportedStep[];
  readonly skipped: readonly LeftOut[];
  readonly planText: string;
}

/** One step, with its own amounts besides. */
export interface ReportedStep {
  readonly name: string;
  /** The step with its amount in words; absent where the picture was not measured for it. */
  readonly text?: string;
  /** What was measured. */
  readonly why?: string;
}

/** A step that was considered and left out. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** What a paid run is about to do: counted over all its pictures before the first one costs anything. */
export interface PlanEvent {
  readonly type: 'plan';
  /** To be made, of which so many are bought and so many were bought before. */
  readonly pictures: number;
  readonly toBuy: number;
  readonly boughtBefore: number;
  readonly done: number;
  /** Cannot be read, or stand in another's way. */
  readonly failing: number;
  /** For all that is to be bought: the likely range, and the most. */
  readonly lowMicrousd: number;
  readonly highMicrousd: number;
  readonly mostMicrousd: number;
  /** How many have no known price; the sums are without them. */
  readonly unknown: number;
  /** At the limits that are known; null where none is. */
  readonly seconds: number | null;
}

/** A sample is made: what it came to with all that went wrong, and what that means for the rest. */
export interface SampleEvent {
  readonly type: 'sample';
  readonly pictures: number;
  /** Pictures that were bought for the sample. */
  readonly bought: number;
  /** Results too far from their pictures. */
  readonly drifted: number;
  /** What they cost, with what was charged for nothing and what may have been. */
  readonly microusd: number;
  /** That for each picture that was bought; null where it is not known. */
  readonly eachMicrousd: number | null;
  /** Paid ones whose cost is unknown. */
  readonly unknown: number;
  /** Still to be bought. */
  readonly rest: number;
  readonly restMicrousd: number | null;
  readonly restSeconds: number;
}

/** A picture was left alone for a harmless reason. */
export interface SkippedEvent {
  readonly type: 'skipped';
  readonly source: string;
  readonly output?: string;
  readonly reason: 'done' | 'listed-twice' | ItemReason;
  readonly message: string;
}

export interface FailedEvent {
  readonly type: 'failed';
  readonly source: string;
  readonly reason: ItemReason;
  readonly message: string;
  readonly hint?: string;
  /** `drifted`: what was paid for it, and how far it moved. */
  readonly cost?: PictureCost;
  readonly drift?: Drift;
}

export interface WarningEvent {
  readonly type: 'warning';
  readonly message: string;
  readonly hint?: string;
}

/** The last line of a run. */
export interface SummaryEvent {
  readonly type: 'summary';
  readonly run: string;
  readonly enhanced: number;
  readonly unchanged: number;
  readonly planned: number;
  readonly skipped: number;
  readonly failed: number;
  /** Found, but not begun when the run was stopped. */
  readonly left: number;
  /** Skipped pictures by reason, for example `{ "done": 12 }`. */
  readonly skippedBy: Readonly<Record<string, number>>;
  readonly failedBy: Readonly<Record<string, number>>;
  /** Results too far from their pictures, whatever became of them; absent where none was compared. */
  readonly drifted?: number;
  /** Results that came back as they were sent, whatever became of them; absent for none. */
  readonly asSent?: number;
  /** Of those that are enhanced, how many lie in `_review`; absent for none. */
  readonly inReview?: number;
  /** Absent where nobody is paid. */
  readonly charges?: Charges;
  readonly output: string;
  readonly seconds: number;
  /** Why the run ended before its input did, if it did. */
  readonly stoppedBy: StopReason | null;
  readonly exitCode: ExitCode;
  /** Every exit code that holds; `exitCode` is the foremost of them. */
  readonly exitCodes: readonly ExitCode[];
}

export type StopReason =
  | 'interrupt'
  | 'terminate'
  | 'max-errors'
  | 'max-duration'
  | 'limit'
  | 'disk-full'
  | 'output-closed'
  | 'declined'
  | 'drift'
  | 'useless-answers'
  | PayerStop;

export type BatchEvent =
  | RunEvent
  | PlanEvent
  | SampleEvent
  | StartEvent
  | DoneEvent
  | PlannedEvent
  | SkippedEvent
  | FailedEvent
  | WarningEvent
  | SummaryEvent;

export interface Reporter {
  /** Resolves when the event was taken; a slow reader of results slows the run, not memory. */
  event(event: BatchEvent): Promise<void>;
  /** Whether `total` is of use: only a live display shows how much is left. */
  readonly wantsTotal: boolean;
  /** How many files there are in all, once known. */
  total(files: number): void;
  /** Hands over what a live display shows of the money; asked about once a second. */
  money(status: () => MoneyStatus): void;
  /** Does something else on the terminal, such as a question, while nothing live is on it. */
  aside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Removes what is live on the screen. */
  close(): void;
}
