import { describe, expect, it } from 'vitest';
import { gross, legitimate } from '../../../bench/drift/edits.ts';
import { examplePhotos, loadPhoto } from '../../../bench/quality/photos.ts';
import { compare, compareCutOut } from '../../../src/images/drift/compare.ts';
import { judge } from '../../../src/images/drift/judge.ts';
import { type Small, shrink, smallSize } from '../../../src/images/drift/small.ts';
import type { Raster } from '../../../src/images/raster.ts';
import { toleranceFor } from '../../../src/presets/drift-tolerances.ts';

const usual = toleranceFor({ operation: 'enhance' });

async function photos(): Promise<Raster[]> {
  const paths = examplePhotos.filter((path) => /coffee|cat/.test(path));
  return Promise.all(paths.map(async (path) => (await loadPhoto(path, 256)).raster));
}

const smallOf = (one: Raster, like = one) => shrink(one, smallSize(like));

describe('photographs', () => {
  it('are told apart from others and from themselves altered, and not from their edits', async () => {
    const all = await photos();
    expect(all).toHaveLength(2);
    const told: string[] = [];
    const missed: string[] = [];
    for (const [at, one] of all.entries()) {
      const other = all[(at + 1) % all.length] as Raster;
      const before = smallOf(one);
      const reasonsOf = (made: Raster) =>
        judge({ ...compare(before, smallOf(made, one), usual).measures, unchanged: false }, usual);
      for (const { name, make } of legitimate.filter(({ name }) => !/local|1.5 EV/.test(name))) {
        if (reasonsOf(await make(one, other)).length > 0) told.push(`${name} ${at}`);
      }
      for (const { name, make } of gross) {
        if (reasonsOf(await make(one, other)).length === 0) missed.push(`${name} ${at}`);
      }
    }
    expect(told).toEqual([]);
    expect(missed.length).toBeLessThanOrEqual(1);
  });
});

describe('a result', () => {
  it('that is the picture is told of where something was to change', async () => {
    const [one] = await photos();
    const small = smallOf(one as Raster);
    const mustChange = toleranceFor({ operation: 'relight' });
    expect(compare(small, small, mustChange)).toEqual({
      measures: { structure: 1, colour: 0, edges: 1, blank: false, unchanged: true },
      reasons: ['unchanged'],
    });
    expect(compare(small, small, usual).reasons).toEqual([]);
  });

  it('is compared only where it was to stay', async () => {
    const [one, other] = (await photos()) as [Raster, Raster];
    const before = smallOf(one);
    const { width, height } = before;
    const half = Float32Array.from({ length: width * height }, (_, at) => (at % width < width / 2 ? 1 : 0));
    const made = shrink(other, { width, height }).rgb.map((value, at) =>
      half[Math.floor(at / 3)] === 1 ? value : (before.rgb[at] as number),
    );
    const after: Small = { width, height, rgb: made };
    expect(compare(before, after, usual).reasons).toContain('structure');
    expect(compare(before, after, usual, half).reasons).toEqual([]);
    // Within the mask nothing has changed, outside of it all has.
    const wrong: Small = {
      ...before,
      rgb: before.rgb.map((value, at) => (half[Math.floor(at / 3)] === 1 ? value : 255 - value)),
    };
    expect(compare(before, wrong, usual, half).measures.unchanged).toBe(true);
  });

  it('that keeps its subject has its background replaced', async () => {
    const [one, other] = (await photos()) as [Raster, Raster];
    const tolerance = toleranceFor({ operation: 'replace-background' });
    const before = smallOf(one);
    const { width, height } = before;
    const rgb = shrink(other, { width, height }).rgb.map((value, at) => {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      const isSubject = Math.hypot(x / width - 0.5, y / height - 0.5) < 0.33;
      return isSubject ? (before.rgb[at] as number) : value;
    });
    expect(compare(before, { width, height, rgb }, tolerance).reasons).toEqual([]);
  });
});

describe('a cut-out', () => {
  const tolerance = toleranceFor({ operation: 'remove-background' });
  const small = (share: number): Small => ({
    ...{ width: 10, height: 10, rgb: new Uint8Array(300) },
    weights: Float32Array.from({ length: 100 }, (_, at) => (at < share * 100 ? 1 : 0)),
  });

  it.each([
    [0, ['blank']],
    [0.4, []],
    [1, ['unchanged']],
  ])('of %d of the picture', (share, reasons) => {
    expect(compareCutOut(small(1), small(share), tolerance).reasons).toEqual(reasons);
  });
});

describe('shrink', () => {
  it('takes a part, in 16 bits, weighted with alpha', () => {
    const data = new Uint16Array([65_535, 65_535, 0, 65_535, 0, 0, 65_535, 32_768]);
    const raster: Raster = { data, width: 4, height: 1, pages: 1, channels: 2, depth: 16 };
    const made = shrink(raster, { width: 2, height: 1 }, { left: 0, top: 0, width: 4, height: 1 });
    expect([...made.rgb]).toEqual([128, 128, 128, 255, 255, 255]);
    expect([...(made.weights ?? [])].map((weight) => weight.toFixed(2))).toEqual(['1.00', '0.25']);
    const right = shrink(raster, { width: 1, height: 1 }, { left: 1, top: 0, width: 1, height: 1 });
    expect([...right.rgb]).toEqual([0, 0, 0]);
  });
});
