import { describe, expect, it } from 'vitest';
import { asBase64, asDataUrl, bytesBody, jsonBody } from '../../../src/providers/service/body.ts';

const upload = (length: number) => ({
  ...{ bytes: Buffer.from(Array.from({ length }, (_, at) => at % 251)), type: 'image/jpeg' as const },
  ...{ width: 1, height: 1 },
});

describe('a body of JSON', () => {
  it.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 1_000_001])('holds a picture of %i bytes', async (length) => {
    const one = upload(length);
    const value = { a: [{ data: asBase64(one) }, 'x"y'], url: asDataUrl(one), left: undefined, n: null };
    const body = await jsonBody(value);
    const base64 = one.bytes.toString('base64');
    const plain = { a: [{ data: base64 }, 'x"y'], url: `data:image/jpeg;base64,${base64}`, n: null };
    expect(body.type).toBe('application/json');
    expect((await body.text()) === JSON.stringify(plain)).toBe(true);
  });

  it('of bytes alone is those bytes', async () => {
    const one = upload(200_000);
    const body = bytesBody(one);
    expect([body.type, Buffer.from(await body.arrayBuffer()).equals(one.bytes)]).toEqual([
      'image/jpeg',
      true,
    ]);
  });
});
