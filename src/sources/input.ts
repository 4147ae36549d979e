// Standard input: nothing, a picture, or a list of names, told apart by looking at its first bytes.
import type { Readable } from 'node:stream';
import { splitList } from './list.ts';

export type Input =
  | { readonly kind: 'empty' }
  /** The whole input, the bytes looked at included. */
  | { readonly kind: 'image'; readonly bytes: AsyncIterable<Buffer> }
  /** Names as text; the bytes of one that is not valid UTF-8. */
  | { readonly kind: 'list'; readonly entries: AsyncIterable<string | Uint8Array> };

/** The most that is read before deciding; more than any picture needs to be known and than any name has. */
const maxHeadBytes = 1 << 16;
/** Enough to know a picture of any format. */
const signatureBytes = 32;

/**
 * Reads as much as it takes to tell. `isImage` judges by the first bytes. A list is separated by NUL if one comes
 * before the first line ends or lies in what has been read by then, else by lines (LF or CRLF). Rejects with the
 * stream's error.
 */
export async function readInput(stdin: Readable, isImage: (head: Buffer) => boolean): Promise<Input> {
  const chunks = stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (!ended && !isDecided(head, isImage)) {
    const { done, value } = await chunks.next();
    if (done) ended = true;
    else head = Buffer.concat([head, Buffer.from(value as Buffer)]);
  }
  if (head.length === 0) return { kind: 'empty' };
  const bytes = resume(head, chunks, ended);
  if (isImage(head)) return { kind: 'image', bytes };
  return { kind: 'list', entries: splitList(bytes, head.includes(0) ? 0 : newline) };
}

const newline = 0x0a;

// A list is decided by its first separator, so that the first name of a slow or endless one is taken at once. What
// may yet become a picture is read on: a pipe may hand over a signature in pieces.
function isDecided(head: Buffer, isImage: (head: Buffer) => boolean): boolean {
  if (head.length === 0) return false;
  if (isImage(head) || head.length >= maxHeadBytes) return true;
  if (mayBecomeImage(head)) return false;
  return head.includes(newline) || head.includes(0);
}

function mayBecomeImage(head: Buffer): boolean {
  if (head.length >= signatureBytes) return false;
  return openings.some((opening) => {
    const length = Math.min(head.length, opening.length);
    return head.compare(opening, 0, length, 0, length) === 0;
  });
}

// How pictures begin. Only for waiting: whether it is one, `isImage` says.
const openings = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [...Buffer.from('RIFF')],
  [...Buffer.from('GIF8')],
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
  [0, 0, 0],
].map((bytes) => Buffer.from(bytes));

async function* resume(
  head: Buffer,
  chunks: AsyncIterator<Buffer | string>,
  ended: boolean,
): AsyncGenerator<Buffer> {
  try {
    yield head;
    while (!ended) {
      const { done, value } = await chunks.next();
      if (done) return;
      yield Buffer.from(value as Buffer);
    }
  } finally {
    await chunks.return?.();
  }
}
