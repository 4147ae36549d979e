import { describe, expect, it } from 'vitest';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import type { CostQuestion, TokenUsage } from '../../../src/providers/enhance.ts';
import { findOpenAIModel, openaiModels } from '../../../src/providers/openai/models.ts';
import * as rules from '../../../src/providers/openai/prices.ts';
import { inputTokens, outputTokens } from '../../../src/providers/openai/tokens.ts';

const estimateOpenAI = (asked: CostQuestion) => rules.estimateOpenAI(asked, builtInPrices);
const costOfOpenAI = (model: string, usage: TokenUsage) => rules.costOfOpenAI(model, usage, builtInPrices);

const size = (text: string) => {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
};

// The tables of OpenAI's guide, in dollars for the picture made.
const published: readonly (readonly ['2' | '2.5', string, Readonly<Record<string, number>>])[] = [
  ['2.5', '1024x1024', { low: 0.0059, medium: 0.0132, high: 0.0527, xhigh: 0.0937, max: 0.2107 }],
  ['2.5', '1536x1024', { low: 0.0047, medium: 0.0103, high: 0.0412, xhigh: 0.0738, max: 0.1646 }],
  ['2.5', '1024x1536', { low: 0.0047, medium: 0.0103, high: 0.0412, xhigh: 0.0738, max: 0.1646 }],
  ['2.5', '2560x1440', { low: 0.0062, medium: 0.0143, high: 0.0553, xhigh: 0.0983, max: 0.2211 }],
  ['2.5', '3840x2160', { low: 0.0111, medium: 0.026, high: 0.1001, xhigh: 0.1779, max: 0.4003 }],
];

describe('the tokens of a picture that is made', () => {
  it.each(published)('are OpenAI’s own: %s at %s', (family, at, row) => {
    const made = Object.keys(row).map((quality) => [
      quality,
      Math.round((outputTokens(family, quality, size(at)) ?? 0) * 0.3) / 10_000,
    ]);
    expect(Object.fromEntries(made)).toEqual(row);
  });

  it.each([
    ['2', '1024x1024', [0.006, 0.053, 0.211]],
    ['2', '1536x1024', [0.005, 0.041, 0.165]],
  ] as const)('are OpenAI’s own: %s at %s, in tenths of a cent', (family, at, row) => {
    const made = ['low', 'medium', 'high'].map(
      (quality) => Math.round((outputTokens(family, quality, size(at)) ?? 0) * 0.03) / 1000,
    );
    expect(made).toEqual(row);
  });

  it('round a half to the even side', () => {
    const tokens = ['low', 'medium', 'high', 'xhigh', 'max'].map((quality) =>
      outputTokens('2.5', quality, size('1024x1024')),
    );
    expect(tokens).toEqual([196, 439, 1756, 3122, 7024]);
    // 48 × 1008 / 1536 = 31.5 → 32; 16 × 864 / 1536 = 9; 48 × 1072 / 1536 = 33.5 → 34; 16 × 1008 / 1536 = 10.5 → 10.
    expect(outputTokens('2.5', 'high', size('1536x1008'))).toBe(
      Math.ceil((48 * 32 * (2e6 + 1536 * 1008)) / 4e6),
    );
    expect(outputTokens('2.5', 'high', size('1536x1072'))).toBe(
      Math.ceil((48 * 34 * (2e6 + 1536 * 1072)) / 4e6),
    );
    expect(outputTokens('2.5', 'low', size('1536x1008'))).toBe(
      Math.ceil((16 * 10 * (2e6 + 1536 * 1008)) / 4e6),
    );
    expect(outputTokens('2', 'max', size('1024x1024'))).toBeUndefined();
  });
});

describe('the tokens of a picture that is sent', () => {
  it.each([
    ['1024x1024', 1024],
    ['512x512', 1024],
    ['256x256', 256],
    ['1024x1536', 1536],
    ['4000x3000', 1452],
    ['3840x2160', 1456],
    ['3000x1000', 1512],
  ])('%s: %i', (at, tokens) => {
    expect(Math.abs(inputTokens(size(at)) - tokens)).toBeLessThanOrEqual(80);
  });

  it('never pass the limit', () => {
    for (let width = 16; width < 4000; width += 61) {
      for (let height = 16; height < 4000; height += 67) {
        const tokens = inputTokens({ width, height });
        if (tokens < 1 || tokens > 1536 || !Number.isInteger(tokens))
          throw new Error(`${width}x${height}: ${tokens}`);
      }
    }
  });
});

const question: CostQuestion = {
  ...{ model: 'gpt-image-2.5-sunburst', quality: 'high', prompt: 'brighter, please' },
  wish: { operation: 'enhance' } as const,
  ...{ upload: size('1536x1024'), size: size('1536x1024'), masked: false },
};

