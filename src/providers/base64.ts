import { nextTurn } from '../turns.ts';

// Four digits make three bytes: slices must not part them.
const sliceDigits = 2 ** 20;
const equals = 0x3d;

/** The bytes of a base64 text (RFC 4648 §4, padded, nothing else in it); undefined for any other, and an empty one. */
export async function decodeBase64(text: Buffer): Promise<Buffer | undefined> {
  if (text.length === 0 || text.length % 4 !== 0) return undefined;
  const padding = text.at(-1) !== equals ? 0 : text.at(-2) !== equals ? 1 : 2;
  const bytes = Buffer.allocUnsafeSlow((text.length / 4) * 3 - padding);
  const whole = padding === 0 ? text.length : text.length - 4;
  for (let at = 0, filled = 0; at < whole; at += sliceDigits) {
    if (text.length > sliceDigits) await nextTurn();
    const slice = text.toString('latin1', at, Math.min(at + sliceDigits, whole));
    const written = bytes.write(slice, filled, 'base64');
    // Node passes over what is no digit: compared with the way back, which is faster than any pattern.
    if (bytes.toString('base64', filled, filled + written) !== slice) return undefined;
    filled += written;
  }
  const rest = text.toString('latin1', whole, text.length - padding);
  if (!/^[A-Za-z0-9+/]*$/.test(rest)) return undefined;
  bytes.write(rest, (whole / 4) * 3, 'base64');
  return bytes;
}

/** Whether a text is digits of base64 alone, whole groups of four. */
export function isBase64Digits(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text && !text.endsWith('=');
}

/** The bytes of a base64 data URL of a picture; undefined for any other. */
export async function decodeDataUrl(url: Buffer): Promise<Buffer | undefined> {
  const comma = url.subarray(0, maxHeadBytes).indexOf(',');
  const head = url.toString('latin1', 0, Math.max(0, comma));
  if (!/^data:image\/[a-z0-9.+-]+;base64$/i.test(head)) return undefined;
  return decodeBase64(url.subarray(comma + 1));
}

const maxHeadBytes = 256;
