import { picture } from './data.ts';
import { byId } from './dom.ts';
import { startExport } from './export.ts';
import { activePicture, redraw, shownPictures, startGrid } from './grid.ts';
import { onMarks, toggleMark } from './marks.ts';
import { showSummary } from './summary.ts';
import { applyFilters, chooseCosts, startToolbar } from './toolbar.ts';
import { isViewing, startViewer, view } from './viewer.ts';

export function main(): void {
  showSummary(chooseCosts);
  startToolbar();
  startGrid((position) => view(position));
  startViewer();
  startExport();
  startTheme();
  onMarks(redraw);
  for (const button of document.querySelectorAll<HTMLElement>('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog')?.close());
  }
  byId('open-help').addEventListener('click', help);
  document.addEventListener('keydown', byKeyAnywhere);
  applyFilters();
  byId('grid').focus({ preventScroll: true });
}

function help(): void {
  byId<HTMLDialogElement>('help').showModal();
}

function byKeyAnywhere(event: KeyboardEvent): void {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (typing && key === 'Escape') byId('grid').focus();
  if (typing || ctrlKey || metaKey || altKey) return;
  if (key === '?' && document.querySelector('dialog[open]:not(#viewer)') === null) help();
  else if (document.querySelector('dialog[open]') !== null || isViewing()) return;
  else if (key === '/') search();
  else if (key === 'a' || key === 'r') markActive(key === 'a' ? 'accepted' : 'rejected');
  else if (key === 'z') viewActive();
  else return;
  event.preventDefault();
}

// On a narrow page the field is folded away.
function search(): void {
  byId('bar').classList.add('open');
  byId('search').focus();
}

function markActive(mark: 'accepted' | 'rejected'): void {
  const index = activePicture();
  if (index !== undefined) toggleMark(picture(index), mark);
}

function viewActive(): void {
  const index = activePicture();
  if (index !== undefined) view(shownPictures().indexOf(index), true);
}

// The system's own choice until the button is pressed.
function startTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  byId('theme').addEventListener('click', () => {
    const { dataset } = document.documentElement;
    const now = dataset.theme ?? (dark.matches ? 'dark' : 'light');
    dataset.theme = now === 'dark' ? 'light' : 'dark';
  });
}
