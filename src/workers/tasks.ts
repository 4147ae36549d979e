// What a worker process can be asked to do with the one picture it holds: the types that both sides share.
import type { EdgesWish } from '../images/edges.ts';
import type { EncodeOptions } from '../images/encode.ts';
import type { DecodeLimits, ImageFacts, ImageWarning, TargetFormat } from '../images/facts.ts';
import type { RestoreOptions } from '../images/restore/restore.ts';
import type { MaskStyle } from '../images/upload/mask.ts';
import type { Prepared, PrepareOptions } from '../images/upload/prepare.ts';
import type { ToldPlan } from '../providers/local/describe.ts';
import type { LocalRecipe } from '../providers/local/plan.ts';

/** Reads the file once, names its content and keeps the bytes until `close`. */
export interface OpenTask {
  readonly task: 'open';
  readonly args: {
    readonly path: string;
    readonly maxBytes: number;
    readonly limits: DecodeLimits;
    readonly wish: 'keep' | TargetFormat;
    /** Whether the result may be transparent where the source is not. */
    readonly transparent: boolean;
    readonly scale: number;
    readonly expand?: EdgesWish;
  };
  readonly value: Opened;
}

/** What is known of a source once its bytes were read. */
export interface SourceRecord {
  readonly sha256: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly atimeNs: bigint;
  readonly inode: bigint;
  /** Permission bits of the source. */
  readonly mode: number;
  readonly facts: ImageFacts;
  /** The format of the result. */
  readonly target: TargetFormat;
}

export interface Opened extends SourceRecord {
  /** Estimated peak memory of working on it. */
  readonly memoryBytes: number;
}

/** Measures the open picture and says what would be done. */
export interface PlanTask {
  readonly task: 'plan';
  readonly args: { readonly recipe: LocalRecipe; readonly limits: DecodeLimits };
  readonly value: Planned;
}

export interface Planned extends ToldPlan {
  readonly width: number;
  readonly height: number;
}

/** Enhances the open picture and writes it to `tempPath`, which must not exist. */
export interface EnhanceTask {
  readonly task: 'enhance';
  readonly args: {
    readonly recipe: LocalRecipe;
    readonly limits: DecodeLimits;
    readonly encode: EncodeOptions;
    readonly tempPath: string;
  };
  readonly value: Enhanced;
}

export interface Enhanced extends Planned {
  readonly state: 'enhanced' | 'unchanged';
  readonly warnings: readonly ImageWarning[];
  readonly bytes: number;
  readonly sha256: string;
}

/** Makes of the open picture what is sent to a service. */
export interface PrepareTask {
  readonly task: 'prepare';
  readonly args: PrepareOptions & {
    /** The user's file that says what may change. */
    readonly mask?: { readonly path: string; readonly style: MaskStyle };
  };
  readonly value: Prepared;
}

/** Makes the open picture's result of what a service answered, and writes it to `tempPath`, which must not exist. */
export interface RestoreTask {
  readonly task: 'restore';
  readonly args: RestoreOptions & { readonly answerPath: string; readonly tempPath: string };
  readonly value: Enhanced;
}

/** Looks at the first bytes of a file alone; rejects where they are not those of a picture. */
export interface GlanceTask {
  readonly task: 'glance';
  readonly args: { readonly path: string };
  readonly value: null;
}

/** Says what memory a look at the whole of another file takes. */
export interface WeighTask {
  readonly task: 'weigh';
  readonly args: { readonly path: string; readonly maxBytes: number; readonly limits: DecodeLimits };
  /** What decoding it takes, and how many pixels it has. */
  readonly value: { readonly memoryBytes: number; readonly pixels: number };
}

/** Decodes the whole of another file; rejects with `damaged` where it is not whole. The open picture stays open. */
export interface CheckTask {
  readonly task: 'check';
  readonly args: { readonly path: string; readonly maxBytes: number; readonly limits: DecodeLimits };
  readonly value: { readonly sha256: string };
}

/** Reads a file in passing and names its SHA-256. */
export interface HashTask {
  readonly task: 'hash';
  readonly args: { readonly path: string };
  readonly value: { readonly sha256: string };
}

/** Makes a small picture of another file, as WebP. The open picture stays open. */
export interface ThumbnailTask {
  readonly task: 'thumbnail';
  readonly args: {
    readonly path: string;
    readonly maxBytes: number;
    readonly limits: DecodeLimits;
    /** The longer side, in pixels, at most. */
    readonly edge: number;
    readonly quality: number;
  };
  readonly value: { readonly bytes: Uint8Array };
}

/** Forgets the open picture. */
export interface CloseTask {
  readonly task: 'close';
  readonly args: null;
  readonly value: null;
}

type ImageTask =
  | GlanceTask
  | OpenTask
  | PlanTask
  | EnhanceTask
  | PrepareTask
  | RestoreTask
  | WeighTask
  | CheckTask
  | HashTask
  | ThumbnailTask
  | CloseTask;

/** Every task by its name. */
export type ImageTaskByName = { readonly [T in ImageTask as T['task']]: T };

/** What a worker process must be able to do. */
export type ImageTasks = {
  readonly [Name in keyof ImageTaskByName]: (
    args: ImageTaskByName[Name]['args'],
  ) => Promise<ImageTaskByName[Name]['value']>;
};
