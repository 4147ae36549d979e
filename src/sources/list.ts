// Names out of a stream of bytes.
import { isUtf8 } from 'node:buffer';

/** Longer than any system's paths. What is cut off here is reported as too long when it is looked at. */
const maxEntryBytes = 1 << 17;
const carriageReturn = 0x0d;
const bom = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits a list at each `separator` byte (0, or 10 for lines that may end in CRLF), in constant memory; the list may be
 * endless. The last entry needs no separator; empty entries are passed over; a byte order mark in front is removed;
 * blanks belong to the name. An entry that is not valid UTF-8 comes as its bytes.
 */
export async function* splitList(
  chunks: AsyncIterable<Buffer>,
  separator: number,
): AsyncGenerator<string | Uint8Array> {
  let pending: Buffer[] = [];
  let length = 0;
  let first = true;
  const take = (): string | Uint8Array | undefined => {
    let entry = Buffer.concat(pending);
    pending = [];
    length = 0;
    if (first && entry.subarray(0, 3).equals(bom)) entry = entry.subarray(3);
    first = false;
    if (separator !== 0 && entry.at(-1) === carriageReturn) entry = entry.subarray(0, -1);
    if (entry.length === 0) return undefined;
    return isUtf8(entry) ? entry.toString('utf8') : entry;
  };
  const keep = (part: Buffer) => {
    const room = maxEntryBytes - length;
    if (room <= 0 || part.length === 0) return;
    pending.push(part.subarray(0, room));
    length += Math.min(part.length, room);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const entry = take();
      if (entry !== undefined) yield entry;
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (last !== undefined) yield last;
}
