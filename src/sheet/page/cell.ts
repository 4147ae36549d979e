import { createCompare, percentAt } from './compare.ts';
import { badgeOf, isCompared, picture } from './data.ts';
import { make } from './dom.ts';
import { shortCost } from './facts.ts';
import { markOf } from './marks.ts';
import { isRead, thumbnailOf } from './thumbnails.ts';

const badgeWords = { failed: 'failed', review: 'review', drifted: 'drifted', unchanged: 'unchanged' };

/** One picture of the grid: both its sides, its name, and what is to be known of it at a glance. */
export function makeCell(index: number, position: number, count: number): HTMLElement {
  const one = picture(index);
  const badge = badgeOf(one);
  const mark = markOf(one);
  const reasons = one.drift?.reasons.join(', ');
  const label = [one.name, badge ?? 'enhanced', reasons, shortCost(one), mark].filter(Boolean).join(', ');
  return make(
    'div',
    {
      ...{ class: `cell ${mark ?? ''}`, role: 'option', id: `cell-${index}`, 'aria-label': label },
      ...{ 'aria-setsize': count, 'aria-posinset': position + 1, 'data-index': index, title: one.name },
    },
    frameOf(index),
    make(
      'div',
      { class: 'line-of-facts' },
      make('span', { class: 'name' }, make('bdi', {}, one.name.split(/[\\/]/).at(-1) || one.name)),
      badge &&
        make(
          'span',
          { class: `badge ${badge}`, ...(reasons && { title: reasons }) },
          badge === 'failed' ? badgeWords.failed : (shortReasons(one.drift?.reasons) ?? badgeWords[badge]),
        ),
      make('span', { class: 'cost' }, shortCost(one)),
    ),
    mark && make('span', { class: 'mark', 'aria-hidden': 'true' }, mark === 'accepted' ? '✓' : '✕'),
  );
}

// The first is the worst; all of them would leave no room for the name.
function shortReasons([first, ...more]: readonly string[] = []): string | undefined {
  return more.length === 0 ? first : `${first} +${more.length}`;
}

// The line follows the mouse, so that a whole grid is compared without a click.
function frameOf(index: number): HTMLElement {
  const one = picture(index);
  const [before, after] = [thumbnailOf(index, 'before'), thumbnailOf(index, 'after')];
  if (before === undefined && after === undefined) {
    const words = isRead(index) ? (one.note ?? missingWords(index)) : '…';
    return make('div', { class: 'frame none' }, make('span', {}, words));
  }
  const compare = createCompare(one.name, isCompared(one) ? before : undefined, after);
  compare.element.classList.add('frame');
  compare.element.addEventListener('pointermove', ({ clientX, pointerType }) => {
    if (pointerType === 'mouse') compare.moveTo(percentAt(compare.element, clientX));
  });
  compare.element.addEventListener('pointerleave', () => compare.moveTo(50));
  return compare.element;
}

function missingWords(index: number): string {
  const { before, after, state } = picture(index);
  const gone = before?.state === 'missing' && (after === undefined || after.state === 'missing');
  if (gone) return state === 'failed' ? 'the file is missing' : 'both files are missing';
  return 'no small picture of it could be made';
}
