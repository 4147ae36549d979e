import { describe, expect, it } from 'vitest';
import { editXmp, orientationInXmp } from '../../../src/images/metadata/xmp.ts';

const edit = { size: { width: 30, height: 20 }, removeGps: false, removeGainMap: false };

const packet = (body: string, attributes = '') =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ${attributes}>${body}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  );

const edited = (bytes: Buffer, options = {}) => editXmp(bytes, { ...edit, ...options })?.toString('utf8');

describe('editXmp', () => {
  it('sets orientation and size in both forms', () => {
    const attributes = packet('', 'tiff:Orientation="6" tiff:ImageWidth="99" exif:PixelYDimension="88"');
    expect(edited(attributes)).toContain(
      'tiff:Orientation="1" tiff:ImageWidth="30" exif:PixelYDimension="20"',
    );
    const elements = packet(
      '<tiff:Orientation>8</tiff:Orientation><exif:PixelXDimension>99</exif:PixelXDimension>',
    );
    expect(edited(elements)).toContain(
      '<tiff:Orientation>1</tiff:Orientation><exif:PixelXDimension>30</exif:PixelXDimension>',
    );
    expect(orientationInXmp(attributes)).toBe(6);
    expect(orientationInXmp(elements)).toBe(8);
  });

  it('leaves everything else byte for byte', () => {
    const other = packet('<dc:title>Grüße – 写真</dc:title>', 'xmp:Rating="5"');
    expect(editXmp(other, edit)).toBe(other);
  });

  it('removes GPS in every form', () => {
    const gps = packet(
      '<exif:GPSLatitude>53,1N</exif:GPSLatitude><exif:GPSTrack rdf:parseType="Resource"><a:b>1</a:b></exif:GPSTrack><drone:GpsLongitude/><dc:title>x</dc:title>',
      `exif:GPSLongitude="9,9E" xmp:Rating="5" other:GPSAltitude='12'`,
    );
    const text = edited(gps, { removeGps: true });
    expect(text).not.toMatch(/gps|53,1N|9,9E/i);
    expect(text).toContain('<dc:title>x</dc:title>');
    expect(text).toContain('xmp:Rating="5"');
    expect(edited(gps)).toContain('53,1N');
  });

  it('removes what names a gain map', () => {
    const map = packet(
      '<Container:Directory><rdf:Seq/></Container:Directory><hdrgm:A/>',
      'hdrgm:Version="1.0"',
    );
    expect(edited(map, { removeGainMap: true })).not.toMatch(/hdrgm:|Container:/);
  });

  it('leaves a packet it cannot read, unless positions had to go', () => {
    const utf16 = Buffer.from('<x:xmpmeta/>', 'utf16le');
    expect(editXmp(Buffer.from('no markup'), edit)?.toString()).toBe('no markup');
    expect(editXmp(Buffer.from('no markup'), { ...edit, removeGps: true })).toBeUndefined();
    expect(editXmp(utf16.swap16(), { ...edit, removeGps: true })).toBeUndefined();
  });

  it('takes time in proportion to the length, whatever is in it', () => {
    const hostile = Buffer.from(`<x>${'<exif:GPSA '.repeat(100_000)}${'<a:b c:d="'.repeat(50_000)}`);
    const result = editXmp(hostile, { ...edit, removeGps: true });
    expect(result?.length).toBeLessThanOrEqual(hostile.length);
  });
});
