// How far a generated result has moved from its source: the shapes that the gate, the reports and the ledger share.

/** What can be wrong with a result; part of the JSON contract. */
export type DriftReason = 'blank' | 'unchanged' | 'structure' | 'colour' | 'edges';

/** Compared at a small size, in which the longer side has at most 256 pixels. */
export interface DriftMeasures {
  /** Structural similarity of the luma, 1 for the same picture. */
  readonly structure: number;
  /** Distance of the mean colours in delta E 2000. */
  readonly colour: number;
  /** Share of the source's edges that the result has too, 0 to 1. */
  readonly edges: number;
  /** Whether the result is about one plain colour. */
  readonly blank: boolean;
  /** Whether the result is the source. */
  readonly unchanged: boolean;
}

export interface Drift {
  readonly measures: DriftMeasures;
  /** What is beyond the tolerance of the preset, the worst first; empty for a result that is as it should be. */
  readonly reasons: readonly DriftReason[];
}
