import type { DriftMeasures, DriftReason, DriftTolerance } from './drift.ts';

/** What is beyond the tolerance, the worst first: what is one fault of a model is named first alike in all its results. */
export function judge(measures: DriftMeasures, tolerance: DriftTolerance): readonly DriftReason[] {
  // A blank picture has no structure either: that is no further news.
  if (measures.blank) return ['blank'];
  if (measures.unchanged && tolerance.mustChange) return ['unchanged'];
  return [
    ...(tolerance.structure > 0 && measures.structure < tolerance.structure ? ['structure' as const] : []),
    ...(measures.edges < tolerance.edges ? ['edges' as const] : []),
    ...(tolerance.colour < 100 && measures.colour > tolerance.colour ? ['colour' as const] : []),
  ];
}

/** What it looks like, with the numbers: `does not look like its picture (structure 0.41, expected at least 0.60)`. */
export function inWords(
  { measures, reasons }: { readonly measures: DriftMeasures; readonly reasons: readonly DriftReason[] },
  { structure, colour, edges }: DriftTolerance,
): string {
  const words: Readonly<Record<DriftReason, string>> = {
    blank: 'is blank',
    unchanged: 'came back as it was sent',
    structure: `does not look like its picture (structure ${positive(measures.structure).toFixed(2)}, expected at least ${structure.toFixed(2)})`,
    colour: `its colours differ (colour ${measures.colour.toFixed(1)}, expected at most ${colour.toFixed(1)})`,
    edges: `lines are missing or new (edges ${measures.edges.toFixed(2)}, expected at least ${edges.toFixed(2)})`,
  };
  return reasons.map((reason) => words[reason]).join('; ');
}

// Less than nothing in common is of no use to a reader, and rounds to -0.00.
function positive(value: number): number {
  return Math.max(0, value);
}
