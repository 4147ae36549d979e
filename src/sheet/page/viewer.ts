// One picture as large as the window: compared, enlarged, judged.
import type { SheetFile } from '../data.ts';
import { type Compare, createCompare, percentAt } from './compare.ts';
import { isCompared, picture } from './data.ts';
import { byId, make } from './dom.ts';
import { factsOf } from './facts.ts';
import { activate, shownPictures } from './grid.ts';
import { type Mark, markOf, onMarks, toggleMark } from './marks.ts';
import { followPointers } from './pointers.ts';
import { thumbnailOf } from './thumbnails.ts';
import { createZoom, type Zoom } from './zoom.ts';

const dialog = byId<HTMLDialogElement>('viewer');
const stage = byId('stage');
const handle = byId('handle');
let position = 0;
let compare: Compare | undefined;
let zoom: Zoom | undefined;
let remembered = 50;

export function startViewer(): void {
  byId('previous').addEventListener('click', () => step(-1));
  byId('next').addEventListener('click', () => step(1));
  byId('zoom').addEventListener('click', () => zoom?.next());
  byId('accept').addEventListener('click', () => judge('accepted'));
  byId('reject').addEventListener('click', () => judge('rejected'));
  dialog.addEventListener('keydown', byKey);
  dialog.addEventListener('close', () => {
    activate(position);
    byId('grid').focus({ preventScroll: true });
  });
  handle.addEventListener('keydown', moveHandle);
  followPointers(stage, {
    zoomed: () => (zoom?.scale() ?? 1) > 1,
    slide: (clientX) => moveTo(percentAt(stage, clientX)),
    pan: (dx, dy) => zoom?.pan(dx, dy),
    by: (factor, x, y) => zoom?.by(factor, x, y),
  });
  addEventListener('resize', () => zoom?.pan(0, 0));
  onMarks(showMark);
}

export function isViewing(): boolean {
  return dialog.open;
}

/** Shows the picture at a position of the grid. */
export function view(at: number, enlarged = false): void {
  const index = shownPictures()[at];
  if (index === undefined) return;
  position = at;
  const opens = !dialog.open;
  if (opens) dialog.showModal();
  const one = picture(index);
  byId('viewed').replaceChildren(make('bdi', {}, one.name));
  if (opens) byId('viewed').focus({ preventScroll: true });
  byId('place').textContent = `${at + 1} of ${shownPictures().length}`;
  const shown = createCompare(
    one.name,
    isCompared(one) ? urlOf(index, 'before') : undefined,
    urlOf(index, 'after'),
  );
  compare = shown;
  byId('stage-notes').replaceChildren(
    ...(shown.images.length === 0 ? [noteLine(one.note ?? one.message ?? 'neither file can be shown')] : []),
  );
  zoom = createZoom(stage, shown.images, (percent) => {
    byId('zoom').textContent = shown.images.length === 0 ? '' : `${percent} %`;
  });
  for (const image of shown.images) watch(image, index);
  byId('layers').replaceChildren(shown.element);
  handle.hidden = shown.images.length < 2;
  moveTo(remembered);
  byId('facts').replaceChildren(factsOf(one));
  showMark();
  if (enlarged) shown.images.at(-1)?.addEventListener('load', () => zoom?.next(), { once: true });
}

// The file itself where a browser can show it and it is there, else what the page holds of it.
function urlOf(index: number, side: 'before' | 'after'): string | undefined {
  const file = picture(index)[side];
  if (file === undefined) return undefined;
  return canShow(file) ? file.href : thumbnailOf(index, side);
}

function canShow({ shows, state }: SheetFile): boolean {
  return shows && state !== 'missing';
}

function watch(image: HTMLImageElement, index: number): void {
  const side = image.alt.startsWith('before') ? 'before' : 'after';
  const file = picture(index)[side];
  image.addEventListener('load', () => zoom?.pan(0, 0));
  if (file?.state === 'changed') say(`${side}: the file has changed since`);
  if (file !== undefined && !canShow(file)) {
    say(
      `${side}: ${file.state === 'missing' ? 'the file is missing' : 'browsers do not show such files'}; this is its thumbnail, enlarged`,
    );
    return;
  }
  image.addEventListener('error', () => {
    const small = thumbnailOf(index, side);
    if (image.src.startsWith('blob:') || small === undefined) return say(`${side}: the file cannot be shown`);
    image.src = small;
    say(`${side}: the file cannot be shown; this is its thumbnail, enlarged`);
  });
}

function say(text: string): void {
  byId('stage-notes').append(noteLine(text));
}

function noteLine(text: string): HTMLElement {
  return make('p', {}, text);
}

function step(by: number): void {
  const next = Math.min(shownPictures().length - 1, Math.max(0, position + by));
  if (next !== position) view(next);
}

function judge(mark: Mark): void {
  const index = shownPictures()[position];
  if (index !== undefined) toggleMark(picture(index), mark);
}

function showMark(): void {
  const index = shownPictures()[position];
  if (index === undefined || !dialog.open) return;
  const one = picture(index);
  for (const [id, mark] of [
    ['accept', 'accepted'],
    ['reject', 'rejected'],
  ] as const) {
    byId<HTMLButtonElement>(id).disabled = one.path === undefined;
    byId(id).setAttribute('aria-pressed', String(markOf(one) === mark));
  }
}

function moveTo(percent: number): void {
  compare?.moveTo(percent);
  remembered = compare?.split() ?? 50;
  stage.style.setProperty('--split', `${remembered}%`);
  handle.setAttribute('aria-valuenow', String(Math.round(remembered)));
  handle.setAttribute('aria-valuetext', `${Math.round(remembered)} % before`);
}

function moveHandle(event: KeyboardEvent): void {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -5, ArrowRight: 5, Home: -100, End: 100 };
  const by = steps[event.key];
  if (by === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  moveTo(remembered + by);
}

function byKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const actions: Readonly<Record<string, () => void>> = {
    ...{
      ArrowRight: () => step(1),
      ArrowLeft: () => step(-1),
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
    },
    ...{ a: () => judge('accepted'), r: () => judge('rejected'), z: () => zoom?.next() },
    ...{
      ' ': () => moveTo(remembered > 50 ? 0 : 100),
      '[': () => moveTo(remembered - 5),
      ']': () => moveTo(remembered + 5),
    },
    ...{ '+': () => zoom?.by(1.25), '-': () => zoom?.by(0.8), '0': () => zoom?.fit() },
  };
  // A button takes its own space bar.
  if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
}
