import { describe, expect, it } from 'vitest';
import { readValue } from '../../src/references/value.ts';
import { resolveText } from './stand-in.ts';

const key = 'sk-canary-0123456789abcdefghij';
const reading = { from: 'x:y', hint: 'look' };
const json = (value: unknown) => JSON.stringify(value);

describe('readValue', () => {
  it.each([
    [key, {}],
    [`${key}\n`, {}],
    [`${key}\r\n`, {}],
    [`\ufeff${key}`, {}],
    [`${key}\nlogin: me\n`, { lines: 'first-line' as const }],
    [json({ a: key }), { field: 'a' }],
    [`${JSON.stringify({ 'a.b/c': key }, undefined, 2)}\n`, { field: 'a.b/c' }],
    [json({ a: `${key}` }), { field: 'a' }],
  ])('finds the key in %j', (text, more) => {
    expect(readValue(Buffer.from(text), { ...reading, ...more }).reveal()).toBe(key);
  });

  it.each([
    ['', {}, 'it is empty'],
    ['\n', {}, 'it is empty'],
    ['  \n', {}, 'it is empty'],
    [`${key}\n\n`, {}, 'more than one line'],
    [`${key}\nx\n`, {}, 'more than one line'],
    [`${key}\rx`, {}, 'more than one line'],
    [`${key}\u0000`, {}, 'control characters'],
    [`${key}\u001b[0m`, {}, 'control characters'],
    [key, { field: 'a' }, 'not a JSON object'],
    [`{"a":"${key}"`, { field: 'a' }, 'not a JSON object'],
    [json([key]), { field: '0' }, 'not a JSON object'],
    [json(null), { field: 'a' }, 'not a JSON object'],
    [json({ b: key }), { field: 'a' }, 'has no field a'],
    [json({ b: key }), { field: 'toString' }, 'has no field toString'],
    [json({ a: { b: key } }), { field: 'a' }, 'is not a text'],
    [json({ a: 17, b: key }), { field: 'a' }, 'is not a text'],
    [json({ a: '', b: key }), { field: 'a' }, 'it is empty'],
    [json({ a: `${key}\n2` }), { field: 'a' }, 'more than one line'],
  ])('refuses %j without showing it', (text, more, message) => {
    const read = () => readValue(Buffer.from(text), { ...reading, ...more });
    expect(read).toThrow(expect.objectContaining({ exitCode: 4, message: expect.stringContaining(message) }));
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('canary') }));
    expect(read).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
  });

  it('names a field only where the reference can', () => {
    const two = Buffer.from(`${key}\nx\n`);
    expect(() => readValue(two, reading)).toThrow(expect.objectContaining({ hint: 'look' }));
    const hint = 'look; in JSON, name its field with #FIELD';
    expect(() => readValue(two, { ...reading, takesField: true })).toThrow(expect.objectContaining({ hint }));
  });

  it('refuses what is not text', () => {
    const utf16 = Buffer.from(`\ufeff${key}`, 'utf16le');
    expect(() => readValue(utf16, reading)).toThrow('it is not text (UTF-8)');
  });
});

describe('env:', () => {
  it('reads the variable when asked, not before', async () => {
    const env: NodeJS.ProcessEnv = {};
    await expect(resolveText('env:MY_KEY', env)).rejects.toMatchObject({
      exitCode: 4,
      message: 'no usable key from env:MY_KEY: the variable is not set',
      hint: expect.stringContaining('set MY_KEY'),
    });
    env.MY_KEY = key;
    expect((await resolveText('env:MY_KEY', env)).reveal()).toBe(key);
  });

  it.each(['', ' ', 'a\nb'])('refuses the value %j', async (value) => {
    await expect(resolveText('env:MY_KEY', { MY_KEY: value })).rejects.toMatchObject({ exitCode: 4 });
  });
});
