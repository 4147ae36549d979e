import { describe, expect, it } from 'vitest';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import { createPriceTable } from '../../../src/prices/table.ts';
import type { CostQuestion, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { imagineEdits } from '../../../src/providers/imagine/imagine-edits.ts';
import { formOf } from '../form.ts';
import { callTo, inTurn, key, type Reply, serve } from '../service/server.ts';

const picture = Buffer.from('not decoded here, so any bytes are a picture');
const delivered: Reply = { headers: { 'content-type': 'image/png' }, body: picture };
const size = { width: 1200, height: 800 };
const image = { bytes: Buffer.from('photo'), type: 'image/jpeg', ...size } as const;
const mask = { bytes: Buffer.from('mask'), type: 'image/png', ...size } as const;
const request: EnhanceRequest = {
  ...{ model: 'enhance', prompt: '', wish: { operation: 'upscale', scale: 2 }, image, options: {} },
};
const sent = { image: 'image/jpeg image.jpeg photo' };

describe('imagine', () => {
  it.each<readonly [string, EnhanceRequest, object]>([
    ['/image/enhance', request, sent],
    [
      '/image/background/remover',
      { ...request, model: 'background-remover', wish: { operation: 'remove-background' } },
      sent,
    ],
    [
      '/image/edits/generative-fill',
      { ...request, model: 'generative-fill', wish: { operation: 'fill' }, mask, prompt: 'grass' },
      { ...sent, mask: 'image/png mask.png mask', prompt: 'grass' },
    ],
  ])('%s is asked for by a form, once', async (path, asking, fields) => {
    const { origin, asked } = await serve(inTurn(delivered));
    const { call, steps } = callTo(`${origin}/v2`);
    const result = await imagineEdits.enhance(asking, call);
    expect(result.bytes.equals(picture)).toBe(true);
    expect(steps).toEqual(['sent']);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST /v2${path}`]);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
    if (asked[0] === undefined) throw new Error('nothing was asked');
    expect(await formOf(asked[0])).toEqual(fields);
  });

  it('has no price but the user’s own', () => {
    const question: CostQuestion = {
      ...{ model: 'enhance', quality: undefined, prompt: '', upload: size, size: undefined, masked: false },
      wish: { operation: 'upscale', scale: 2 },
    };
    expect(imagineEdits.estimate(question, builtInPrices)).toBeUndefined();
    const row = { provider: 'imagine', model: '*', unit: 'picture', microusd: 30_000 } as const;
    const own = { ...row, asOf: '2026-11', source: 'invoice', status: 'stated' } as const;
    const file = { shown: 'prices.json', sha256: '00' };
    const stated = createPriceTable([], { file, rows: [own] });
    expect(imagineEdits.estimate(question, stated)?.mostMicrousd).toBe(30_000);
  });

  it('names its models, and near ones', () => {
    for (const [operation, id] of Object.entries(imagineEdits.modelFor)) {
      expect(imagineEdits.findModel(id, '2026-11-21').operations).toContain(operation);
    }
    expect(() => imagineEdits.findModel('enhanse', '2026-11-21')).toThrow('there is no model enhanse');
  });
});
