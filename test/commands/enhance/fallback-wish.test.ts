import { expect, it } from 'vitest';
import { leftOutByLocal, passOn } from '../../../src/commands/enhance/fallback-wish.ts';

const wish = { seed: 0, style: 'neon-punk', negative: 'people' };
const left = (model: string, flag: string) =>
  `--fallback: ${model} takes no ${flag}, so that it is left out there`;

it.each([
  [{ seed: true, negative: true, styles: ['neon-punk'] }, wish, []],
  [{ seed: true, negative: false, styles: ['soft'] }, { seed: 0 }, ['--style neon-punk', '--negative']],
  [{ seed: false, negative: true, styles: [] }, { negative: 'people' }, ['--seed', '--style neon-punk']],
])('a model that takes %j', (takes, passed, flags) => {
  const leftOut = flags.map((flag) => left('painter', flag));
  expect(passOn(wish, { id: 'painter', takes })).toEqual({ passed, leftOut });
  expect(passOn({}, { id: 'painter', takes })).toEqual({ passed: {}, leftOut: [] });
});

it('this processor, which does not roll dice', () => {
  expect(leftOutByLocal(wish)).toEqual([left('local', '--style neon-punk'), left('local', '--negative')]);
  expect(leftOutByLocal({ seed: 1 })).toEqual([]);
});
