// Metadata blocks damaged in every way: what reads and edits them answers with a block or with none, and ends.
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageWarning } from '../../src/images/facts.ts';
import { editExif, exifBlob, orientationIn } from '../../src/images/metadata/exif.ts';
import { extendedXmpIn } from '../../src/images/metadata/extended-xmp.ts';
import { carrySegments, metadataOfJpeg, segmentsFor } from '../../src/images/metadata/jpeg.ts';
import { insertSegments, readSegments } from '../../src/images/metadata/jpeg-segments.ts';
import { asResources, splitResources, withoutCopies } from '../../src/images/metadata/metadata.ts';
import { attachToPng, chunksToCarry } from '../../src/images/metadata/png.ts';
import { readPngExtras } from '../../src/images/metadata/png-read.ts';
import { attachToTiff, exifOfTiff } from '../../src/images/metadata/tiff.ts';
import { editXmp, orientationInXmp } from '../../src/images/metadata/xmp.ts';
import { sniff } from '../../src/images/sniff.ts';
import { hasShared, sharedBytes, sharedNames } from '../helpers/shared.ts';
import { damaged, damages } from './damage.ts';
import { patienceMs, tries } from './runs.ts';

const edit = { size: { width: 30, height: 20 }, removeGps: true, removeGainMap: true, keepProfile: false };
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" tiff:Orientation="6"
 exif:GPSLatitude="52,30N"><exif:GPSLongitude>13,24E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>`;
const iptc = Buffer.from('8BIM\u0004\u0004\0\0\0\0\0\u0007\u001c\u0002x\0\u0002hi\0', 'latin1');

let files: readonly (readonly [string, Buffer])[];
beforeAll(async () => {
  const picture = sharp({ create: { width: 12, height: 8, channels: 3, background: '#a40' } })
    .withExif({
      IFD0: { Copyright: 'me', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    })
    .withXmp(xmp)
    .keepIccProfile();
  const formats = ['jpeg', 'png', 'tiff', 'webp'] as const;
  const own = await Promise.all(
    formats.map(async (format) => [format, await picture.clone().toFormat(format).toBuffer()] as const),
  );
  const small = sharedNames('corpora/formats')
    .filter((name) => /\.(?:jpe?g|png|tiff?|webp)$/i.test(name))
    .map((name) => [name, sharedBytes(`corpora/formats/${name}`)] as const);
  files = [...own, ...small.filter(([, bytes]) => bytes.length < 300_000)];
});

describe('metadata', () => {
  it.runIf(hasShared)('of all formats is there to be damaged', () =>
    expect(files.length).toBeGreaterThan(20),
  );

  it('of damaged files is read, edited and put back, or left', { timeout: patienceMs }, () => {
    fc.assert(
      fc.property(fc.nat(10_000), damages, (which, list) => {
        const [, whole = Buffer.alloc(0)] = files[which % files.length] ?? [];
        const bytes = damaged(whole, list);
        const warnings: ImageWarning[] = [];
        expect(typeof sniff(bytes).kind).toBe('string');
        const segments = readSegments(bytes);
        const { exif, resources } = metadataOfJpeg(segments);
        const carried = carrySegments(segments, edit);
        expect(extendedXmpIn(segments).length).toBeLessThanOrEqual(2 * bytes.length);
        const extras = readPngExtras(bytes);
        expect(chunksToCarry(bytes, true, true).every(({ type }) => type.length === 4)).toBe(true);
        for (const blob of [exif, extras.exif, exifOfTiff(bytes), exifBlob(bytes)]) expectEdited(blob);
        for (const packet of [extras.xmp, metadataOfJpeg(segments).xmp]) if (packet) editXmp(packet, edit);
        for (const block of [resources, asResources(extras.iptc), asResources(bytes)]) {
          if (block !== undefined) expect(withoutCopies(block).length).toBeLessThanOrEqual(block.length);
        }
        const again = insertSegments(files[0]?.[1] ?? whole, carried.segments);
        expect(readSegments(again).length).toBeGreaterThanOrEqual(carried.segments.length);
        segmentsFor({ exif, xmp: extras.xmp, resources }, warnings);
        for (const { code, message } of warnings) expect(`${code} ${message}`).toMatch(/^\S+-lost \S/);
      }),
      tries(400),
    );
  });

  it('in blocks that are damaged themselves is edited or given up, and found by what reads it', {
    timeout: patienceMs,
  }, async () => {
    const [, jpeg = Buffer.alloc(0)] = files[0] ?? [];
    const { exif = Buffer.alloc(0) } = metadataOfJpeg(readSegments(jpeg));
    const [, png = Buffer.alloc(0)] = files[1] ?? [];
    const [, tiff = Buffer.alloc(0)] = files[2] ?? [];
    expect(exif.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.constantFrom(exif, Buffer.from(xmp), iptc), damages, (block, list) => {
        const bytes = damaged(block, list);
        expectEdited(bytes);
        editXmp(bytes, edit);
        expect(orientationInXmp(bytes) ?? 1).toSatisfy(Number.isInteger);
        const resources = asResources(bytes);
        if (resources !== undefined) splitResources(resources);
        // What is put into a file leaves the rest of it whole.
        const metadata = { exif: bytes, xmp: bytes, resources: resources ?? iptc };
        expect(readPngExtras(attachToPng(png, metadata)).exif?.length ?? 0).toBeGreaterThanOrEqual(0);
        expect(attachToTiff(tiff, metadata).length).toBeGreaterThanOrEqual(tiff.length);
      }),
      tries(600),
    );
  });
});

function expectEdited(blob: Buffer | undefined): void {
  if (blob === undefined) return;
  orientationIn(blob);
  const edited = editExif(blob, edit);
  if (edited === undefined) return;
  expect(edited.length).toBeLessThanOrEqual(blob.length);
  expect([1, undefined]).toContain(orientationIn(edited));
}
