import { describe, expect, it } from 'vitest';
import { countSlips, nearest } from '../src/suggest.ts';

describe('countSlips', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['auto', 'auto', 0],
    ['atuo', 'auto', 1],
    ['aut', 'auto', 1],
    ['autoo', 'auto', 1],
    ['aupo', 'auto', 1],
    ['kitten', 'sitting', 3],
  ])('%s → %s: %d', (from, to, slips) => {
    expect(countSlips(from, to)).toBe(slips);
    expect(countSlips(to, from)).toBe(slips);
  });
});

describe('nearest', () => {
  const names = ['provider', 'preset', 'strength', 'output-quality', 'gps'];

  it.each([
    ['strenght', 'strength'],
    ['Preset', 'preset'],
    ['prest', 'preset'],
    ['gpx', 'gps'],
    ['output-qualty', 'output-quality'],
    ['output', 'output-quality'],
    ['pr', undefined],
    ['colour', undefined],
    ['', undefined],
  ])('%s → %s', (word, expected) => {
    expect(nearest(word, names)).toBe(expected);
  });
});
