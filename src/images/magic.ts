// The first bytes of file formats, for telling a picture apart from what cannot be read and naming that.

export interface Magic {
  readonly name: string;
  /** Where the bytes stand, from the beginning of the file. */
  readonly at: number;
  readonly bytes: Buffer;
}

function magic(name: string, text: string, at = 0): Magic {
  return { name, at, bytes: Buffer.from(text, 'latin1') };
}

/** Raw files of cameras that differ from TIFF already in their first bytes. */
export const rawMagics: readonly Magic[] = [
  magic('Canon CR2', 'CR\x02', 8),
  magic('Canon CR3', 'ftypcrx ', 4),
  magic('Canon CRW', 'HEAPCCDR', 6),
  magic('Fujifilm RAF', 'FUJIFILMCCD-RAW'),
  magic('Olympus ORF', 'IIRO'),
  magic('Olympus ORF', 'IIRS'),
  magic('Olympus ORF', 'MMOR'),
  magic('Panasonic RW2', 'IIU\0'),
  magic('Minolta MRW', '\0MRM'),
  magic('Sigma X3F', 'FOVb'),
  magic('Phase One IIQ', 'IIII', 8),
  magic('Phase One IIQ', 'MMMM', 8),
];

/** Picture formats, and formats taken for pictures, that are not read. */
export const unsupportedMagics: readonly Magic[] = [
  magic('PSD', '8BPS'),
  magic('QOI', 'qoif'),
  magic('JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'),
  magic('JPEG 2000', '\xff\x4f\xff\x51'),
  magic('JPEG XL', '\xff\x0a'),
  magic('JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'),
  magic('JPEG XR', 'II\xbc\x01'),
  magic('VIPS', '\x08\xf2\xa6\xb6'),
  magic('VIPS', '\xb6\xa6\xf2\x08'),
  magic('OpenEXR', 'v/1\x01'),
  magic('Radiance HDR', '#?RADIANCE'),
  magic('Radiance HDR', '#?RGBE'),
  magic('DDS', 'DDS '),
  magic('XCF', 'gimp xcf'),
  magic('PDF', '%PDF'),
  magic('EPS', '%!PS'),
  magic('EPS', '\xc5\xd0\xd3\xc6'),
  magic('FITS', 'SIMPLE  ='),
  magic('DjVu', 'AT&TFORM'),
  magic('ICNS', 'icns'),
  magic('BPG', 'BPG\xfb'),
  magic('FLIF', 'FLIF'),
  magic('MNG', '\x8aMNG\r\n\x1a\n'),
  magic('JNG', '\x8bJNG\r\n\x1a\n'),
  magic('SGI', '\x01\xda\x00'),
  magic('SGI', '\x01\xda\x01'),
  magic('Sun raster', '\x59\xa6\x6a\x95'),
  magic('Microsoft Paint', 'DanM'),
  magic('Microsoft Paint', 'LinS'),
  magic('Windows metafile', '\xd7\xcd\xc6\x9a'),
];

/** Names of formats by what their header must say beyond a few bytes. */
export function nameByHeader(head: Buffer): string | undefined {
  if (isBmp(head)) return 'BMP';
  if (isIcon(head)) return head[2] === 1 ? 'ICO' : 'CUR';
  if (/^P[1-7][\s#]/.test(head.toString('latin1', 0, 3)) || /^P[Ff]\s/.test(head.toString('latin1', 0, 3)))
    return 'PNM';
  if (isPcx(head)) return 'PCX';
  if (isTga(head)) return 'TGA';
  return undefined;
}

function isBmp(head: Buffer): boolean {
  if (head.length < 18 || head.toString('latin1', 0, 2) !== 'BM') return false;
  return [12, 16, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14));
}

function isIcon(head: Buffer): boolean {
  if (head.length < 22) return false;
  const kind = head.readUInt16LE(2);
  return (
    head.readUInt16LE(0) === 0 && (kind === 1 || kind === 2) && head.readUInt16LE(4) > 0 && head[9] === 0
  );
}

function isPcx(head: Buffer): boolean {
  if (head.length < 128 || head[0] !== 10 || head[2] !== 1) return false;
  return [0, 2, 3, 4, 5].includes(head[1] ?? -1) && [1, 2, 4, 8].includes(head[3] ?? 0) && head[64] === 0;
}

// TGA has no magic number: every field of its header must be legal.
function isTga(head: Buffer): boolean {
  if (head.length < 18) return false;
  const [, mapped = 9, kind = 0] = head;
  if (mapped > 1 || ![1, 2, 3, 9, 10, 11].includes(kind) || ((kind & 7) === 1) !== (mapped === 1))
    return false;
  const entryBits = head[7] ?? 0;
  if (mapped === 0 ? head.readUInt32LE(3) !== 0 || entryBits !== 0 : ![15, 16, 24, 32].includes(entryBits))
    return false;
  const legalDepths = (kind & 7) === 2 ? [15, 16, 24, 32] : [8, 16];
  return head.readUInt16LE(12) > 0 && head.readUInt16LE(14) > 0 && legalDepths.includes(head[16] ?? 0);
}
