import { describe, expect, it } from 'vitest';
import { fitSize } from '../../../src/images/upload/fit-size.ts';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import type { CostQuestion, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { geminiEdits } from '../../../src/providers/gemini/gemini-edits.ts';
import { ratioOf } from '../../../src/providers/gemini/sizes.ts';
import { callTo, failureOf, inTurn, key, type Reply, serve, shown } from '../service/server.ts';

const picture = Buffer.from('not decoded here, so any bytes are a picture');
const request: EnhanceRequest = {
  ...{ model: 'gemini-3.1-flash-image', prompt: 'brighter', wish: { operation: 'enhance' }, options: {} },
  image: { bytes: Buffer.alloc(200_001, 'photo'), type: 'image/jpeg', width: 2528, height: 1696 },
  ...{ size: { width: 2528, height: 1696 }, quality: '2K' },
};

const usageMetadata = {
  ...{ promptTokenCount: 1190, candidatesTokenCount: 1700, thoughtsTokenCount: 95, totalTokenCount: 2985 },
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 70 },
    { modality: 'IMAGE', tokenCount: 1120 },
  ],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1680 }],
};
const inline = (bytes: Buffer) => ({ inlineData: { mimeType: 'image/png', data: bytes.toString('base64') } });
const good = {
  candidates: [
    {
      content: {
        parts: [
          { ...inline(Buffer.from('a draft')), thought: true },
          { text: 'Here you are.' },
          inline(picture),
        ],
        role: 'model',
      },
      finishReason: 'STOP',
    },
  ],
  ...{ usageMetadata, modelVersion: 'gemini-3.1-flash-image', responseId: 'abc' },
};

async function fail(reply: Reply) {
  const { origin, asked } = await serve(inTurn(reply));
  const failure = await failureOf(geminiEdits.enhance(request, callTo(origin).call));
  expect(asked).toHaveLength(1);
  expect(shown(failure)).not.toContain(key);
  return failure;
}

describe('gemini', () => {
  it('sends the picture, the words, the ratio and the class, and nothing else', async () => {
    const { origin, asked } = await serve(inTurn({ body: good, headers: { 'x-goog-request-id': 'g-1' } }));
    const { call, steps } = callTo(`${origin}/v1beta`);
    const result = await geminiEdits.enhance(request, call);
    expect(result.bytes.equals(picture)).toBe(true);
    // 20 of text and 95 of thoughts count as 12 of a picture.
    expect(result.usage).toEqual({ inputTextTokens: 70, inputImageTokens: 1120, outputTokens: 1692 });
    expect(result.requestId).toBe('g-1');
    expect(steps).toEqual(['sent']);
    expect(asked[0]?.url).toBe('/v1beta/models/gemini-3.1-flash-image:generateContent');
    expect(asked[0]?.headers['x-goog-api-key']).toBe(key);
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect(JSON.parse(asked[0]?.body.toString() ?? '')).toEqual({
      contents: [
        {
          role: 'user',
          parts: [
            { inlineData: { mimeType: 'image/jpeg', data: request.image.bytes.toString('base64') } },
            { text: 'brighter' },
          ],
        },
      ],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '3:2', imageSize: '2K' },
      },
    });
  });

  it('asks a model of one class for none', async () => {
    const { origin, asked } = await serve(inTurn({ body: good }));
    const lite = { ...request, model: 'gemini-3.1-flash-lite-image', quality: '1K' };
    await geminiEdits.enhance({ ...lite, size: { width: 1264, height: 848 } }, callTo(origin).call);
    const sent = JSON.parse(asked[0]?.body.toString() ?? '');
    expect(sent.generationConfig.imageConfig).toEqual({ aspectRatio: '3:2' });
  });

  it.each([
    ['gemini-3.1-flash-image', 6000, 4000],
    ['gemini-3-pro-image', 4032, 3024],
    ['gemini-3.1-flash-image', 10_000, 2_000],
    ['gemini-3-pro-image', 700, 3_000],
    ['gemini-3.1-flash-lite-image', 640, 480],
  ])('%s is sent %i x %i whole, in a ratio that has a name', (id, width, height) => {
    const fit = fitSize({ width, height }, geminiEdits.findModel(id, '2026-11-21').sizes);
    expect(ratioOf(fit)).toMatch(/^\d+:\d+$/);
    expect(fit.content.width / fit.content.height).toBeCloseTo(width / height, 1);
  });

  const nothingMade = { promptTokenCount: 1190, totalTokenCount: 1190 };
  const ended = (finishReason: string, metadata: object = nothingMade, parts: object[] = []): Reply => ({
    body: { candidates: [{ content: { parts }, finishReason }], usageMetadata: metadata },
  });
  it('a picture that was made and held back is paid for', async () => {
    const failure = await fail(ended('IMAGE_SAFETY', usageMetadata));
    expect(failure).toMatchObject({ kind: 'refused', charge: 'paid', code: 'IMAGE_SAFETY' });
    expect(failure.usage?.outputTokens).toBe(1692);
  });

  it.each<readonly [string, unknown]>([
    ['nothing', ''],
    ['half of it', JSON.stringify(good).slice(0, 80)],
    ['something else', { hello: 1 }],
    ['a web page', '<html>'],
    ['a damaged picture', { candidates: [{ content: { parts: [{ inlineData: { data: 'a*b' } }] } }] }],
  ])('a 200 that holds %s is paid for, and kept', async (_what, body) => {
    const failure = await fail({ body });
    expect(failure).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(failure.evidence).toBeDefined();
  });
});

