// ICC profiles, as far as carrying them along needs: is it one, for which kind of pixels, what is it called.
// Field positions: ICC.1:2022, 7.2 (header), 7.3 (tag table), 10.15 (multiLocalizedUnicode); v2 text is ICC.1:2001 6.5.17.

export interface Profile {
  /** Signature of its data colour space. */
  readonly space: 'rgb' | 'grey' | 'cmyk' | 'other';
  readonly description: string;
}

const spaces: Readonly<Record<string, Profile['space']>> = { 'RGB ': 'rgb', GRAY: 'grey', CMYK: 'cmyk' };

/** Reads a profile's header and name; undefined where the bytes are no ICC profile. */
export function readProfile(icc: Buffer | undefined): Profile | undefined {
  if (icc === undefined || icc.length < 132 || icc.toString('latin1', 36, 40) !== 'acsp') return undefined;
  if (icc.readUInt32BE(0) > icc.length) return undefined;
  return { space: spaces[icc.toString('latin1', 16, 20)] ?? 'other', description: descriptionOf(icc) };
}

function descriptionOf(icc: Buffer): string {
  const tag = findTag(icc, 'desc');
  const type = tag?.toString('latin1', 0, 4);
  if (tag === undefined || tag.length < 16) return 'unnamed';
  const text = type === 'desc' ? plainText(tag) : type === 'mluc' ? localizedText(tag) : '';
  const bare = text.replace(/\0[\s\S]*$/, '').trim();
  return bare === '' ? 'unnamed' : bare.slice(0, 200);
}

function findTag(icc: Buffer, name: string): Buffer | undefined {
  const count = Math.min(icc.readUInt32BE(128), 200);
  for (let at = 132; at + 12 <= Math.min(icc.length, 132 + count * 12); at += 12) {
    if (icc.toString('latin1', at, at + 4) !== name) continue;
    const start = icc.readUInt32BE(at + 4);
    return icc.subarray(start, start + icc.readUInt32BE(at + 8));
  }
  return undefined;
}

function plainText(tag: Buffer): string {
  return tag.toString('latin1', 12, 12 + tag.readUInt32BE(8));
}

// The first of its translations; nearly every profile has one only, or English first.
function localizedText(tag: Buffer): string {
  if (tag.length < 28 || tag.readUInt32BE(8) === 0) return '';
  const start = tag.readUInt32BE(24);
  const utf16 = Buffer.from(tag.subarray(start, start + (tag.readUInt32BE(20) & ~1)));
  return utf16.length % 2 === 0 ? utf16.swap16().toString('utf16le') : '';
}
