import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { TargetFormat } from '../../../src/images/facts.ts';
import { readSegments } from '../../../src/images/metadata/jpeg-segments.ts';
import { hasShared, sharedBytes, sharedNames } from '../../helpers/shared.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { codes, roundTrip } from '../pictures.ts';
import { everything, hasExiftool, tagsOf } from './exiftool.ts';

const rich = [
  'formats/Landscape_9.jpg',
  'photos/DSCN0010.jpg',
  'formats/exiv2-bug1199.webp',
  'formats/Stonehenge.heic',
];

describe.skipIf(!hasShared || !hasExiftool)(
  'metadata by exiftool (skipped without it and the shared pictures)',
  () => {
    it('comes through JPEG whole', async () => {
      const folder = await tempFolder();
      const photos = sharedNames('corpora/photos').filter((name) => name.endsWith('.jpg'));
      const files = [
        ...photos.map((name) => `photos/${name}`),
        'formats/xmp_test.jpg',
        'formats/Landscape_9.jpg',
      ];
      let tags = 0;
      for (const file of files) {
        const bytes = sharedBytes(`corpora/${file}`);
        const before = tagsOf(folder, 'before.jpg', bytes);
        const { bytes: after } = await roundTrip(bytes, { format: 'jpeg', quality: 60 });
        expect(tagsOf(folder, 'after.jpg', after), file).toEqual(before);
        tags += Object.keys(before).length;
      }
      expect(tags).toBeGreaterThan(1500);
    });

    it.each<[TargetFormat, RegExp, string[]]>([
      ['jpeg', /^$/, []],
      ['png', /^$/, []],
      ['tiff', /^Nikon:NEFBitDepth$/, []],
      ['webp', /^(IPTC|Photoshop):/, ['iptc-lost']],
      ['avif', /^(IPTC|Photoshop):/, ['iptc-lost']],
    ])('comes through %s, or is named', async (format, lost, warned) => {
      const folder = await tempFolder();
      for (const file of rich) {
        const bytes = sharedBytes(`corpora/${file}`);
        const before = Object.entries(tagsOf(folder, file.replace(/.*\//, ''), bytes)).filter(
          ([key]) => !lost.test(key),
        );
        const { bytes: after, warnings } = await roundTrip(bytes, { format, quality: 60 });
        expect(tagsOf(folder, `after.${format}`, after), file).toMatchObject(Object.fromEntries(before));
        expect(codes(warnings), file).toEqual(file === rich[0] ? warned : []);
      }
    });

    it('comes from TIFF into JPEG, PNG and TIFF, large XMP and all', async () => {
      const folder = await tempFolder();
      const bytes = sharedBytes('corpora/formats/tifftag-photoshop.tiff');
      const isCoding =
        /^(IFD0:(BitsPerSample|Compression|Photometric|Strip|Samples|RowsPer|Planar|SubfileType)|Photoshop:|IPTC\d?:)/;
      const before = Object.entries(tagsOf(folder, 'a.tiff', bytes)).filter(([key]) => !isCoding.test(key));
      for (const format of ['jpeg', 'png', 'tiff'] as const) {
        const { bytes: after } = await roundTrip(bytes, { format });
        expect(tagsOf(folder, `b.${format}`, after), format).toMatchObject(Object.fromEntries(before));
        expect(everything(folder, `b.${format}`, after)).toContain('[IPTC]');
      }
      const png = await roundTrip(bytes, { format: 'png' });
      const { bytes: back } = await roundTrip(png.bytes, { format: 'tiff' });
      expect(tagsOf(folder, 'c.tiff', back)).toMatchObject(Object.fromEntries(before));
    });

    it('leaves no position behind, in any format', async () => {
      const folder = await tempFolder();
      for (const file of [
        'photos/DSCN0010.jpg',
        'formats/exiv2-bug1199.webp',
        'formats/Stonehenge.heic',
        'formats/custom_dir_EXIF_GPS.tiff',
      ]) {
        const bytes = sharedBytes(`corpora/${file}`);
        expect(everything(folder, file.replace(/.*\//, ''), bytes), file).toMatch(/GPS Latitude/);
        for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
          const { bytes: after } = await roundTrip(bytes, { format, gps: 'strip', quality: 60 });
          const text = everything(folder, `after.${format}`, after);
          expect(text, `${file} ${format}`).not.toMatch(
            /^\[GPS\]|GPS ?(Latitude|Longitude|Position|Altitude)/m,
          );
        }
      }
    });

    it('strips all but the profile', async () => {
      const folder = await tempFolder();
      const bytes = sharedBytes('corpora/formats/xmp_test.jpg');
      for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
        const { bytes: after } = await roundTrip(bytes, { format, metadata: 'strip', quality: 60 });
        const text = everything(folder, `after.${format}`, after);
        expect(text).not.toMatch(/^\[(ExifIFD|GPS|XMP.*|IPTC|Photoshop)\]|Canon/m);
        expect(text).toContain('Adobe RGB (1998)');
      }
    });

    it('finds EXIF and IPTC in PNG texts of other programs', async () => {
      const folder = await tempFolder();
      const { bytes, result } = await roundTrip(
        sharedBytes('corpora/formats/exif_imagemagick_orientation.png'),
        { format: 'jpeg' },
      );
      expect(result.facts.orientation).toBe(1);
      expect(everything(folder, 'after.jpg', bytes)).toMatch(/\[IFD0\]\s+Orientation\s+: Horizontal/);
    });
  },
);

describe('metadata in JPEG segments', () => {
  it('keeps comments and drops damaged EXIF with a warning', async () => {
    const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 7]), Buffer.from('hello')]);
    const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 14]), Buffer.from('Exif\0\0garbag', 'latin1')]);
    const file = Buffer.concat([plain.subarray(0, 2), comment, exif, plain.subarray(2)]);
    const { bytes, warnings } = await roundTrip(file, { format: 'jpeg' });
    expect(codes(warnings)).toEqual(['exif-lost']);
    const segments = readSegments(bytes);
    expect(segments.find(({ marker }) => marker === 0xfe)?.data.toString()).toBe('hello');
    expect(segments.some(({ marker }) => marker === 0xe1)).toBe(false);
  });
});
