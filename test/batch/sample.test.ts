import { describe, expect, it } from 'vitest';
import { chooseSample, createCandidates, sampleFirst } from '../../src/batch/sample.ts';
import type { Found } from '../../src/sources/source.ts';

const candidate = (at: number, folder = 'f') => ({ path: `/p/${at}`, folder, pixels: at });

describe('candidates', () => {
  it('are kept in constant memory, spread over all that came', () => {
    const kept = createCandidates(100);
    for (let at = 0; at < 100_000; at++) kept.add(candidate(at));
    const paths = kept.all().map(({ pixels }) => pixels);
    expect(paths.length).toBeGreaterThanOrEqual(50);
    expect(paths.length).toBeLessThanOrEqual(100);
    expect(paths[0]).toBe(0);
    expect(paths.at(-1)).toBeGreaterThan(97_000);
  });
});

describe('chooseSample', () => {
  it('takes small, middle and large ones', () => {
    const all = Array.from({ length: 90 }, (_, at) => candidate(at));
    expect(chooseSample(all, 3).map(({ pixels }) => pixels)).toEqual([15, 45, 75]);
  });

  it('goes to folders that are not there yet', () => {
    const all = Array.from({ length: 30 }, (_, at) => candidate(at, at % 10 === 9 ? `rare ${at}` : 'common'));
    const folders = chooseSample(all, 3).map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(3);
  });

  it.each([0, 1, 5])('takes no more than there are: %i', (count) => {
    const all = Array.from({ length: count }, (_, at) => candidate(at));
    expect(chooseSample(all, 5)).toHaveLength(count);
  });
});

describe('sampleFirst', () => {
  async function* found(): AsyncIterable<Found> {
    for (const name of ['a', 'b', 'c', 'd']) yield { kind: 'source', source: { path: name } } as Found;
    yield { kind: 'problem' } as unknown as Found;
  }
  const walk = async (approved: boolean, whenAsked: (sofar: string[]) => void = () => {}) => {
    const seen: string[] = [];
    const sources = sampleFirst(found, new Set(['b', 'd']), async () => {
      whenAsked([...seen]);
      return approved;
    });
    for await (const item of sources) seen.push(item.kind === 'source' ? item.source.path : item.kind);
    return seen;
  };

  it('gives the sample, asks, then gives each of the rest once', async () => {
    let before: string[] = [];
    expect(
      await walk(true, (sofar) => {
        before = sofar;
      }),
    ).toEqual(['b', 'd', 'a', 'c', 'problem']);
    expect(before).toEqual(['b', 'd']);
  });

  it('gives nothing more without approval', async () => {
    expect(await walk(false)).toEqual(['b', 'd']);
  });

  it('takes a file that is listed twice once, and says so of the second time', async () => {
    async function* twice(): AsyncIterable<Found> {
      for (const name of ['b', 'b', 'a', 'd', 'c', 'b'])
        yield { kind: 'source', source: { path: name } } as Found;
    }
    const seen: string[] = [];
    let taken = 0;
    const sources = sampleFirst(twice, new Set(['b', 'd']), async (count) => {
      taken = count;
      return true;
    });
    for await (const item of sources) if (item.kind === 'source') seen.push(item.source.path);
    expect([taken, seen]).toEqual([2, ['b', 'd', 'b', 'a', 'c', 'b']]);
  });

  it('tells how many there were where some have gone meanwhile', async () => {
    let taken = -1;
    const sources = sampleFirst(found, new Set(['b', 'gone']), async (count) => {
      taken = count;
      return false;
    });
    for await (const _ of sources);
    expect(taken).toBe(1);
  });
});
