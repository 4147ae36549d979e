import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { BatchEvent } from '../../src/report/events.ts';
import type { MoneyStatus } from '../../src/report/money.ts';
import { advance, duration, startProgress } from '../../src/report/progress.ts';
import { cut, statusLine } from '../../src/report/status-line.ts';

const done = (source: string) => ({ type: 'done', source }) as BatchEvent;

function halfway() {
  const progress = startProgress(0);
  progress.total = 400;
  advance(progress, { type: 'start', source: 'b.jpg' });
  for (let n = 0; n < 10; n += 1) advance(progress, done(`${n}`));
  advance(progress, { type: 'failed', source: 'x', reason: 'damaged', message: '' });
  return progress;
}

describe('statusLine', () => {
  it('tells counts, failures, time left, rate and names', () => {
    expect(statusLine(halfway(), 5000, 120)).toBe('11/400 · 1 failed · 2 min 57 s left · 2.2/s · b.jpg');
  });

  it.each([3, 10, 20, 40, 60])('never takes more than %i cells', (columns) => {
    const progress = halfway();
    advance(progress, { type: 'start', source: '日本語の写真'.repeat(10) });
    expect(stringWidth(statusLine(progress, 5000, columns))).toBeLessThanOrEqual(columns);
  });

  const money: MoneyStatus = {
    ...{ spentMicrousd: 1_230_000, reservedMicrousd: 410_000, leftMicrousd: 3_360_000, unknown: 0 },
  };
  const withMoney = (more: Partial<MoneyStatus>, columns: number) => {
    const progress = halfway();
    progress.money = { ...money, ...more };
    return statusLine(progress, 5000, columns);
  };

  it.each([
    [
      120,
      '11/400 · 1 failed · $1.23 spent, $0.41 reserved, $3.36 of the limit left · 2 min 57 s left · 2.2/s · b.jpg',
    ],
    [60, '11/400 · 1 failed · $1.23 spent · 2 min 57 s left · 2.2/s ·…'],
    [80, '11/400 · 1 failed · $1.23 spent · 2 min 57 s left · 2.2/s · b.jpg'],
  ])('shortens the money before names are cut at %i cells', (columns, line) => {
    expect(withMoney({}, columns)).toBe(line);
  });

  it('never says nothing of what has no known price', () => {
    const only = { reservedMicrousd: 0, leftMicrousd: undefined, unknown: 6 };
    expect(withMoney({ ...only, spentMicrousd: 0 }, 120)).toContain(' · price unknown · ');
    expect(withMoney(only, 120)).toContain(' · $1.23 + ? spent · ');
  });

  it('escapes what would steer the terminal', () => {
    const progress = startProgress(0);
    advance(progress, { type: 'start', source: 'a\u001b[2Jb\nc' });
    expect(statusLine(progress, 0, 80)).toBe('0 · a\\e[2Jb\\nc');
  });
});

describe('cut', () => {
  it('cuts wide characters whole', () => {
    expect(cut('日本語', 6)).toBe('日本語');
    expect(cut('日本語', 5)).toBe('日本…');
    expect(cut('日本語', 4)).toBe('日…');
  });
});

describe('duration', () => {
  it.each([
    [0, '0.0 s'],
    [4.44, '4.4 s'],
    [9.96, '10 s'],
    [75, '1 min 15 s'],
    [7300, '2 h 1 min'],
  ])('%d', (seconds, words) => expect(duration(seconds)).toBe(words));
});
