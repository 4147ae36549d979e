import { describe, expect, it } from 'vitest';
import type { SummaryEvent } from '../../src/report/events.ts';
import type { Charges } from '../../src/report/money.ts';
import { summaryLines } from '../../src/report/summary.ts';

const none: Charges = {
  ...{ paid: 0, useless: 0, microusd: 0, unknown: 0, unsettled: 0, unsettledMicrousd: 0, reused: 0 },
};
const summary: SummaryEvent = {
  ...{ type: 'summary', run: 'r', enhanced: 1, unchanged: 0, planned: 0, skipped: 0, failed: 0, left: 0 },
  ...{ skippedBy: {}, failedBy: {}, output: 'out', seconds: 1, stoppedBy: null, exitCode: 0, exitCodes: [0] },
};
const money = (charges: Partial<Charges>) =>
  summaryLines({ ...summary, charges: { ...none, ...charges } }).filter((line) => line.startsWith('paid:'));

describe('what was paid, in words', () => {
  it.each([
    [{}, 'paid: nothing now'],
    [{ paid: 2, microusd: 140_000 }, 'paid: 2 pictures bought for $0.14'],
    [{ useless: 1, microusd: 70_000 }, 'paid: 1 answer without a picture for $0.07'],
    [
      { paid: 2, useless: 1, microusd: 210_000 },
      'paid: 2 pictures bought and 1 answer without a picture for $0.21',
    ],
    [{ paid: 6, unknown: 6 }, 'paid: 6 pictures bought at a price that is not known'],
    [
      { paid: 6, useless: 1, unknown: 2, microusd: 1_200_000 },
      'paid: 6 pictures bought and 1 answer without a picture for $1.20, 2 of them at an unknown price',
    ],
    [
      { paid: 6, unknown: 6, reused: 1 },
      'paid: 6 pictures bought at a price that is not known, 1 bought before',
    ],
    [{ reused: 3 }, 'paid: nothing now, 3 bought before'],
  ])('%o', (charges, words) => {
    expect(money(charges)).toEqual([words]);
  });
});

it.each([
  [{}, 1, 'paid: nothing now, 1 answer without a picture charged to an earlier run'],
  [{ unsettled: 1 }, 2, 'paid: nothing now, 2 answers without a picture charged to an earlier run'],
  [{ useless: 1, microusd: 70_000 }, 1, 'paid: 1 answer without a picture for $0.07'],
  // Of a picture of this run that was paid for and could not be decoded.
  [{ paid: 1, microusd: 70_000 }, 1, 'paid: 1 picture bought for $0.07'],
])('of %o with %i answers that were no pictures', (charges, failed, words) => {
  const failedBy = { 'answer-unusable': failed };
  const lines = summaryLines({ ...summary, failed, failedBy, charges: { ...none, ...charges } });
  expect(lines.filter((line) => line.startsWith('paid:'))).toEqual([words]);
});

it.each([
  ['no-key', 0, false],
  ['no-key', 2, true],
  ['account', 0, true],
  ['limit', 0, true],
] as const)('stopped by %s after %i pictures, says %s that it can go on', (stoppedBy, enhanced, isTold) => {
  const lines = summaryLines({ ...summary, stoppedBy, enhanced, left: 3 });
  expect(lines.some((line) => line.includes('run the same command again to go on'))).toBe(isTold);
});

it('sends nobody to a run of which nothing is kept', () => {
  const told = (run: string) => summaryLines({ ...summary, run, failed: 1 }).join('\n');
  expect(told('r')).toContain('imgsys runs show r');
  expect(told('dry-run')).not.toContain('runs show');
});

it('what can be collected is not to be settled', () => {
  const said = (charges: Partial<Charges>) => summaryLines({ ...summary, charges: { ...none, ...charges } });
  const collect = 'hint: run the same command again: 1 picture can still be collected, not bought again';
  const settle = expect.stringContaining('imgsys usage settle --run r');
  expect(said({ unsettled: 1, collectable: 1 }).slice(-1)).toEqual([collect]);
  expect(said({ unsettled: 2, collectable: 1 }).slice(-2)).toEqual([collect, settle]);
  expect(said({ unsettled: 1 }).slice(-1)).toEqual([settle]);
});

it('says what was put aside, and how to take it', () => {
  const lines = summaryLines({ ...summary, enhanced: 3, drifted: 2, inReview: 2 });
  expect(lines[0]).toContain('3 pictures enhanced (2 of them put into _review)');
  expect(lines.at(-1)).toContain('move it from _review to its place; all: imgsys runs finish r');
});

it.each([
  [{ enhanced: 1, left: 5 }, '1 picture enhanced, 5 not begun in 1.0 s'],
  [{ enhanced: 0, left: 5 }, '0 pictures enhanced, 5 not begun in 1.0 s'],
  [{ enhanced: 0, left: 0 }, '0 pictures enhanced in 1.0 s'],
])('a run that was stopped with %o had something to do', (counts, words) => {
  const lines = summaryLines({ ...summary, skipped: 1, stoppedBy: 'no-key', ...counts });
  expect(lines[1]).toContain(words);
});

it('says how to get another picture in the place of one that somebody changed', () => {
  const lines = summaryLines({ ...summary, skipped: 1, skippedBy: { 'output-changed': 1 } });
  expect(lines.some((line) => line.startsWith('hint: ') && line.includes('delete it'))).toBe(true);
});
