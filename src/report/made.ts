// What is kept of how a result was made: with its output and with its item of the run.
import type { Drift } from '../images/drift/drift.ts';
import type { PictureCost } from './money.ts';

export interface MadeBy {
  readonly provider: string;
  readonly preset: string;
  /** Pixels of the result. */
  readonly width: number;
  readonly height: number;
  /** What was done, in words. */
  readonly text: string;
  /** Absent where nobody was paid. */
  readonly cost?: PictureCost;
  /** What the picture lost, or its owner should know; absent without any. */
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
  /** Absent where the result was not compared with its source. */
  readonly drift?: Drift;
}
