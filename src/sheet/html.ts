// The page around the data: its parts in the order in which a browser wants them.
import { createHash } from 'node:crypto';
import { printable } from '../text.ts';
import type { SheetData } from './data.ts';
import { headline } from './headline.ts';
import { skeleton } from './page/skeleton.ts';
import { style } from './page/style.ts';

/** How every sheet begins; by it one is known that may be replaced by a newer one. */
export const marker = '<!doctype html><!-- imgsys contact sheet -->\n';

/**
 * Everything before the thumbnails. The page works as soon as it is read this far; nothing but its own script and style
 * run in it, and it can reach nothing but image files.
 */
export function opening(data: SheetData, script: string): string {
  const title = `${headline(data.head)} · ${data.head.run}`;
  const policy = [
    "default-src 'none'",
    'img-src file: blob:',
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    `${marker}<html lang="en"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(printable(title))} · imgsys</title>`,
    `<style>${style}</style></head><body>`,
    skeleton,
    `<script type="application/json" id="data">${inertJson(data)}</script>`,
    `<script>${script}</script>`,
    '',
  ].join('\n');
}

/** One line a thumbnail: base64, `=` for one that is as the one before it, nothing where there is none. */
export function chunk(number: number, lines: readonly string[]): string {
  return `<script type="text/plain" id="thumbnails-${number}">${lines.join('\n')}</script>\n`;
}

export const closing = '</body></html>\n';

/** JSON that can neither end the element it stands in nor begin a comment in it. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