describe('the models of gemini', () => {
  it('refuse those that are gone by name, with what follows', () => {
    const find = (name: string) => geminiEdits.findModel(name, '2026-11-21');
    expect(() => find('gemini-2.5-flash-image')).toThrow('was shut down by Google on 2026-10-02');
    expect(() => find('imagen-4.0-generate-001')).toThrow('was shut down by Google on 2026-08-17');
    expect(() => find('gemini-3-pro-imag')).toThrow('there is no model');
    expect(geminiEdits.findModel(undefined, '2026-11-21').id).toBe('gemini-3.1-flash-image');
  });

  const question: Omit<CostQuestion, 'model' | 'quality'> = {
    ...{ prompt: 'p'.repeat(1200), upload: { width: 2528, height: 1696 }, masked: false },
    ...{ size: { width: 2528, height: 1696 }, wish: { operation: 'enhance' as const } },
  };
  it.each([
    ['gemini-3.1-flash-image', '1K', 0.067, 1120],
    ['gemini-3.1-flash-image', '2K', 0.101, 1680],
    ['gemini-3.1-flash-image', '4K', 0.151, 2520],
    ['gemini-3-pro-image', '2K', 0.134, 1120],
    ['gemini-3-pro-image', '4K', 0.24, 2000],
    ['gemini-3.1-flash-lite-image', '1K', 0.0336, 1120],
  ])('%s at %s costs %d dollars, as its %i tokens tell', (model, quality, dollars, made) => {
    const range = geminiEdits.estimate({ ...question, model, quality }, builtInPrices);
    if (range === undefined) throw new Error('no estimate');
    const used = { inputTextTokens: 300, inputImageTokens: 1120, outputTokens: made };
    const cost = geminiEdits.costOf(model, used, builtInPrices) ?? 0;
    expect(cost).toBeGreaterThanOrEqual(range.lowMicrousd * 0.98);
    expect(cost).toBeLessThanOrEqual(range.highMicrousd);
    expect(Math.abs(cost - dollars * 1e6)).toBeLessThan(0.03 * 1e6 * dollars + 3_000);
    expect(range.mostMicrousd).toBeGreaterThan(range.highMicrousd);
    expect(range.tokens).toBeGreaterThan(made);
  });

  it('have no price where none is known', () => {
    const unknown = { ...question, model: 'gemini-nano-banana-2.1', quality: '2K' };
    expect(geminiEdits.estimate(unknown, builtInPrices)).toBeUndefined();
  });
});
