import { describe, expect, it } from 'vitest';
import { parseBytes, parseDuration, parseWhole } from '../src/quantities.ts';

describe('parseBytes', () => {
  it.each([
    ['1500000', 1_500_000],
    ['512M', 512 * 2 ** 20],
    ['2GiB', 2 ** 31],
    ['1.5 gb', 1.5 * 2 ** 30],
    ['10k', 10_240],
  ])('%s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(['', 'M', '-1', '5x', '1e9', '2 2G'])('refuses %j', (text) =>
    expect(parseBytes(text)).toBeUndefined());
});

describe('parseDuration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', 'h', '5 minutes', '1h x', '-5s'])('refuses %j', (text) =>
    expect(parseDuration(text)).toBeUndefined());
});

describe('parseWhole', () => {
  it('keeps to its range', () => {
    expect(parseWhole('7', 1, 10)).toBe(7);
    expect(parseWhole('0', 1, 10)).toBeUndefined();
    expect(parseWhole('11', 1, 10)).toBeUndefined();
    expect(parseWhole('3.5', 1, 10)).toBeUndefined();
  });
});
