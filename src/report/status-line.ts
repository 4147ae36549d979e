import stringWidth from 'string-width';
import { dollars } from '../money.ts';
import { printable } from '../text.ts';
import type { MoneyStatus } from './money.ts';
import { duration, type Progress, ratePerSecond, secondsLeft } from './progress.ts';

/**
 * One line of at most `columns` terminal cells: `12/400 · 1.8/s · 3 min 36 s left · 1 failed · a.jpg, b.jpg`. What
 * matters least is cut first: names, then rate; of the money, all but what is spent gives way to names.
 */
export function statusLine(progress: Progress, nowMs: number, columns: number): string {
  const total = progress.total === undefined ? '' : `/${progress.total.toLocaleString('en-US')}`;
  const left = secondsLeft(progress, nowMs);
  const before = [
    `${progress.finished.toLocaleString('en-US')}${total}`,
    progress.failed > 0 ? `${progress.failed} failed` : '',
  ];
  const after = [
    left === undefined ? '' : `${duration(left)} left`,
    progress.worked > 0 ? `${ratePerSecond(progress, nowMs).toFixed(1)}/s` : '',
  ];
  const names = [...progress.current].map(printable).join(', ');
  const room = columns - (names === '' ? 0 : Math.min(stringWidth(names), leastNames) + mark.length);
  const parts = [...before, moneyIn(progress.money, [...before, ...after], room), ...after, names].filter(
    isSaid,
  );
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = `${line}${mark}${part}`;
    if (stringWidth(longer) > columns) return cut(longer, columns);
    line = longer;
  }
  return cut(line, columns);
}

const mark = ' · ';

/** Cells that names are to have at least. */
const leastNames = 16;

const isSaid = (part: string) => part !== '';

// All of it where it fits in `columns` beside the other parts, else what is spent alone.
function moneyIn(money: MoneyStatus | undefined, others: readonly string[], columns: number): string {
  if (money === undefined) return '';
  const full = allOf(money);
  const line = [...others.filter(isSaid), full].join(mark);
  return stringWidth(line) <= columns ? full : spentIn(money);
}

function allOf(money: MoneyStatus): string {
  const { reservedMicrousd, leftMicrousd } = money;
  const parts = [
    spentIn(money),
    reservedMicrousd > 0 ? `${dollars(reservedMicrousd)} reserved` : '',
    leftMicrousd === undefined ? '' : `${dollars(leftMicrousd)} of the limit left`,
  ];
  return parts.filter(isSaid).join(', ');
}

function spentIn({ spentMicrousd, unknown }: MoneyStatus): string {
  if (unknown === 0) return `${dollars(spentMicrousd)} spent`;
  return spentMicrousd === 0 ? 'price unknown' : `${dollars(spentMicrousd)} + ? spent`;
}

/** `text` cut to `columns` cells, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : '';
}
