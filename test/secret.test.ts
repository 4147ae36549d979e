import { format, inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { Secret } from '../src/secret.ts';

const value = 'sk-proj-canary-0123456789abcdef';
const secret = new Secret(value);

describe('Secret', () => {
  const ways: [string, () => string][] = [
    ['template', () => `${secret}`],
    ['concatenation', () => `key: ${String(secret)}`],
    ['concat', () => 'key: '.concat(secret as unknown as string)],
    ['String()', () => String(secret)],
    ['join', () => [secret, secret].join(' ')],
    ['JSON', () => JSON.stringify({ key: secret, list: [secret] })],
    ['JSON of a Map entry', () => JSON.stringify([...new Map([['key', secret]])])],
    ['inspect', () => inspect(secret)],
    ['inspect, deep', () => inspect({ a: { b: { c: { d: { e: secret } } } } }, { depth: null })],
    ['inspect, showHidden', () => inspect(secret, { showHidden: true, getters: true })],
    ['inspect, customInspect off', () => inspect(secret, { showHidden: true, customInspect: false })],
    ['%o %O %j %s %d', () => format('%o %O %j %s %d', secret, secret, secret, secret, secret)],
    ['property of an Error', () => inspect(Object.assign(new Error('no'), { key: secret }))],
    ['message of an Error', () => new Error(`refused ${secret}`).stack ?? ''],
    ['cause of an Error', () => inspect(new Error('no', { cause: secret }))],
    ['structuredClone', () => inspect(structuredClone({ key: { ...secret } }), { showHidden: true })],
    ['structuredClone of itself', () => inspect(structuredClone(secret), { showHidden: true })],
    ['v8.serialize', () => serialize(secret).toString('latin1') + inspect(deserialize(serialize(secret)))],
    ['v8.serialize, two bytes a character', () => serialize(secret).toString('utf16le')],
    ['own keys', () => Reflect.ownKeys(secret).map(String).join() + Object.entries(secret).join()],
    ['locale string', () => secret.toLocaleString()],
    ['base64 of what is printed', () => Buffer.from(`${secret}`).toString('base64')],
  ];

  it.each(ways)('does not show in %s', (_way, print) => {
    const shown = print();
    expect(shown).not.toContain('canary');
    expect(shown).not.toContain(value.slice(-4));
  });

  it('shows that something was there', () => {
    expect(`${secret}`).toBe('[secret]');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(inspect({ secret })).toBe('{ secret: [secret] }');
  });

  it('gives the value where it is asked for by name', () => {
    expect(secret.reveal()).toBe(value);
  });

  it.each([
    ['x'.repeat(19), undefined],
    [`${'x'.repeat(16)}tail`, 'tail'],
    ['', undefined],
  ])('tells keys apart by four characters only when they are long: %s', (text, tail) => {
    expect(new Secret(text).tail()).toBe(tail);
  });

  it('compares values', () => {
    expect(secret.equals(new Secret(value))).toBe(true);
    expect(secret.equals(new Secret(`${value} `))).toBe(false);
    expect(secret.equals(new Secret(''))).toBe(false);
    expect(new Secret('\ud800').equals(new Secret('\ufffd'))).toBe(false);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(secret)).toBe(true);
  });
});
