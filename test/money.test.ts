import { expect, it } from 'vitest';
import { dollarRange, dollars } from '../src/money.ts';

it.each([
  [0, '$0.00'],
  [52_700, '$0.0527'],
  [50_000, '$0.05'],
  [5_900, '$0.0059'],
  [1_234_567, '$1.235'],
  [1_200_000, '$1.20'],
  [12_404_000, '$12.40'],
  [1, 'less than $0.0001'],
  [99, 'less than $0.0001'],
  [100, '$0.0001'],
])('%i micro-dollars are %s', (microusd, text) => {
  expect(dollars(microusd)).toBe(text);
});

it('says a range once where both ends are the same', () => {
  expect(dollarRange(41_200, 52_700)).toBe('$0.0412 to $0.0527');
  expect(dollarRange(50_000, 50_000)).toBe('$0.05');
});
