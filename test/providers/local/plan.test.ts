import { describe, expect, it } from 'vitest';
import { examplePhotos, loadPhoto } from '../../../bench/quality/photos.ts';
import type { Raster } from '../../../src/images/raster.ts';
import { autoLook, sharpenLook } from '../../../src/presets/looks.ts';
import { analyse } from '../../../src/providers/local/analyse.ts';
import { describePlan, type LocalRecipe, makePlan } from '../../../src/providers/local/plan.ts';
import type { PlanStep } from '../../../src/providers/local/steps.ts';
import { addNoise, change, goodScene, light, paint, tint, withChannels } from './scene.ts';

const enhance: LocalRecipe = { look: autoLook, scale: 1, strength: 0.65 };

const planFor = (raster: Raster, recipe: Partial<LocalRecipe> = {}) =>
  makePlan(analyse(raster), { ...enhance, ...recipe });

function stepOf<Name extends PlanStep['name']>(raster: Raster, name: Name) {
  return planFor(raster).steps.find((step): step is PlanStep & { name: Name } => step.name === name);
}

const isContrast = (step: PlanStep) => step.name === 'contrast';

const names = (raster: Raster) => planFor(raster).steps.map(({ name }) => name);

const dusk = paint(192, 144, 8, (x, y) => {
  if (y > 110) return [0.02, 0.02, 0.03];
  const lamp = (x - 96) ** 2 + (y - 90) ** 2 < 90;
  return lamp ? [1, 0.85, 0.5] : [0.1 + y / 1500, 0.16 + y / 1200, 0.3 + y / 1000];
});
const highKey = paint(192, 144, 8, (x, y) => {
  const shade = 0.97 - 0.25 * Math.abs(Math.sin(x / 9) * Math.sin(y / 7));
  return x % 48 < 3 ? [0.04, 0.04, 0.04] : [shade, shade * 0.99, shade * 0.98];
});
const flower = paint(192, 144, 8, (x, y) => {
  const petal = 0.45 + 0.5 * Math.abs(Math.sin(x / 11) * Math.cos(y / 13));
  return [petal, petal * 0.45, petal * 0.05];
});

