// Marks leave the page as lists of sources, and come back the same way.
import { pictures, sheet } from './data.ts';
import { byId, countOf, make } from './dom.ts';
import { areMarksKept, type Mark, markedWith, onMarks, setMarks } from './marks.ts';

export function startExport(): void {
  const dialog = byId<HTMLDialogElement>('export');
  byId('open-export').addEventListener('click', () => dialog.showModal());
  for (const mark of ['rejected', 'accepted'] as const) {
    byId(`save-${mark}`).addEventListener('click', () => save(mark));
    byId<HTMLInputElement>(`load-${mark}`).addEventListener('change', ({ target }) => load(target, mark));
  }
  byId('copy').addEventListener('click', copyCommand);
  onMarks(showMarks);
  showMarks();
}

/** The text of a list: a path a line, or each ended by NUL where a name holds a line break. */
export function listOf(paths: readonly string[]): string {
  const end = paths.some((path) => /[\r\n]/.test(path)) ? '\0' : '\n';
  return paths.map((path) => `${path}${end}`).join('');
}

function nameOf(mark: Mark): string {
  return `imgsys-${mark}-${sheet.head.run}.txt`;
}

function save(mark: Mark): void {
  const url = URL.createObjectURL(new Blob([listOf(markedWith(mark))], { type: 'text/plain;charset=utf-8' }));
  const link = make('a', { href: url, download: nameOf(mark) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function load(target: EventTarget | null, mark: Mark): Promise<void> {
  const input = target as HTMLInputElement;
  const text = (await input.files?.[0]?.text()) ?? '';
  input.value = '';
  const known = new Set(pictures.map(({ path }) => path));
  const paths = text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((path) => path !== '');
  const found = paths.filter((path) => known.has(path));
  setMarks(found, mark);
  const strange = paths.length - found.length;
  byId('loaded').textContent =
    `${countOf(found.length, 'picture')} ${mark}${strange > 0 ? `, ${strange} not on this page` : ''}`;
}

function showMarks(): void {
  const [rejected, accepted] = [markedWith('rejected').length, markedWith('accepted').length];
  byId('marked').textContent = `${rejected} rejected, ${accepted} accepted`;
  byId('open-export').textContent =
    rejected + accepted === 0 ? 'Export' : `Export · ${accepted} ✓ ${rejected} ✕`;
  byId<HTMLButtonElement>('save-rejected').disabled = rejected === 0;
  byId<HTMLButtonElement>('save-accepted').disabled = accepted === 0;
  byId('not-kept').hidden = areMarksKept();
  const { again } = sheet.head;
  byId('again').hidden = !('before' in again);
  if ('before' in again)
    byId('command').textContent = `${again.before}~/Downloads/${nameOf('rejected')}${again.after}`;
  byId('again-note').textContent = again.note;
}

async function copyCommand(): Promise<void> {
  // Pages from the disk may not be let to the clipboard; what is selected can be copied by hand.
  getSelection()?.selectAllChildren(byId('command'));
  try {
    await navigator.clipboard.writeText(byId('command').textContent ?? '');
    byId('copied').textContent = 'copied';
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    byId('copied').textContent = 'selected: copy it with your keyboard';
  }
}
