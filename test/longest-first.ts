// The files that take longest begin first, so that no worker is left alone with a long one at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = [
  'cli/kill-sweep',
  'cli/paid-kill',
  'cli/paid',
  'images/restore/restore',
  'cli/robust',
  'cli/corpora',
  'cli/leaks',
  'images/metadata/round-trip',
  'cli/paid-faults',
  'cli/limits',
  'cli/paid-approval',
  'cli/paid-together',
  'cli/operations',
  'quality/auto',
  'images/svg',
  'cli/key',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const at = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return at < 0 ? longest.length : at;
}
