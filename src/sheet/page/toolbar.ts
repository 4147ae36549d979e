import { driftRank, hasStatus, paidFor, pictures, statuses } from './data.ts';
import { byId, countOf, make } from './dom.ts';
import { chosen, type Filters, filters } from './filters.ts';
import { activate, showPictures } from './grid.ts';

const statusWords = {
  all: 'All',
  enhanced: 'Enhanced',
  unchanged: 'Unchanged',
  failed: 'Failed',
  drifted: 'Drifted',
  review: 'In review',
};

/** Shows what the filters let through, and says how much that is. */
export function applyFilters(): void {
  const indices = chosen();
  showPictures(indices);
  const all = indices.length === pictures.length;
  byId('count').textContent = all
    ? countOf(pictures.length, 'picture')
    : `${indices.length.toLocaleString('en-US')} of ${countOf(pictures.length, 'picture')}`;
  byId('clear').hidden = all;
  for (const button of byId('statuses').querySelectorAll<HTMLElement>('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.status === filters.status));
  }
}

/** Fills the tools with what there is to choose from, and follows them. */
export function startToolbar(): void {
  byId('statuses').append(...statuses.flatMap(statusButton));
  offer('preset', [...new Set(pictures.map(({ preset }) => preset))].sort(), 2);
  offer('reason', [...new Set(pictures.flatMap(({ drift }) => drift?.reasons ?? []))].sort(), 1);
  const isPaid = pictures.some((one) => paidFor(one) !== undefined);
  byId('costs').hidden = !isPaid;
  const isMeasured = pictures.some((one) => driftRank(one) >= 0);
  offer('sort', [isPaid ? ['cost'] : [], isMeasured ? ['drift'] : []].flat(), 1);
  for (const name of ['preset', 'reason', 'mark', 'sort'] as const) {
    follow(name, (value) =>
      Object.assign(filters, { [name]: value } satisfies Partial<Record<keyof Filters, string>>),
    );
  }
  // Who sorts looks for the first: the worst, or the dearest.
  byId('sort').addEventListener('input', () => activate(0));
  follow('search', (value) => Object.assign(filters, { text: value }));
  follow('least', (value) => Object.assign(filters, { least: microusdOf(value) }));
  follow('most', (value) => Object.assign(filters, { most: microusdOf(value) }));
  byId('clear').addEventListener('click', clearFilters);
  byId('more').addEventListener('click', () => {
    byId('more').setAttribute('aria-expanded', String(byId('bar').classList.toggle('open')));
  });
}

/** Asks for pictures that cost so much, in micro-dollars. */
export function chooseCosts(least: number, most: number): void {
  Object.assign(filters, { least, most });
  byId<HTMLInputElement>('least').value = String(least / 1e6);
  byId<HTMLInputElement>('most').value = String(most / 1e6);
  applyFilters();
}

function clearFilters(): void {
  const sort = filters.sort;
  const none: Filters = {
    status: 'all',
    preset: '',
    reason: '',
    mark: '',
    text: '',
    least: undefined,
    most: undefined,
    sort,
  };
  Object.assign(filters, none);
  for (const id of ['search', 'least', 'most', 'preset', 'reason', 'mark'])
    byId<HTMLInputElement>(id).value = '';
  applyFilters();
  byId('grid').focus();
}

function statusButton(status: (typeof statuses)[number]): HTMLElement[] {
  const count = pictures.filter((one) => hasStatus(one, status)).length;
  if ((count === 0 && status !== 'all') || (status === 'drifted' && isAllInReview())) return [];
  const button = make(
    'button',
    { type: 'button', class: status, 'data-status': status, 'aria-pressed': 'false' },
    make('b', {}, count.toLocaleString('en-US')),
    ` ${statusWords[status]}`,
  );
  button.addEventListener('click', () => {
    filters.status = status;
    applyFilters();
  });
  return [button];
}

// Two buttons for the same pictures would be one too many.
function isAllInReview(): boolean {
  return pictures.every((one) => hasStatus(one, 'drifted') === hasStatus(one, 'review'));
}

function offer(id: string, words: readonly string[], least: number): void {
  const select = byId<HTMLSelectElement>(id);
  select.append(...words.map((word) => make('option', { value: word }, word)));
  select.parentElement?.toggleAttribute('hidden', words.length < least);
}

function follow(id: string, take: (value: string) => void): void {
  const field = byId<HTMLInputElement | HTMLSelectElement>(id);
  field.addEventListener('input', () => {
    take(field.value);
    applyFilters();
  });
}

function microusdOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : Math.round(value * 1e6);
}
