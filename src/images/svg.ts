import { constants, gunzipSync } from 'node:zlib';
import { ItemError } from '../errors.ts';
import { damagedBecause } from './damage.ts';

const maxTextBytes = 16 * 2 ** 20;
const maxElements = 200_000;

/** Drawing a vector picture is given up after this long; the renderer looks at the clock only now and then. */
export const svgSeconds = 10;

/**
 * The text of an SVG or SVGZ file, for the renderer. Throws ItemError `too-large` where its text or the number of its
 * elements is beyond reason: the renderer takes about 3 KB of memory an element.
 */
export function svgText(bytes: Buffer): Buffer {
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzipped(bytes) : bytes;
  if (text.length > maxTextBytes) throw tooLarge(`more than ${maxTextBytes / 2 ** 20} MB of text`);
  let elements = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) elements++;
  if (elements > maxElements) throw tooLarge(`more than ${maxElements.toLocaleString('en-US')} elements`);
  return text;
}

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxTextBytes + 1, finishFlush: constants.Z_FINISH });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(`more than ${maxTextBytes / 2 ** 20} MB of text`);
    throw damagedBecause('its compressed data is broken', error);
  }
}

function tooLarge(what: string): ItemError {
  return new ItemError('too-large', `is a vector picture with ${what}`, {
    hint: 'export it as PNG from a drawing program',
  });
}
