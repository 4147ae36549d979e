// How far a generated result has moved from its source: the shapes that the gate, the reports and the ledger share.

/** What can be wrong with a result; part of the JSON contract. */
export type DriftReason = 'blank' | 'unchanged' | 'structure' | 'colour' | 'edges';

/**
 * Compared at a small size, in which the longer side has at most 256 pixels, and only where the picture was to stay: not
 * beyond its edges, within a mask or where it is transparent. What is not compared counts as the same.
 */
export interface DriftMeasures {
  /** Structural similarity of the luma in the part of the picture that counts for its operation, 1 for the same picture. */
  readonly structure: number;
  /** How far apart the colours of the parts of the picture are, lightness apart, in delta E 2000. */
  readonly colour: number;
  /** Share of the source's strong edges that the result has too, 0 to 1. */
  readonly edges: number;
  /** Whether the result is about one plain colour, or has nothing left to see. */
  readonly blank: boolean;
  /** Whether the result is the source. */
  readonly unchanged: boolean;
}

export interface Drift {
  readonly measures: DriftMeasures;
  /** What is beyond the tolerance of the preset, the worst first; empty for a result that is as it should be. */
  readonly reasons: readonly DriftReason[];
}

/** How far a result may move from its source. */
export interface DriftTolerance {
  /** The least, 0 to 1; 0 tolerates anything. */
  readonly structure: number;
  /** The most, in delta E 2000; 100 tolerates anything. */
  readonly colour: number;
  /** The least, 0 to 1; 0 tolerates anything. */
  readonly edges: number;
  /**
   * Of what structure is measured: the least similar quarter of the whole picture; the most similar 60 % (`rest`), where a
   * part was to change that nobody has marked; the most similar 20 % (`subject`), where all but the subject was to change.
   */
  readonly of: 'picture' | 'rest' | 'subject';
  /** Whether a result that is the source is one to tell of. */
  readonly mustChange: boolean;
}
