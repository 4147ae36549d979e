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

/** Kinds of work, by how much of the picture stays; measured by bench/drift/calibrate.ts. */
const faithful = { structure: 0.6, colour: 6, edges: 0.7, of: 'picture', mustChange: false } as const;
const whole = { structure: 0.5, colour: 16, edges: 0.6, of: 'picture', mustChange: true } as const;
const partly = { structure: 0.3, colour: 16, edges: 0.5, of: 'picture', mustChange: true } as const;

const byOperation: Readonly<Record<OperationName, DriftTolerance>> = {
  enhance: whole,
  upscale: faithful,
  denoise: faithful,
  // Fading, yellowing and scratches go.
  restore: { ...whole, structure: 0.4, colour: 30 },
  relight: { ...whole, structure: 0.4, colour: 25 },
  // The pixels of a cut-out are the picture's own: it can only be empty, or whole.
  'remove-background': { ...whole, mustChange: true },
  'replace-background': { structure: 0.7, colour: 100, edges: 0.1, of: 'subject', mustChange: true },
  // Outside of the mask and within the old edges.
  fill: { ...whole, structure: 0.4 },
  expand: { ...whole, structure: 0.4, mustChange: false },
  retouch: partly,
};

// Invented detail lies in what is finer than what is compared; outlines move a little.
const creative: OwnTolerance = { structure: 0.5, colour: 10, edges: 0.55 };

/** The tolerance for an operation, with what a preset says of its own. */
export function toleranceFor(
  { operation, creative: isCreative }: { readonly operation: OperationName; readonly creative?: boolean },
  own: OwnTolerance = {},
): DriftTolerance {
  return { ...byOperation[operation], ...(isCreative && creative), ...own };
}
