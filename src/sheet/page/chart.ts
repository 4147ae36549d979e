import { dollars } from '../../money.ts';
import { countOf, make, makeSvg } from './dom.ts';

interface Bin {
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

const size = { width: 260, height: 56, gap: 2, floor: 14 };
const mostBins = 16;

/**
 * How many pictures cost how much: a bar for each range of micro-dollars, which asks for its pictures when it is pressed.
 * The same stands beside it as a table, for those who do not see it.
 */
export function costChart(
  costs: readonly number[],
  choose: (least: number, most: number) => void,
): HTMLElement {
  const bins = binsOf(costs);
  const highest = Math.max(...bins.map(({ count }) => count));
  const step = (size.width + size.gap) / bins.length;
  const room = size.height - size.floor;
  const bars = bins.map((bin, at) => {
    const height = bin.count === 0 ? 0 : Math.max(2, (bin.count / highest) * room);
    const label = `${rangeOf(bin)}: ${countOf(bin.count, 'picture')}`;
    const place = { x: at * step, width: step - size.gap };
    const bar = makeSvg(
      'g',
      bin.count === 0 ? {} : { role: 'button', tabindex: 0, 'aria-label': `show ${label}`, class: 'bar' },
      makeSvg('title', {}, label),
      makeSvg('rect', { ...place, y: 0, height: room, class: 'reach' }),
      makeSvg('rect', { ...place, y: room - height, height, rx: 1, class: 'filled' }),
    );
    const press = () => bin.count > 0 && choose(bin.least, bin.most);
    bar.addEventListener('click', press);
    bar.addEventListener('keydown', (event) => {
      if (!['Enter', ' '].includes(event.key)) return;
      event.preventDefault();
      press();
    });
    return bar;
  });
  const [first, last] = [bins.at(0), bins.at(-1)];
  const svg = makeSvg(
    'svg',
    { viewBox: `0 0 ${size.width} ${size.height}`, role: 'group', 'aria-label': 'pictures by cost' },
    ...bars,
    makeSvg('line', { x1: 0, x2: size.width, y1: room + 0.5, y2: room + 0.5 }),
    makeSvg('text', { x: 0, y: size.height - 2 }, dollars(first?.least ?? 0)),
    makeSvg('text', { x: size.width, y: size.height - 2, 'text-anchor': 'end' }, dollars(last?.most ?? 0)),
  );
  return make('figure', { class: 'chart' }, svg, make('figcaption', {}, 'pictures by cost'), tableOf(bins));
}

function binsOf(costs: readonly number[]): Bin[] {
  const [least, most] = costs.reduce(
    ([low, high], cost) => [Math.min(low, cost), Math.max(high, cost)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const count = least === most ? 1 : Math.min(mostBins, Math.max(4, Math.ceil(Math.sqrt(costs.length))));
  const width = (most - least) / count || 1;
  const counts = new Array<number>(count).fill(0);
  for (const cost of costs) {
    const at = Math.min(count - 1, Math.floor((cost - least) / width));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((found, at) => ({
    least: Math.floor(least + at * width),
    most: at === count - 1 ? most : Math.floor(least + (at + 1) * width),
    count: found,
  }));
}

function rangeOf({ least, most }: Bin): string {
  return least === most ? dollars(least) : `${dollars(least)} to ${dollars(most)}`;
}

function tableOf(bins: readonly Bin[]): HTMLElement {
  const rows = bins.map((bin) =>
    make('tr', {}, make('td', {}, rangeOf(bin)), make('td', {}, String(bin.count))),
  );
  const head = make('tr', {}, make('th', {}, 'cost'), make('th', {}, 'pictures'));
  return make('table', { class: 'unseen' }, make('caption', {}, 'pictures by cost'), head, ...rows);
}
