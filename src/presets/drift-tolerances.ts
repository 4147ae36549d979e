// How far results may move from their pictures: by what is asked for, unless a preset says otherwise.
import type { DriftTolerance } from '../images/drift/drift.ts';
import type { OperationName } from '../operations.ts';

/** What a preset may say of its own; the rest is that of its operation. */
export interface OwnTolerance {
  /** Least, 0 to 1. */
  readonly structure?: number;
  /** Most, 0 to 100. */
  readonly colour?: number;
  /** Least, 0 to 1. */
  readonly edges?: number;
  readonly mustChange?: boolean;
}

/** Kinds of work, by how much of the picture stays: chosen by what bench/drift/calibrate.ts prints. */
const faithful = { structure: 0.6, colour: 5, edges: 0.8, of: 'picture', mustChange: false } as const;
const repainted = { structure: 0.5, colour: 14, edges: 0.5, of: 'picture', mustChange: true } as const;

const byOperation: Readonly<Record<OperationName, DriftTolerance>> = {
  // A good photograph may need nothing that shows at this size.
  enhance: { ...repainted, mustChange: false },
  upscale: faithful,
  // What it takes away is finer than what is compared.
  denoise: faithful,
  // Fading, yellowing and scratches go.
  restore: { ...repainted, structure: 0.4, colour: 22 },
  relight: { ...repainted, structure: 0.4, colour: 20 },
  // The pixels of a cut-out are the picture's own: it can only be empty, or whole.
  'remove-background': repainted,
  'replace-background': { structure: 0.8, colour: 100, edges: 0.1, of: 'subject', mustChange: true },
  // Outside of the mask, and within the old edges.
  fill: { ...repainted, colour: 10 },
  expand: { ...repainted, colour: 10, mustChange: false },
  retouch: { ...repainted, structure: 0.7, of: 'rest' },
};

// Invented detail is finer than what is compared, too; outlines move a little.
const creative: OwnTolerance = { structure: 0.5, colour: 10, edges: 0.6 };

/** The tolerance for an operation, with what a preset says of its own. */
export function toleranceFor(
  { operation, creative: isCreative }: { readonly operation: OperationName; readonly creative?: boolean },
  own: OwnTolerance = {},
): DriftTolerance {
  return { ...byOperation[operation], ...(isCreative && creative), ...own };
}
