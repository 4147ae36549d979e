import stringWidth from 'string-width';
import { dollars } from '../money.ts';
import { printable } from '../text.ts';
import type { MoneyStatus } from './events.ts';
import { duration, type Progress, ratePerSecond, secondsLeft } from './progress.ts';

/**
 * One line of at most `columns` terminal cells: `12/400 · 1.8/s · 3 min 36 s left · 1 failed · a.jpg, b.jpg`. What
 * matters least is cut first: names, then rate.
 */
export function statusLine(progress: Progress, nowMs: number, columns: number): string {
  const total = progress.total === undefined ? '' : `/${progress.total.toLocaleString('en-US')}`;
  const left = secondsLeft(progress, nowMs);
  const parts = [
    `${progress.finished.toLocaleString('en-US')}${total}`,
    progress.failed > 0 ? `${progress.failed} failed` : '',
    progress.money === undefined ? '' : moneyIn(progress.money),
    left === undefined ? '' : `${duration(left)} left`,
    progress.worked > 0 ? `${ratePerSecond(progress, nowMs).toFixed(1)}/s` : '',
    [...progress.current].map(printable).join(', '),
  ].filter((part) => part !== '');
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = `${line} · ${part}`;
    if (stringWidth(longer) > columns) return cut(longer, columns);
    line = longer;
  }
  return cut(line, columns);
}

function moneyIn({ spentMicrousd, reservedMicrousd, leftMicrousd }: MoneyStatus): string {
  const parts = [
    `${dollars(spentMicrousd)} spent`,
    reservedMicrousd > 0 ? `${dollars(reservedMicrousd)} reserved` : '',
    leftMicrousd === undefined ? '' : `${dollars(leftMicrousd)} of the limit left`,
  ];
  return parts.filter((part) => part !== '').join(', ');
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
