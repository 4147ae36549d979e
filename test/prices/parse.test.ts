import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../src/prices/load.ts';
import { parsePrices } from '../../src/prices/parse.ts';
import { enhanceProviders } from '../../src/providers/enhance-providers.ts';
import { tempFolder } from '../helpers/temp.ts';

const good = { provider: 'openai-compatible', model: 'flux', unit: 'picture', usd: 0.02, asOf: '2026-11' };
// At 10 o'clock UTC it is the 30th where the day begins first.
const nowMs = Date.UTC(2026, 10, 29, 10);
const parse = (value: unknown) =>
  parsePrices(
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    'my.json',
    enhanceProviders,
    nowMs,
  );

describe('a file of prices', () => {
  it('becomes rows in micro-dollars', () => {
    expect(
      parse([
        { ...good, quality: 'high', size: '1024x1024', source: 'the contract' },
        { provider: 'openai', model: 'gpt-image-2', unit: 'output', usd: 29.95, asOf: '2026-11-30' },
      ]),
    ).toEqual([
      {
        ...{
          provider: 'openai-compatible',
          model: 'flux',
          unit: 'picture',
          microusd: 20_000,
          asOf: '2026-11',
        },
        ...{ quality: 'high', size: '1024x1024', source: 'the contract', status: 'stated' },
      },
      {
        ...{ provider: 'openai', model: 'gpt-image-2', unit: 'output', microusd: 29_950_000 },
        ...{ asOf: '2026-11-30', source: 'your own file', status: 'stated' },
      },
    ]);
  });

  it.each([0, 0.00588, 0.000001, 0.1 + 0.2, 100_000])('takes %d dollars', (usd) => {
    expect(parse([{ ...good, usd }])[0]?.microusd).toBe(Math.round(usd * 1e6));
  });

  it.each<[string, unknown, string, string?]>([
    ['no JSON', '[{', 'not a JSON list of prices'],
    ['NaN', '[{"usd": NaN}]', 'not a JSON list of prices'],
    ['no list', good, 'not a JSON list of prices'],
    ['nothing', [], 'holds no price'],
    ['too many rows', Array.from({ length: 10_001 }, () => 0), 'holds more than 10,000 rows'],
    ['too large', ' '.repeat(2 ** 20 + 1), 'larger than 1 MiB'],
    ['no object', [good, 7], 'row 2: not a JSON object'],
    ['an unknown field', [{ ...good, prize: 1 }], 'row 1: the field "prize" is unknown'],
    ['a misspelt field', [{ ...good, uds: 1 }], 'row 1: the field "uds" is unknown', 'did you mean "usd"?'],
    ['a field of objects', '[{"__proto__": 1}]', 'row 1: the field "__proto__" is unknown'],
    ['a control character', [{ ...good, 'a\u001b[2J': 1 }], 'row 1: the field "a\\e[2J" is unknown'],
    ['no price', [{ ...good, usd: undefined }], 'row 1: the field "usd" is missing'],
    ['a negative price', [good, { ...good, model: 'x', usd: -1 }], 'row 2: the field "usd" must be a number'],
    ['an infinite price', JSON.stringify([good]).replace('0.02', '1e999'), 'row 1: the field "usd" must be'],
    ['a price as text', [{ ...good, usd: '0.02' }], 'row 1: the field "usd" must be'],
    ['null', [{ ...good, usd: null }], 'row 1: the field "usd" must be'],
    ['too fine a price', [{ ...good, usd: 0.0000004 }], 'row 1: the field "usd" must be'],
    ['a huge price', [{ ...good, usd: 100_001 }], 'row 1: the field "usd" must be'],
    [
      'another unit',
      [{ ...good, unit: 'pictures' }],
      'row 1: the field "unit" must be one of',
      'did you mean "picture"?',
    ],
    [
      'another provider',
      [{ ...good, provider: 'opena' }],
      'row 1: the field "provider": opena',
      'did you mean "openai"?',
    ],
    ['local', [{ ...good, provider: 'local' }], 'row 1: the field "provider": local charges nothing'],
    [
      'a unit that tells nothing',
      [{ ...good, unit: 'output_picture' }],
      'row 1: the field "unit": output_picture tells nothing of what openai-compatible costs',
      'it is one of text_input, image_input, output, picture',
    ],
    ['a size that is none', [{ ...good, size: '1024' }], 'row 1: the field "size" must be width and height'],
    ['a size of nothing', [{ ...good, size: '0x10' }], 'row 1: the field "size" must be'],
    ['a quality that is none', [{ ...good, quality: 'HIGH' }], 'row 1: the field "quality" must be'],
    [
      'tokens by quality',
      [{ ...good, unit: 'output', quality: 'low' }],
      'row 1: the field "quality" does not go with the unit output',
    ],
    [
      'tokens of any model',
      [{ ...good, unit: 'output', model: '*' }],
      'row 1: the field "model": * goes with the unit picture alone',
    ],
    ['no such day', [{ ...good, asOf: '2026-02-30' }], 'row 1: the field "asOf" must be a date'],
    ['no such month', [{ ...good, asOf: '2026-13' }], 'row 1: the field "asOf" must be a date'],
    [
      'a day to come',
      [good, { ...good, model: 'x', asOf: '2026-12-01' }],
      'row 2: the field "asOf": 2026-12-01 is still to come',
      'it is the date when you read the price',
    ],
    ['a month to come', [{ ...good, asOf: '2026-12' }], 'row 1: the field "asOf": 2026-12 is still to come'],
    ['an empty model', [{ ...good, model: '' }], 'row 1: the field "model" must be'],
    ['a long source', [{ ...good, source: 'x'.repeat(201) }], 'row 1: the field "source" must be'],
    [
      'the same twice',
      [good, { ...good, model: 'x' }, { ...good, usd: 1 }],
      'row 3: says the price of row 1 again',
    ],
  ])('is refused: %s', (_, value, message, hint) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining(`the price file my.json: ${message}`),
        ...(hint !== undefined && { hint }),
      }),
    );
  });

  it.each(['low', 'xhigh', '0.5K', '1K', '2K', '4K', 'to 24 MP'])('may be of the quality %s', (quality) => {
    expect(parse([{ ...good, quality }])).toMatchObject([{ quality }]);
  });

  it.each(['2k', 'K', '22K', 'to MP', 'to 24 mp', '2K '])('may not be of the quality %j', (quality) => {
    expect(() => parse([{ ...good, quality }])).toThrow(
      'the field "quality" must be a word as --quality takes',
    );
  });

  it('may be by megapixels', () => {
    const row = { ...good, provider: 'fal', model: 'fal-ai/esrgan', unit: 'megapixel' };
    expect(parse([row])).toMatchObject([{ unit: 'megapixel', microusd: 20_000 }]);
    expect(() => parse([{ ...good, unit: 'megapixel' }])).toThrow('megapixel tells nothing');
  });

  it('is refused when it is no UTF-8', () => {
    expect(() => parsePrices(Buffer.from([0x5b, 0xff]), 'x', [], 0)).toThrow(
      'the price file x: not UTF-8 text',
    );
  });

  it('may say one price by quality and size', () => {
    expect(
      parse([good, { ...good, quality: 'low' }, { ...good, quality: 'low', size: '512x512' }]),
    ).toHaveLength(3);
  });
});

describe('reading it', () => {
  it('knows it again by its hash', async () => {
    const path = join(await tempFolder(), 'p.json');
    const text = JSON.stringify([good]);
    writeFileSync(path, text);
    const table = await loadPrices(path, 'p.json', enhanceProviders, nowMs);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(table.file).toEqual({ shown: 'p.json', sha256 });
    expect(table.priceOf('openai-compatible', 'flux')).toEqual({
      ...{ microusd: { picture: 20_000 }, asOf: '2026-11', source: 'file', fileSha256: sha256 },
    });
  });

  it('says what is wrong with the path', async () => {
    const folder = await tempFolder();
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'large'), Buffer.alloc(2 ** 20 + 1, ' '));
    const load = (name: string) => loadPrices(join(folder, name), name, enhanceProviders, nowMs);
    await expect(load('none')).rejects.toMatchObject({
      exitCode: 2,
      message: 'the price file none: no such file or folder',
    });
    await expect(load('d')).rejects.toMatchObject({
      exitCode: 2,
      message: 'the price file d: not a regular file',
    });
    await expect(load('large')).rejects.toThrow('the price file large: larger than 1 MiB');
  });
});
