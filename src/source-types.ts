// What a picture says of its making: the digital source types of IPTC (http://cv.iptc.org/newscodes/digitalsourcetype/).

/** Those that are given here. */
export type SourceType = 'algorithmicallyEnhanced' | 'composite' | 'compositeWithTrainedAlgorithmicMedia';

/** What a result says of how it was made, beside what its source says; `{}` keeps what that says and adds nothing. */
export interface Disclosure {
  readonly sourceType?: SourceType;
  /** The service and the model; absent where none was asked. */
  readonly system?: string;
  /** The version of the model, where its name tells one. */
  readonly version?: string;
  /** For a picture that credits nobody: ASCII, at most 32 characters (IPTC IIM 4.2, 2:110). */
  readonly credit?: string;
}

/** Adds nothing to what the source says. */
export const saysNothing: Disclosure = {};

/** By this processor: the picture's own pixels, changed by rules ("without changing the main content"). */
export const madeHere: Disclosure = { sourceType: 'algorithmicallyEnhanced' };

/** The value as it is written. */
export function sourceTypeUri(term: SourceType): string {
  return `http://cv.iptc.org/newscodes/digitalsourcetype/${term}`;
}

/**
 * Whether a picture that says `ours` of itself tells more of its making than one that says `theirs`: what was captured is
 * less than what was enhanced, that less than what was composed or drawn (or is not known here), that less than what a
 * generative model edited, that less than what one made. Equal ones are not told apart.
 */
export function tellsMore(ours: string, theirs: string): boolean {
  return rankOf(ours) > rankOf(theirs);
}

// Names are those of NewsCodes with the retired ones (minorHumanEdits, digitalArt, softwareImage), and one of C2PA.
const ranks: readonly (readonly string[])[] = [
  [
    ...['digitalCapture', 'computationalCapture', 'negativeFilm', 'positiveFilm', 'print'],
    ...['humanEdits', 'minorHumanEdits'],
  ],
  ['algorithmicallyEnhanced'],
  // Whatever is not in this list stands here.
  [
    'composite',
    'compositeCapture',
    'digitalCreation',
    'algorithmicMedia',
    'dataDrivenMedia',
    'screenCapture',
  ],
  ['compositeWithTrainedAlgorithmicMedia', 'compositeSynthetic'],
  ['trainedAlgorithmicMedia', 'trainedAlgorithmicData'],
];
const unknownRank = 2;

const rankByTerm = new Map(ranks.flatMap((terms, rank) => terms.map((term) => [term.toLowerCase(), rank])));

// A URI with http or https, a QCode (`digsrctype:print`), or the bare term.
function rankOf(value: string): number {
  const term = value
    .split(/[/:#]/)
    .map((part) => part.trim())
    .findLast((part) => part !== '');
  return term === undefined ? -1 : (rankByTerm.get(term.toLowerCase()) ?? unknownRank);
}
