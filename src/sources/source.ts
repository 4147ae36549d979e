import type { ItemReason } from '../errors.ts';

/** One file to enhance. Paths are valid UTF-8; anything else is reported as `name-not-utf8`. */
export interface Source {
  /** Absolute path. */
  readonly path: string;
  /** Path below the output folder without the output's own extension rules applied: `rooms/bath.JPG`. */
  readonly relative: string;
  /** As the user would write it, for display (still to be escaped). */
  readonly shown: string;
  /** True when the user named this very file, false when a folder or glob brought it up. */
  readonly named: boolean;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
}

/** What discovery found: a source, or something that cannot be one and why. */
export type Found =
  | { readonly kind: 'source'; readonly source: Source }
  | {
      readonly kind: 'problem';
      readonly shown: string;
      readonly reason: ItemReason;
      readonly message: string;
      readonly hint?: string;
      /** False for what a folder may hold without harm (a socket, a device): reported, not counted as failed. */
      readonly failed: boolean;
    };
