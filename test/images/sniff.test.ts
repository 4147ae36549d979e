import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sniff, sniffBytes } from '../../src/images/sniff.ts';
import { hasShared, sharedBytes } from '../helpers/shared.ts';

function latin1(text: string): Buffer {
  return Buffer.from(text.padEnd(64, '\0'), 'latin1');
}

const ftyp = (...brands: string[]) => {
  const body = `ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, Buffer.from(body, 'latin1')]);
};

describe('sniff', () => {
  it.each([
    ['jpeg', latin1('\xff\xd8\xff\xe0')],
    ['png', latin1('\x89PNG\r\n\x1a\n')],
    ['gif', latin1('GIF89a')],
    ['webp', latin1('RIFF\x10\0\0\0WEBPVP8 ')],
    ['tiff', latin1('II*\0\x08\0\0\0')],
    ['tiff', latin1('MM\0*\0\0\0\x08')],
    ['tiff', latin1('MM\0+\0\x08\0\0')],
    ['avif', ftyp('avif', 'mif1', 'miaf')],
    ['avif', ftyp('mif1', 'avif')],
    ['heic', ftyp('heic', 'mif1')],
    ['heic', ftyp('mif1', 'MiHE', 'heix')],
    ['heic', ftyp('mif1', 'miaf')],
    ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['svg', Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- drawn -->\n<svg width="1"/>')],
    ['svg', Buffer.from('\ufeff<svg width="1"></svg>', 'utf16le')],
    ['svg', gzipSync('<svg width="1"></svg>')],
  ])('knows %s', (format, head) => {
    expect(sniff(head)).toEqual({ kind: 'image', format });
  });

  it.each([
    ['PSD', latin1('8BPS\0\x01')],
    ['QOI', latin1('qoif')],
    ['JPEG 2000', latin1('\0\0\0\x0cjP  \r\n\x87\n')],
    ['JPEG XL', latin1('\xff\x0a\xfa')],
    ['JPEG XL', latin1('\0\0\0\x0cJXL \r\n\x87\n')],
    ['VIPS', latin1('\x08\xf2\xa6\xb6')],
    ['BMP', latin1(`BM${'\0'.repeat(12)}\x28\0\0\0`)],
    ['ICO', latin1('\0\0\x01\0\x01\0\x10\x10\0\0')],
    ['PNM', latin1('P6\n2 2\n255\n')],
    ['TGA', latin1(`\0\0\x02${'\0'.repeat(9)}\x10\0\x10\0\x18\0`)],
    ['PDF', latin1('%PDF-1.7')],
  ])('names %s, which is not read', (name, head) => {
    expect(sniff(head)).toEqual({ kind: 'unsupported', name });
  });

  it.each([
    ['Canon CR2', latin1('II*\0\x10\0\0\0CR\x02')],
    ['Canon CR3', ftyp('crx ', 'isom')],
    ['Fujifilm RAF', latin1('FUJIFILMCCD-RAW 0201')],
    ['Olympus ORF', latin1('IIRO\x08')],
    ['Panasonic RW2', latin1('IIU\0\x18')],
  ])('names the camera raw format %s', (name, head) => {
    expect(sniff(head)).toEqual({ kind: 'camera-raw', name });
  });

  it.each([
    ['text', Buffer.from('hello')],
    ['one byte', Buffer.from('B')],
    ['HTML', Buffer.from('<!DOCTYPE html><html></html>')],
    ['text that names svg', Buffer.from('see <svg> for more')],
    ['a video', ftyp('isom', 'mp42')],
    ['gzip of something else', gzipSync('plain')],
    ['broken gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])],
    ['"BM" and text', Buffer.from('BMW is a make of cars, and not a picture')],
  ])('takes %s for something else', (_, head) => {
    expect(sniff(head)).toEqual({ kind: 'other' });
  });
});

describe.skipIf(!hasShared)('sniff on real files', () => {
  it.each([
    ['formats/looks-like-svg.webp', { kind: 'image', format: 'webp' }],
    ['formats/logo.svgz', { kind: 'image', format: 'svg' }],
    ['formats/vfile.v', { kind: 'unsupported', name: 'VIPS' }],
    ['formats/relax.jp2', { kind: 'unsupported', name: 'JPEG 2000' }],
    ['formats/rgb24.bmp', { kind: 'unsupported', name: 'BMP' }],
    ['formats/smile.ico', { kind: 'unsupported', name: 'ICO' }],
    ['formats/samplefilehub.heif', { kind: 'image', format: 'heic' }],
    ['formats/kimono.avif', { kind: 'image', format: 'avif' }],
    ['hostile/svg-named.jpg', { kind: 'image', format: 'svg' }],
    ['hostile/jpeg-named.png', { kind: 'image', format: 'jpeg' }],
    ['hostile/names.tar.xz', { kind: 'other' }],
  ])('%s', (path, expected) => {
    expect(sniff(sharedBytes(`corpora/${path}`).subarray(0, sniffBytes))).toEqual(expected);
  });
});
