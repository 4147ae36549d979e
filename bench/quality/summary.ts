import { faultKinds, faults } from './faults.ts';
import type { Closeness, Mended, Moved } from './measure.ts';

/** A photograph that ends this much farther from its original than it began is one made worse. */
export const farLimit = 1;
/** The mean distance, in delta E 2000, that good photographs may be moved. */
export const movedLimit = 2;

/** The means over all photographs with one fault, or over all faults of one kind. */
export interface FaultSummary {
  readonly name: string;
  readonly count: number;
  readonly before: Closeness;
  readonly after: Closeness;
  /** Those that end farther by more than farLimit, the worst first. */
  readonly farther: readonly Mended[];
  /** The one that gained least, or lost most. */
  readonly worst: Mended;
}

export interface MovedSummary {
  readonly count: number;
  readonly mean: number;
  readonly farthest: Moved;
  /** Those that are moved by more than farLimit, the farthest first. */
  readonly far: readonly Moved[];
}

export interface PresetSummary {
  readonly preset: string;
  readonly faults: readonly FaultSummary[];
  readonly kinds: readonly FaultSummary[];
  readonly untouched: MovedSummary | undefined;
  readonly art: MovedSummary | undefined;
  readonly examples: readonly Moved[];
  /** What of the promises does not hold; empty if all do. */
  readonly broken: readonly string[];
}

export function summarise(preset: string, rows: readonly (Mended | Moved)[]): PresetSummary {
  const own = rows.filter((row) => row.preset === preset);
  const mended = own.filter((row) => row.part === 'faults');
  const part = (name: Moved['part']) =>
    own.filter((row): row is Moved => row.part !== 'faults' && row.part === name);
  const kinds = faultKinds.flatMap((kind) =>
    overFaults(
      kind,
      mended.filter((row) => row.kind === kind),
    ),
  );
  const untouched = overMoved(part('untouched'));
  return {
    preset,
    faults: faults.flatMap(({ name }) =>
      overFaults(
        name,
        mended.filter((row) => row.fault === name),
      ),
    ),
    kinds,
    untouched,
    art: overMoved(part('art')),
    examples: part('examples'),
    broken: brokenPromises(kinds, untouched),
  };
}

/** How much farther from the original it is than before; negative is nearer. */
export function gone({ before, after }: Mended): number {
  return after.deltaE - before.deltaE;
}

function overFaults(name: string, rows: readonly Mended[]): FaultSummary[] {
  const sorted = rows.toSorted((one, other) => gone(other) - gone(one));
  const [worst] = sorted;
  if (worst === undefined) return [];
  const farther = sorted.filter((row) => gone(row) > farLimit);
  return [
    { name, count: rows.length, before: means(rows, 'before'), after: means(rows, 'after'), farther, worst },
  ];
}

function means(rows: readonly Mended[], when: 'before' | 'after'): Closeness {
  const over = (key: keyof Closeness) => mean(rows.map((row) => row[when][key]));
  return { deltaE: over('deltaE'), ssim: over('ssim'), psnr: over('psnr') };
}

function overMoved(rows: readonly Moved[]): MovedSummary | undefined {
  const sorted = rows.toSorted((one, other) => other.deltaE - one.deltaE);
  const [farthest] = sorted;
  if (farthest === undefined) return undefined;
  return {
    count: rows.length,
    mean: mean(rows.map(({ deltaE }) => deltaE)),
    farthest,
    far: sorted.filter(({ deltaE }) => deltaE > farLimit),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function brokenPromises(kinds: readonly FaultSummary[], untouched: MovedSummary | undefined): string[] {
  const broken = kinds.flatMap(({ name, before, after, farther }) => [
    ...(after.deltaE < before.deltaE ? [] : [`${name}: the mean is not nearer in delta E`]),
    ...(after.ssim > before.ssim ? [] : [`${name}: the mean is not nearer in SSIM`]),
    ...(farther.length === 0 ? [] : [`${name}: ${farther.length} end farther by more than ${farLimit}`]),
  ]);
  if (untouched !== undefined && untouched.mean > movedLimit)
    broken.push(`untouched photographs are moved by ${untouched.mean.toFixed(2)}, more than ${movedLimit}`);
  return broken;
}