describe('makePlan', () => {
  it('finds nothing to do about a good picture', () => {
    expect(planFor(goodScene()).steps).toEqual([]);
    expect(describePlan(planFor(goodScene()))).toBe('nothing to do');
  });

  it.each([
    ['2 stops too dark', -2, 1.2, 2.4],
    ['1 stop too dark', -1, 0.3, 1.3],
  ])('corrects the exposure of a picture %s', (_, ev, least, most) => {
    const step = stepOf(light(goodScene(), ev), 'exposure');
    expect(step?.ev).toBeGreaterThan(least);
    expect(step?.ev).toBeLessThan(most);
    expect(step?.why).toMatch(/median luma .*\d+ of 255/);
  });

  it('takes light away where much is white and the rest is bright', () => {
    const step = stepOf(
      change(goodScene(), (x) => 0.5 + 0.6 * x),
      'exposure',
    );
    expect(step?.ev).toBeLessThan(-0.3);
    expect(step?.ev).toBeGreaterThanOrEqual(-1);
    expect(step?.why).toMatch(/% is white/);
  });

  it('stretches a pale picture without black only a little', () => {
    const pale = paint(192, 144, 8, (x, y) => Array(3).fill(0.75 + 0.22 * Math.sin(x / 9) * Math.sin(y / 7)));
    expect(stepOf(pale, 'contrast')?.blackOf255).toBeLessThanOrEqual(40);
  });

  it.each([
    ['a veil', (x: number) => 0.5 * x + 0.37],
    ['low contrast', (x: number) => 0.5 + 0.6 * (x - 0.5)],
  ])('stretches both ends under %s', (_, fault) => {
    const veiled = change(goodScene(), fault);
    const step = planFor(veiled, { look: { contrast: { share: 1 } } }).steps.find(isContrast);
    expect(step?.blackOf255).toBeGreaterThan(25);
    expect(step?.whiteOf255).toBeLessThan(245);
    // A veil over everything is taken for haze, which takes the rest of it away first.
    const [first] = planFor(veiled).steps;
    expect(first).toMatchObject({ name: 'dehaze', why: expect.stringMatching(/a veil over \d+ %/) });
  });

  it.each([
    ['warm', [1.05, 1, 0.7], 'blueGain', 'redGain'],
    ['cool', [0.72, 0.95, 1], 'redGain', 'blueGain'],
    ['green', [0.8, 1, 0.8], 'redGain', 'greenGain'],
  ] as const)('takes a %s cast away', (_, gains, more, less) => {
    const step = stepOf(tint(goodScene(), ...(gains as readonly [number, number, number])), 'white-balance');
    expect(step?.[more]).toBeGreaterThan((step?.[less] ?? 1) * 1.15);
  });

  it.each([
    ['dusk', dusk],
    ['a high key', highKey],
    ['a saturated flower', flower],
  ])('leaves the light and the colours of %s alone', (_, raster) => {
    const touched = names(raster).filter((name) => name !== 'sharpen');
    expect(touched).toEqual([]);
  });

  it('does not balance sepia, which has one colour only', () => {
    const grey = withChannels(goodScene(), 1);
    const sepia = paint(192, 144, 8, (x, y) => {
      const base = (grey.data[y * 192 + x] as number) / 255;
      return [base, base * 0.88, base * 0.7];
    });
    expect(names(sepia)).not.toContain('white-balance');
    expect(planFor(sepia).skipped.map(({ name }) => name)).toContain('white-balance');
  });

  it('takes noise away and does not sharpen it', () => {
    const plan = planFor(addNoise(goodScene(), 12));
    expect(plan.steps[0]).toMatchObject({ name: 'denoise' });
    expect(plan.steps.map(({ name }) => name)).not.toContain('sharpen');
    expect(plan.skipped).toContainEqual({
      name: 'sharpen',
      why: expect.stringContaining('noise of deviation'),
    });
  });

  it('sharpens soft edges only', () => {
    const soft = paint(192, 144, 8, (x, y) => Array(3).fill(0.5 + 0.45 * Math.sin(x / 4) * Math.sin(y / 4)));
    expect(names(soft)).toEqual(['sharpen']);
    expect(planFor(goodScene()).skipped.map(({ name }) => name)).toContain('sharpen');
  });

  it('sharpens on request, without touching tone', () => {
    const steps = planFor(light(goodScene(), -2), { look: sharpenLook }).steps;
    expect(steps.map(({ name }) => name)).toEqual(['sharpen']);
  });

  it('gives grey pictures no colour steps', () => {
    const grey = light(withChannels(goodScene(), 1), -2);
    expect(names(grey)).toContain('exposure');
    for (const name of ['white-balance', 'vibrance']) expect(names(grey)).not.toContain(name);
  });

  it('does nothing at strength 0 and more at 1 than at 0.3', () => {
    const dark = light(goodScene(), -2);
    const evAt = (strength: number) =>
      planFor(dark, { strength }).steps.flatMap((step) => (step.name === 'exposure' ? [step.ev] : []))[0];
    expect(planFor(dark, { strength: 0 }).steps).toEqual([]);
    expect(evAt(1)).toBeGreaterThan((evAt(0.3) ?? 0) + 0.5);
  });

  it('only enlarges for an upscale, and does not sharpen what it enlarges', () => {
    const plan = planFor(goodScene(), { look: {}, scale: 4 });
    expect(plan.steps).toEqual([{ name: 'upscale', factor: 4, why: 'asked for: 768 x 576 pixels' }]);
    expect(planFor(goodScene(), { look: {}, scale: 1 }).steps).toEqual([]);
    expect(planFor(goodScene(), { scale: 2 }).steps.map(({ name }) => name)).toEqual(['upscale']);
  });

  it('is plain data, the same for the same picture', () => {
    const dark = tint(light(goodScene(), -2), 1, 1, 0.7);
    expect(JSON.parse(JSON.stringify(planFor(dark)))).toEqual(planFor(dark));
  });

  it('judges the opaque part of a picture only', () => {
    const half = withChannels(light(goodScene(), -2), 4, (pixel) => (pixel % 192 < 96 ? 1 : 0));
    const whiteBehind = change(half, (x, channel, at) => (channel < 3 && (at >> 2) % 192 >= 96 ? 1 : x));
    expect(planFor(whiteBehind)).toEqual(planFor(half));
  });

  it.each([
    1, 2, 3, 4,
  ] as const)('copes with tiny and with wholly transparent pictures of %i channels', (channels) => {
    for (const size of [1, 2, 7, 9]) {
      const tiny = withChannels(goodScene(size, size), channels);
      expect(planFor(tiny).steps.every(({ why }) => why.length > 0)).toBe(true);
      expect(planFor(withChannels(tiny, 4, () => 0)).steps).toEqual([]);
    }
  });
});

describe('describePlan', () => {
  it('names each step with its amount', () => {
    const steps: PlanStep[] = [
      { name: 'denoise', sigmaOf255: 8.5, why: '' },
      { name: 'white-balance', redGain: 1.2, greenGain: 1.1, blueGain: 1, why: '' },
      { name: 'exposure', ev: 0.8, why: '' },
      { name: 'contrast', blackOf255: 20, whiteOf255: 240, why: '' },
      { name: 'fill-light', amount: 0.2, why: '' },
      { name: 'vibrance', amount: 0.1, why: '' },
      { name: 'sharpen', amount: 0.4, thresholdOf255: 1, why: '' },
      { name: 'upscale', factor: 2, why: '' },
    ];
    expect(describePlan({ steps, skipped: [] })).toBe(
      'denoise 8.5, white balance +4 % red −4 % blue, exposure +0.8 EV, contrast 20 to 240, ' +
        'fill light 0.2, vibrance +0.1, sharpen 0.4, upscale 2x',
    );
  });
});

describe('the example photographs', () => {
  it.each([
    ['field-underexposed.jpg', 'exposure'],
    ['coffee-tungsten-cast.jpg', 'white-balance'],
    ['cat-hazy.jpg', 'contrast'],
    ['field-noisy.jpg', 'denoise'],
  ])('%s gets %s', async (file, name) => {
    const path = examplePhotos.find((photo) => photo.endsWith(file)) ?? file;
    expect(names((await loadPhoto(path)).raster)).toContain(name);
  });

  it('rocket-fine.jpg stays as it is', async () => {
    const path = examplePhotos.find((photo) => photo.endsWith('rocket-fine.jpg')) ?? '';
    expect(planFor((await loadPhoto(path)).raster).steps).toEqual([]);
  });
});

describe('a thumbnail', () => {
  it('is not taken for noise, however busy it is', () => {
    const thumbnail = addNoise(goodScene(100, 68), 12);
    expect(planFor(thumbnail).steps.map(({ name }) => name)).not.toContain('denoise');
  });
});
