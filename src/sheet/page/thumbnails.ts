// Thumbnails stand in the page as text, and become images only when they are looked at.
import { sheet } from './data.ts';

const mostUrls = 800;
const mostChunks = 4;
const urls = new Map<string, string>();
const chunks = new Map<number, readonly string[]>();

/** An address for the thumbnail; undefined where there is none, or not yet while the page is being read. */
export function thumbnailOf(index: number, side: 'before' | 'after'): string | undefined {
  const name = `${index} ${side}`;
  const known = urls.get(name);
  if (known !== undefined) return known;
  const text = textOf(index, side);
  if (text === '') return undefined;
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = decoded.charCodeAt(at);
  const url = URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }));
  urls.set(name, url);
  forgetOldest();
  return url;
}

/** Whether the page has been read so far that the thumbnails of the picture are there. */
export function isRead(index: number): boolean {
  return (
    document.readyState !== 'loading' || document.getElementById(`thumbnails-${chunkOf(index) + 1}`) !== null
  );
}

function chunkOf(index: number): number {
  return Math.floor(index / sheet.thumbnails.perChunk);
}

function textOf(index: number, side: 'before' | 'after'): string {
  if (index >= sheet.thumbnails.pictures || !isRead(index)) return '';
  const number = chunkOf(index);
  let lines = chunks.get(number);
  if (lines === undefined) {
    lines = document.getElementById(`thumbnails-${number}`)?.textContent?.split('\n') ?? [];
    if (chunks.size >= mostChunks) chunks.clear();
    chunks.set(number, lines);
  }
  const at = 2 * (index - number * sheet.thumbnails.perChunk);
  const [before = '', after = ''] = lines.slice(at, at + 2);
  return side === 'after' && after !== '=' ? after : before;
}

// What is on the screen was decoded and stays.
function forgetOldest(): void {
  for (const [name, url] of urls) {
    if (urls.size <= mostUrls) return;
    urls.delete(name);
    URL.revokeObjectURL(url);
  }
}
