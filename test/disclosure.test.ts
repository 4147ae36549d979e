import { describe, expect, it } from 'vitest';
import { madeByService } from '../src/disclosure.ts';
import { plainShape, type ResultShape } from '../src/images/restore/shape.ts';
import { type OperationName, operations } from '../src/operations.ts';
import { enhanceProviders, findEnhanceProvider } from '../src/providers/enhance-providers.ts';

const lama = `allenhooo/lama:${'ab12'.repeat(16)}`;
const today = '2026-11-21';
const cutOut: ResultShape = { ...plainShape, alpha: 'answer', colours: 'source' };

function said(provider: string, model: string, operation: OperationName, shape: ResultShape = plainShape) {
  const service = findEnhanceProvider(provider);
  return madeByService(
    { provider: service, model: service.findModel(model, today), wish: { operation } },
    shape,
  );
}

describe('madeByService', () => {
  const painted = 'compositeWithTrainedAlgorithmicMedia';
  it.each([
    ['openai', 'gpt-image-2.5-sunburst', 'enhance', painted],
    ['openai', 'gpt-image-2.5-sunburst', 'fill', painted],
    ['openai', 'gpt-image-2.5-sunburst', 'denoise', painted],
    ['replicate', 'nightmareai/real-esrgan', 'upscale', 'algorithmicallyEnhanced'],
    ['replicate', 'philz1337x/clarity-upscaler', 'upscale', painted],
    ['replicate', 'topazlabs/image-upscale', 'enhance', 'algorithmicallyEnhanced'],
    ['replicate', lama, 'retouch', painted],
    ['fal', 'fal-ai/nafnet/denoise', 'denoise', 'algorithmicallyEnhanced'],
    ['fal', 'fal-ai/bria/expand', 'expand', painted],
  ] as const)('%s %s %s', (provider, model, operation, sourceType) => {
    expect(said(provider, model, operation).sourceType).toBe(sourceType);
  });

  it('knows own pixels from a picture put together', () => {
    const cut = (shape: ResultShape) =>
      said('fal', 'fal-ai/birefnet/v2', 'remove-background', shape).sourceType;
    expect(cut(cutOut)).toBe('algorithmicallyEnhanced');
    expect(cut({ ...cutOut, background: { kind: 'colour', rgb: [255, 255, 255] } })).toBe(
      'algorithmicallyEnhanced',
    );
    expect(cut({ ...cutOut, background: { kind: 'picture', path: '/a', sha256: 'b' } })).toBe('composite');
  });

  it('names the service, the model and its version, and credits nobody but them', () => {
    expect(said('openai', 'gpt-image-2.5-sunburst', 'enhance')).toEqual({
      sourceType: painted,
      system: 'OpenAI gpt-image-2.5-sunburst',
      credit: 'Edited with AI (OpenAI)',
    });
    expect(said('replicate', lama, 'retouch')).toMatchObject({
      system: 'Replicate allenhooo/lama',
      version: 'ab12'.repeat(16),
    });
    expect(said('openai-compatible', 'my-model:7b', 'enhance')).toMatchObject({
      system: 'my-model:7b',
      credit: 'Edited with AI',
    });
  });

  it('has a credit line that fits IPTC for every provider, model and operation', () => {
    let seen = 0;
    for (const provider of enhanceProviders) {
      for (const model of provider.models) {
        for (const { name } of operations) {
          const { credit = '' } = madeByService({ provider, model, wish: { operation: name } }, plainShape);
          expect(credit).toMatch(/^(Edited|Enhanced) with AI( \([ -~]+\))?$/);
          expect(credit.length).toBeLessThanOrEqual(32);
          seen += 1;
        }
      }
    }
    expect(seen).toBeGreaterThan(100);
  });
});
