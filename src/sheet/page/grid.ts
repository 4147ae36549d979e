// The grid has elements for what is on the screen only, however many pictures there are.
import { makeCell } from './cell.ts';
import { byId } from './dom.ts';
import { isRead } from './thumbnails.ts';

const gap = 10;
const factsHeight = 30;
const rowsBeyond = 2;

const box = byId('grid');
let shown: readonly number[] = [];
let active = 0;
let columns = 1;
let cellWidth = 0;
let rowHeight = 1;
const cells = new Map<number, HTMLElement>();
let opening: (position: number) => void = () => {};

/** Begins to follow the window; `open` is called for a picture that is to be seen large. */
export function startGrid(open: (position: number) => void): void {
  opening = open;
  addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });
  addEventListener('resize', () => requestAnimationFrame(layOut));
  document.addEventListener('readystatechange', redraw);
  box.addEventListener('click', ({ target }) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
    if (cell === null) return;
    activate(shown.indexOf(Number(cell.dataset.index)));
    open(active);
  });
  box.addEventListener('keydown', moveByKey);
  refreshWhileReading();
}

/** Shows these pictures from the top; the one that was active stays so where it is among them. */
export function showPictures(indices: readonly number[]): void {
  const before = shown[active];
  shown = indices;
  active = Math.max(0, before === undefined ? 0 : indices.indexOf(before));
  byId('nothing').hidden = indices.length > 0;
  layOut();
}

export function shownPictures(): readonly number[] {
  return shown;
}

export function activePicture(): number | undefined {
  return shown[active];
}

/** Makes a picture the active one and brings it onto the screen. */
export function activate(position: number): void {
  if (shown.length === 0) return;
  active = Math.min(shown.length - 1, Math.max(0, position));
  const top = box.offsetTop + Math.floor(active / columns) * rowHeight;
  const head = byId('bar').offsetHeight;
  if (top < scrollY + head) scrollTo({ top: top - head - gap });
  else if (top + rowHeight > scrollY + innerHeight) scrollTo({ top: top + rowHeight - innerHeight + gap });
  draw();
}

/** Draws all that is on the screen anew. */
export function redraw(): void {
  for (const cell of cells.values()) cell.remove();
  cells.clear();
  draw();
}

function layOut(): void {
  const width = box.clientWidth;
  const wanted = width < 520 ? 150 : 220;
  columns = Math.max(1, Math.floor((width + gap) / (wanted + gap)));
  cellWidth = Math.floor((width - gap * (columns - 1)) / columns);
  rowHeight = Math.round(cellWidth * 0.7) + factsHeight + gap;
  box.style.height = `${Math.ceil(shown.length / columns) * rowHeight}px`;
  redraw();
}

function draw(): void {
  const top = scrollY - box.offsetTop;
  const first = Math.max(0, Math.floor(top / rowHeight) - rowsBeyond) * columns;
  const last = Math.min(shown.length, (Math.ceil((top + innerHeight) / rowHeight) + rowsBeyond) * columns);
  const wanted = new Set(shown.slice(first, last));
  for (const [index, cell] of cells) {
    if (wanted.has(index)) continue;
    cell.remove();
    cells.delete(index);
  }
  for (let position = first; position < last; position += 1) place(position);
  const current = shown[active];
  box.setAttribute('aria-activedescendant', current === undefined ? '' : `cell-${current}`);
  for (const [index, cell] of cells) {
    cell.classList.toggle('active', index === current);
    cell.setAttribute('aria-selected', String(index === current));
  }
}

function place(position: number): void {
  const index = shown[position];
  if (index === undefined) return;
  let cell = cells.get(index);
  if (cell === undefined) {
    cell = makeCell(index, position, shown.length);
    cells.set(index, cell);
    box.append(cell);
  }
  const [column, row] = [position % columns, Math.floor(position / columns)];
  cell.style.transform = `translate(${column * (cellWidth + gap)}px, ${row * rowHeight}px)`;
  cell.style.width = `${cellWidth}px`;
  cell.style.height = `${rowHeight - gap}px`;
}

function moveByKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor(innerHeight / rowHeight)) * columns;
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
    ...{ PageDown: page, PageUp: -page, Home: -shown.length, End: shown.length },
  };
  const step = steps[event.key];
  if (step !== undefined) activate(active + step);
  else if (event.key === 'Enter' || event.key === ' ') opening(active);
  else return;
  event.preventDefault();
}

// A page of many megabytes is looked at while it is still being read.
function refreshWhileReading(): void {
  if (document.readyState !== 'loading') return;
  const waiting = [...cells.keys()].some(
    (index) => cells.get(index)?.querySelector('.none') && isRead(index),
  );
  if (waiting) redraw();
  setTimeout(refreshWhileReading, 200);
}
