// Names within the 255 bytes that file systems allow.
import { createHash } from 'node:crypto';

export const maxNameBytes = 255;

/**
 * `stem + tail`, at most `maxBytes` bytes of UTF-8. Of a longer name the stem is cut between two characters as people
 * see them and gets 8 hex digits of the whole name's SHA-256, so that long names stay apart.
 */
export function fitName(stem: string, tail: string, maxBytes = maxNameBytes): string {
  const whole = stem + tail;
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const mark = `~${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
  let room = maxBytes - Buffer.byteLength(mark + tail);
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(stem)) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept + mark + tail;
}
