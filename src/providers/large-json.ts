// JSON with a picture in it: the long strings are cut out as bytes, and only what is left is parsed as text.
import { randomUUID } from 'node:crypto';
import { parseJson } from '../json.ts';
import { nextTurn } from '../turns.ts';
import { isBase64Digits } from './base64.ts';

export interface LargeJson {
  /** As `JSON.parse` makes it, but for the strings that were cut out; undefined for what is no JSON. */
  readonly value: unknown;
  /** A string of the value as bytes, wherever it was. */
  bytesOf(text: string): Buffer;
}

/** A string that is at least as long is cut out. */
const longBytes = 2 ** 16;
/** More than this around the long strings is no frame of a picture. */
const maxFrameBytes = 2 ** 18;

/**
 * The value of a JSON text in UTF-8, without blocking for long where all of its length lies in strings of printable
 * ASCII without escapes, as pictures do. Anything else is parsed whole: what is JSON is decided as `JSON.parse` does.
 */
export async function parseLargeJson(body: Buffer): Promise<LargeJson> {
  const cut = body.length < longBytes ? undefined : await cutOut(body);
  if (cut === undefined) {
    return { value: parseJson(body.toString('utf8')), bytesOf: (text) => Buffer.from(text, 'utf8') };
  }
  return {
    value: parseJson(cut.frame),
    bytesOf: (text) => cut.strings.get(text) ?? Buffer.from(text, 'utf8'),
  };
}

interface Cut {
  /** The text with a name in the place of each long string. */
  readonly frame: string;
  readonly strings: ReadonlyMap<string, Buffer>;
}

const quote = 0x22;
const backslash = 0x5c;

async function cutOut(body: Buffer): Promise<Cut | undefined> {
  // A name that nobody can have put into the answer.
  const secret = randomUUID();
  const strings = new Map<string, Buffer>();
  const frame: string[] = [];
  let [framed, kept] = [0, 0];
  for (let open = body.indexOf(quote); open >= 0; ) {
    const close = endOfString(body, open + 1);
    if (close === undefined) return undefined;
    // A string without an end is no JSON, and neither is nothing.
    if (close < 0) return { frame: '', strings };
    const string = body.subarray(open + 1, close);
    if (string.length >= longBytes) {
      if (!(await isPlain(string))) return undefined;
      const name = `${secret} ${strings.size}`;
      strings.set(name, string);
      frame.push(body.toString('utf8', kept, open + 1), name);
      framed += open + 1 - kept;
      kept = close;
    }
    if (framed + close - kept > maxFrameBytes) return undefined;
    open = body.indexOf(quote, close + 1);
  }
  if (framed + body.length - kept > maxFrameBytes) return undefined;
  return { frame: [...frame, body.toString('utf8', kept)].join(''), strings };
}

// Where the quote is that ends it, -1 where there is none; undefined for a long string with an escaped one.
function endOfString(body: Buffer, from: number): number | undefined {
  for (let at = body.indexOf(quote, from); at >= 0; at = body.indexOf(quote, at + 1)) {
    let before = at - 1;
    while (before >= from && body[before] === backslash) before -= 1;
    if ((at - before) % 2 === 1) return at;
    if (at - from > longBytes) return undefined;
  }
  return -1;
}

const sliceBytes = 2 ** 20;

// A string of which every byte stands for itself.
async function isPlain(string: Buffer): Promise<boolean> {
  for (let at = 0; at < string.length; at += sliceBytes) {
    if (string.length > sliceBytes) await nextTurn();
    const slice = string.toString('latin1', at, at + sliceBytes);
    // The quick way for pictures; a pattern takes ten times as long.
    if (!isBase64Digits(slice) && /[^ !#-[\]-~]/.test(slice)) return false;
  }
  return true;
}
