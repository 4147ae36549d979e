import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { editExif, exifBlob, orientationIn } from '../../../src/images/metadata/exif.ts';
import {
  findEntry,
  follow,
  openTiff,
  readDirectory,
  readLong,
  readNumber,
} from '../../../src/images/metadata/ifd.ts';
import { readTree, writeTree } from '../../../src/images/metadata/ifd-tree.ts';

const edit = { size: { width: 30, height: 20 }, removeGps: false };

describe('editExif', () => {
  it.each(['II', 'MM'] as const)('sets orientation and size, and unlinks the thumbnail (%s)', (order) => {
    const { blob, thumbnailAt } = sample(order);
    expect(orientationIn(blob)).toBe(6);
    const edited = must(editExif(blob, edit));
    const tiff = must(openTiff(edited));
    const main = must(readDirectory(tiff, tiff.first));
    const exif = must(follow(tiff, main, 0x8769));
    expect(orientationIn(edited)).toBe(1);
    expect(readNumber(tiff, must(findEntry(exif, 0xa002)))).toBe(30);
    expect(readNumber(tiff, must(findEntry(exif, 0xa003)))).toBe(20);
    expect(readLong(tiff, must(main.nextAt))).toBe(0);
    expect(edited.length).toBe(thumbnailAt);
    expect(edited.includes('Camera')).toBe(true);
    expect(edited.includes('53 north')).toBe(true);
  });

  it('changes only these bytes', () => {
    const { blob, thumbnailAt } = sample('II');
    const edited = must(editExif(blob, edit));
    const changed = [...edited.keys()].filter((at) => edited[at] !== blob[at]);
    // Orientation, two sizes, and the second directory with the pointer to it.
    expect(changed.length).toBeLessThan(3 + 2 * 12 + 6);
    expect(edited.length).toBe(thumbnailAt);
  });

  it.each(['II', 'MM'] as const)('removes the GPS directory and every byte of it (%s)', (order) => {
    const edited = must(editExif(sample(order).blob, { ...edit, removeGps: true }));
    const tiff = must(openTiff(edited));
    const main = must(readDirectory(tiff, tiff.first));
    expect(findEntry(main, 0x8825)).toBeUndefined();
    expect(edited.includes('53 north')).toBe(false);
    expect(edited.includes('Camera')).toBe(true);
    expect(orientationIn(edited)).toBe(1);
  });

  it('writes a side beyond 65535 pixels as LONG', () => {
    const edited = must(editExif(sample('MM').blob, { ...edit, size: { width: 70_000, height: 20 } }));
    const tiff = must(openTiff(edited));
    const exif = follow(tiff, readDirectory(tiff, tiff.first), 0x8769);
    expect(readNumber(tiff, must(findEntry(exif, 0xa002)))).toBe(70_000);
  });

  it('reads what other programs write', async () => {
    const file = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Make: 'Camera' } })
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toBuffer();
    const blob = must(exifBlob((await sharp(file).metadata()).exif));
    expect(orientationIn(blob)).toBe(3);
    expect(orientationIn(must(editExif(blob, edit)))).toBe(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeroes', Buffer.alloc(40)],
    ['a header only', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['a directory beyond the end', Buffer.from('II*\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0', 'latin1')],
    ['text', Buffer.from('this is no EXIF at all, but a sentence')],
  ])('gives up on %s', (_, bytes) => {
    expect(editExif(bytes, edit)).toBeUndefined();
  });

  it('stands any damage', () => {
    const random = pseudoRandom(7);
    let survivors = 0;
    for (let round = 0; round < 4000; round++) {
      const blob = Buffer.from(sample(round % 2 === 0 ? 'II' : 'MM').blob);
      for (let change = 0; change < 1 + (round % 6); change++) {
        const at = Math.floor(random() * Math.min(blob.length, 260));
        blob[at] = [0, 1, 2, 8, 127, 255, Math.floor(random() * 256)][Math.floor(random() * 7)] ?? 0;
      }
      const cut = round % 5 === 0 ? blob.subarray(0, Math.floor(random() * blob.length)) : blob;
      const edited = editExif(cut, { size: edit.size, removeGps: round % 3 === 0 });
      if (edited === undefined) continue;
      survivors++;
      expect(edited.length).toBeLessThanOrEqual(cut.length);
      const tiff = openTiff(edited);
      if (tiff)
        expect(writeTree(readTree(tiff, new Set()), 8, true, round % 2 === 0).length).toBeLessThan(2000);
    }
    expect(survivors).toBeGreaterThan(1000);
  });
});

// EXIF as cameras write it: IFD0 (make, orientation, EXIF, GPS), EXIF (sizes), GPS (a text), IFD1 with a thumbnail at the end.
function sample(order: 'II' | 'MM'): { blob: Buffer; thumbnailAt: number } {
  const bytes = Buffer.alloc(400);
  const short = (value: number, at: number) =>
    order === 'II' ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (value: number, at: number) =>
    order === 'II' ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    short(tag, at);
    short(type, at + 2);
    long(count, at + 4);
    if (type === 3) short(value, at + 8);
    else long(value, at + 8);
  };
  bytes.write(order, 'latin1');
  short(42, 2);
  long(8, 4);
  short(4, 8);
  entry(10, 0x10f, 2, 12, 200);
  entry(22, 0x112, 3, 1, 6);
  entry(34, 0x8769, 4, 1, 70);
  entry(46, 0x8825, 4, 1, 110);
  long(140, 58);
  short(2, 70);
  entry(72, 0xa002, 3, 1, 600);
  entry(84, 0xa003, 3, 1, 400);
  short(1, 110);
  entry(112, 0x1d, 2, 9, 220);
  short(2, 140);
  entry(142, 0x201, 4, 1, 300);
  entry(154, 0x202, 4, 1, 100);
  bytes.write('Test Camera\0', 200, 'latin1');
  bytes.write('53 north\0', 220, 'latin1');
  bytes.fill(0xd8, 300);
  return { blob: bytes, thumbnailAt: 300 };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

// Mulberry32: the same damage in every run.
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
