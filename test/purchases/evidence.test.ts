import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/purchases/evidence.ts';
import { redactor } from '../../src/redact.ts';
import { Secret } from '../../src/secret.ts';

const key = 'sk-CANARY-evidence-000000000001';
redactor.learn(new Secret(key));

describe('an answer that is kept', () => {
  it.each([
    ['JSON', `{"error":{"message":"wrong key ${key}"}}`],
    ['base64 in it', `{"auth":"${Buffer.from(`user:${key}`).toString('base64')}"}`],
    ['a web page', `<html>é ${encodeURIComponent(key)}</html>`],
  ])('holds no key where it is %s', (_what, text) => {
    const kept = withoutSecrets(Buffer.from(text)).toString();
    expect(kept).toContain('[secret]');
    expect(kept).not.toContain(key);
    expect(kept.slice(0, 6)).toBe(text.slice(0, 6));
  });

  it('that broke off within a letter is otherwise kept byte for byte', () => {
    const cut = Buffer.from(`é ${key} é`).subarray(0, -1);
    const whole = [Buffer.from('é [secret] '), Buffer.from('é').subarray(0, 1)];
    expect(withoutSecrets(cut)).toEqual(Buffer.concat(whole));
  });

  it('keeps the address its picture lies at, signature and all', () => {
    const text = Buffer.from('{"url":"https://cdn.example/a.png?sig=0123456789abcdef0123456789abcdef"}');
    expect(withoutSecrets(text)).toBe(text);
  });

  it.each(['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif'] as const)('is untouched as %s', async (format) => {
    const raw = { width: 8, height: 8, channels: 3 } as const;
    const picture = await sharp(Buffer.alloc(192, 0x90), { raw }).toFormat(format).toBuffer();
    const bytes = Buffer.concat([picture, Buffer.from(key)]);
    expect(withoutSecrets(bytes)).toBe(bytes);
  });
});
