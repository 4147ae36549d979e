import { describe, expect, it } from 'vitest';
import { planDehazing, planLocalContrast } from '../../../src/providers/local/plan-depth.ts';
import { measureTone } from '../../../src/providers/local/statistics.ts';

const usual = { reach: 1, least: 0, trigger: 1 };

// Cells of one colour each, whose veil is given; the last is the air itself.
function scene(cells: readonly (readonly [red: number, green: number, blue: number, veil: number])[]) {
  const pixels = Float32Array.from(cells.flatMap((cell) => cell.slice(0, 3)));
  return { pixels, veil: Float32Array.from(cells.map(([, , , veil]) => veil)), tone: measureTone(pixels) };
}

const air = [0.8, 0.8, 0.8, 0.8] as const;
const distance = (veil: number) =>
  Array.from({ length: 50 }, () => [veil + 0.25, veil + 0.1, veil, veil] as const);
const hazed = scene([...distance(0.5), air]);
const decide = (from: ReturnType<typeof scene>, wanted = usual) => planDehazing(from, from.pixels, wanted);

describe('planDehazing', () => {
  it('takes a veil away that lies before everything, and names its colour', () => {
    const step = decide(hazed);
    expect(step).toMatchObject({ name: 'dehaze', amount: 0.95, airOf255: [204, 204, 204] });
  });

  it('goes as far as the look reaches', () => {
    expect(decide(hazed, { ...usual, reach: 0.5 })).toHaveProperty('amount', 0.5);
  });

  it.each([
    ['the air is clear', [...distance(0.02), air]],
    [
      'what is near is clear',
      [...Array.from({ length: 10 }, () => [0.4, 0.2, 0, 0] as const), ...distance(0.45), air],
    ],
  ])('leaves a picture where %s', (_, cells) => {
    expect(decide(scene(cells))).toHaveProperty('skip', expect.stringMatching(/the air is clear/));
  });

  it.each([
    ['much is white', [...distance(0.45), ...Array.from({ length: 10 }, () => [1, 1, 1, 0.9] as const)]],
    ['nearly grey', Array.from({ length: 50 }, () => [0.61, 0.6, 0.6, 0.6] as const)],
    ['what is farthest is dark', Array.from({ length: 50 }, () => [0.2, 0.1, 0.08, 0.08] as const)],
  ])('leaves a picture where %s', (why, cells) => {
    expect(decide(scene(cells))).toHaveProperty('skip', expect.stringContaining(why));
  });
});

describe('planLocalContrast', () => {
  it('raises it only where the look asks', () => {
    expect(planLocalContrast({ noiseSigma: 0 }, usual)).toBeUndefined();
    expect(planLocalContrast({ noiseSigma: 0 }, { ...usual, least: 0.3 })).toMatchObject({ amount: 0.3 });
  });

  it('does not raise noise', () => {
    expect(planLocalContrast({ noiseSigma: 15 }, { ...usual, least: 0.3 })).toHaveProperty('skip');
  });
});
