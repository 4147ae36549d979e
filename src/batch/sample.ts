// A few pictures that stand for many: chosen over folders and sizes, made first.
import type { Found } from '../sources/source.ts';

export interface Candidate {
  readonly path: string;
  readonly folder: string;
  readonly pixels: number;
}

const mostKept = 2000;

/** Keeps candidates spread evenly over all that come, in constant memory. */
export function createCandidates(most = mostKept): {
  add(one: Candidate): void;
  all(): readonly Candidate[];
} {
  let kept: Candidate[] = [];
  let [stride, seen] = [1, 0];
  return {
    add(one) {
      if (seen++ % stride !== 0) return;
      kept.push(one);
      if (kept.length < most) return;
      kept = kept.filter((_, at) => at % 2 === 0);
      stride *= 2;
    },
    all: () => kept,
  };
}

/** `count` of the candidates: from the smallest to the largest in even steps, from folders that are not there yet first. */
export function chooseSample(candidates: readonly Candidate[], count: number): readonly Candidate[] {
  const bySize = [...candidates].sort((a, b) => a.pixels - b.pixels || (a.path < b.path ? -1 : 1));
  if (bySize.length <= count) return bySize;
  const folders = new Set<string>();
  return Array.from({ length: count }, (_, at) => {
    const band = bySize.slice(
      Math.floor((at * bySize.length) / count),
      Math.floor(((at + 1) * bySize.length) / count),
    );
    const isNew = ({ folder }: Candidate) => !folders.has(folder);
    const middle = band[Math.floor(band.length / 2)] as Candidate;
    const chosen = isNew(middle) ? middle : (band.find(isNew) ?? middle);
    folders.add(chosen.folder);
    return chosen;
  });
}

/**
 * The sources of `sample` first, each once; then, once `approve` says so, the rest. `approve` is asked when the sample
 * has been taken, with how many that were (a file may have gone meanwhile), and is to wait until they are made. `find` is
 * walked twice.
 */
export async function* sampleFirst(
  find: () => AsyncIterable<Found>,
  sample: ReadonlySet<string>,
  approve: (taken: number) => Promise<boolean>,
): AsyncIterable<Found> {
  const taken = new Set<string>();
  for await (const item of find()) {
    if (item.kind !== 'source' || !sample.has(item.source.path) || taken.has(item.source.path)) continue;
    taken.add(item.source.path);
    yield item;
    if (taken.size === sample.size) break;
  }
  if (!(await approve(taken.size))) return;
  // What is listed a second time is told so, as in any run.
  for await (const item of find()) if (item.kind !== 'source' || !taken.delete(item.source.path)) yield item;
}