describe('an estimate', () => {
  it('is in order, whole, and never less than what the formula gives', () => {
    for (const { id, qualities } of openaiModels) {
      for (const quality of [...qualities, undefined]) {
        for (const at of [size('1024x1024'), size('1536x1024'), undefined]) {
          const range = estimateOpenAI({ ...question, model: id, quality, size: at });
          const what = `${id} ${quality} ${at?.width}: ${JSON.stringify(range)}`;
          if (range === undefined) throw new Error(what);
          const { lowMicrousd: low, highMicrousd: high, mostMicrousd: most } = range;
          expect(low > 0 && low <= high && high < most && Number.isSafeInteger(most), what).toBe(true);
        }
      }
    }
  });

  it.each([
    'gpt-image-2',
    'gpt-image-2.5-flare',
    'gpt-image-2.6-sunburst',
  ])('bounds what %s may use at any size and quality', (model) => {
    const { qualities } = findOpenAIModel(model, '2026-11-21');
    const family = model === 'gpt-image-2' ? '2' : '2.5';
    for (const at of ['1024x640', '1536x1024', '2880x2880', '3840x2160', '3840x1280'].map(size)) {
      for (const quality of qualities) {
        const tokens = outputTokens(family, quality, at) ?? 0;
        const most = { inputTextTokens: 40, inputImageTokens: 1536, outputTokens: tokens };
        const cost = costOfOpenAI(model, most) ?? Number.NaN;
        for (const asked of [at, undefined]) {
          const range = estimateOpenAI({ ...question, model, quality, size: asked });
          expect(range?.mostMicrousd).toBeGreaterThanOrEqual(cost);
        }
      }
    }
  });

  it('is wide for 2.6, whose low qualities take up to four times as much', () => {
    const range = (model: string) => estimateOpenAI({ ...question, model, quality: 'low' });
    const [old, young] = [range('gpt-image-2.5-sunburst'), range('gpt-image-2.6-sunburst')];
    expect(young?.highMicrousd).toBeGreaterThan((old?.highMicrousd ?? 0) + 10_000);
    expect(young?.mostMicrousd).toBeGreaterThan(160_000);
    expect(young?.lowMicrousd).toBe(old?.lowMicrousd);
  });

  it('is about what a picture costs', () => {
    // 1372 tokens made, 1536 patches sent, 16 bytes of prompt; the most: a tenth and a quarter on top, 64 tokens of frame.
    expect(estimateOpenAI(question)).toEqual({
      lowMicrousd: 53_462,
      highMicrousd: 53_488,
      mostMicrousd: 61_036,
      tokens: 1372 + 1536 + 4,
    });
  });

  it('counts a mask as another picture, and is unknown for other models', () => {
    const masked = estimateOpenAI({ ...question, masked: true });
    expect(masked?.mostMicrousd).toBe((estimateOpenAI(question)?.mostMicrousd ?? 0) + 1920 * 8);
    expect(estimateOpenAI({ ...question, model: 'other' })).toBeUndefined();
    expect(
      costOfOpenAI('other', { inputTextTokens: 1, inputImageTokens: 1, outputTokens: 1 }),
    ).toBeUndefined();
  });

  it('is the price of what was used, afterwards', () => {
    const usage = { inputTextTokens: 20, inputImageTokens: 1080, outputTokens: 1756 };
    expect(costOfOpenAI('gpt-image-2.5-flare', usage)).toBe(20 * 5 + 1080 * 8 + 1756 * 30);
    expect(costOfOpenAI('gpt-image-1-mini', usage)).toBe(20 * 2 + 1080 * 2.5 + 1756 * 8);
  });
});

describe('a model', () => {
  it('is found by name, and the precise one unless one is named', () => {
    expect(findOpenAIModel(undefined, '2026-11-21').id).toBe('gpt-image-2.5-sunburst');
    expect(findOpenAIModel('gpt-image-2.6-flare', '2026-11-21').options.complexity).toEqual([
      'low',
      'medium',
      'high',
    ]);
    expect(findOpenAIModel('gpt-image-2.5-flare', '2026-11-21').options.complexity).toBeUndefined();
    expect(findOpenAIModel('gpt-image-2', '2026-11-21').qualities).not.toContain('max');
  });

  it.each([
    ['gpt-image-1', '2026-11-21', /shut down by OpenAI on 2026-10-23/],
    ['dall-e-3', '2026-11-21', /shut down by OpenAI on 2026-05-12/],
    ['gpt-image-1.5', '2026-12-01', /shut down by OpenAI on 2026-12-01/],
    ['gpt-image-25-sunburst', '2026-11-21', /there is no model gpt-image-25-sunburst/],
  ])('%s on %s is refused in words', (name, today, words) => {
    expect(() => findOpenAIModel(name, today)).toThrow(words);
    expect(() => findOpenAIModel(name, today)).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('gpt-image-2.5-') }),
    );
  });

  it('that ends soon can still be used, and tells when', () => {
    expect(findOpenAIModel('gpt-image-1-mini', '2026-11-30').shutdownDate).toBe('2026-12-01');
  });
});
