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

/** The reasons with their numbers: `structure 0.41, at least 0.60 expected`. Empty without any. */
export function inWords(
  { measures, reasons }: { readonly measures: DriftMeasures; readonly reasons: readonly DriftReason[] },
  { structure, colour, edges }: DriftTolerance,
): string {
  const words: Readonly<Record<DriftReason, string>> = {
    blank: 'the result shows nothing',
    unchanged: 'the result is the picture as it was',
    structure: `structure ${positive(measures.structure).toFixed(2)}, at least ${structure.toFixed(2)} expected`,
    colour: `colour ${measures.colour.toFixed(1)}, at most ${colour.toFixed(1)} expected`,
    edges: `edges ${measures.edges.toFixed(2)}, at least ${edges.toFixed(2)} expected`,
  };
  return reasons.map((reason) => words[reason]).join('; ');
}

// Less than nothing in common is of no use to a reader, and rounds to -0.00.
function positive(value: number): number {
  return Math.max(0, value);
}
