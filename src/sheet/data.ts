// What a contact sheet knows: written by the program, read by the page. All texts are cleared of secrets and printable.
import type { Drift } from '../images/drift/drift.ts';
import type { PictureCost } from '../report/money.ts';

export interface SheetData {
  readonly head: SheetHead;
  /** By the paths of their sources. */
  readonly pictures: readonly SheetPicture[];
  /** Edge of the thumbnails in pixels, and for how many pictures there are any. */
  readonly thumbnails: { readonly edge: number; readonly pictures: number; readonly perChunk: number };
}

export interface SheetHead {
  readonly run: string;
  /** What was enhanced, in short; empty for a list. */
  readonly folders: readonly string[];
  readonly provider: string;
  readonly preset: string;
  readonly model?: string;
  readonly quality?: string;
  readonly prompt?: string;
  readonly output: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly state: 'running' | 'finished' | 'interrupted' | 'failed' | 'died';
  /** Found in the run and not begun, and passed over by reason. */
  readonly left: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** Of this run alone; absent where nobody was paid. */
  readonly charges?: SheetCharges;
  readonly again: SheetAgain;
}

/** Money in micro-dollars. */
export interface SheetCharges {
  readonly microusd: number;
  readonly unknown: number;
  readonly useless: number;
  readonly unsettled: number;
  readonly unsettledMicrousd: number;
}

/** How to give what was rejected another go: a command with the name of the list between `before` and `after`. */
export type SheetAgain =
  | { readonly before: string; readonly after: string; readonly note: string }
  | { readonly note: string };

/** A file as it is now, beside what it was. */
export type FileState = 'as-it-was' | 'changed' | 'missing' | 'unknown';

export interface SheetFile {
  /** Relative to the page, as a URL. */
  readonly href: string;
  readonly state: FileState;
  /** Whether browsers show files of its kind. */
  readonly shows: boolean;
}

export interface SheetPicture {
  /** The shortest name that tells it apart. */
  readonly name: string;
  /** What goes into a list; absent where no list can hold it. */
  readonly path?: string;
  readonly state: 'enhanced' | 'unchanged' | 'failed';
  /** Whether its result was put aside to be looked at. */
  readonly review: boolean;
  /** Done by an earlier run. */
  readonly earlier?: string;
  readonly before?: SheetFile;
  readonly after?: SheetFile;
  /** Why there is no picture before or after. */
  readonly note?: string;
  readonly provider: string;
  readonly preset: string;
  readonly text: string;
  readonly width?: number;
  readonly height?: number;
  readonly cost?: PictureCost;
  readonly drift?: Drift;
  readonly warnings: readonly string[];
  readonly reason?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly elapsedMs?: number;
  readonly atMs: number;
}
