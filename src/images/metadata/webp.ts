// The RIFF container of WebP (RFC 9649, section 2): metadata needs the extended form, with a VP8X chunk in front.

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

const flags = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const;

/** `webp` with metadata put in; `width` and `height` are those of its canvas in pixels. */
export function attachToWebp(
  webp: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
  metadata: {
    readonly icc?: Buffer | undefined;
    readonly exif?: Buffer | undefined;
    readonly xmp?: Buffer | undefined;
  },
): Buffer {
  const { icc, exif, xmp } = metadata;
  if (!icc && !exif && !xmp) return webp;
  const chunks = readRiff(webp);
  const header = extendedHeader(chunks, width, height);
  header[0] = (header[0] ?? 0) | (icc ? flags.icc : 0) | (exif ? flags.exif : 0) | (xmp ? flags.xmp : 0);
  return writeRiff([
    { name: 'VP8X', data: header },
    ...(icc ? [{ name: 'ICCP', data: icc }] : []),
    ...chunks.filter(({ name }) => !['VP8X', 'ICCP', 'EXIF', 'XMP '].includes(name)),
    ...(exif ? [{ name: 'EXIF', data: exif }] : []),
    ...(xmp ? [{ name: 'XMP ', data: xmp }] : []),
  ]);
}

/** Whether a file is a still WebP picture without loss: then its result is one, too. */
export function isLosslessWebp(file: Buffer): boolean {
  const isWebp = file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WEBP';
  return isWebp && readRiff(file).some(({ name }) => name === 'VP8L');
}

function readRiff(webp: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const size = webp.readUInt32LE(at + 4);
    chunks.push({ name: webp.toString('latin1', at, at + 4), data: webp.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

function extendedHeader(chunks: readonly Chunk[], width: number, height: number): Buffer {
  const existing = chunks.find(({ name }) => name === 'VP8X');
  if (existing) return Buffer.from(existing.data);
  const header = Buffer.alloc(10);
  const lossless = chunks.find(({ name }) => name === 'VP8L')?.data;
  // Bit 28 of the lossless bit stream's header says whether alpha is used.
  if (lossless && lossless.length > 4 && ((lossless[4] ?? 0) & 0x10) !== 0) header[0] = flags.alpha;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return header;
}

function writeRiff(chunks: readonly Chunk[]): Buffer {
  const body = chunks.flatMap(({ name, data }) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return [head, data, Buffer.alloc(data.length % 2)];
  });
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + body.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...body]);
}
