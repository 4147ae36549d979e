// Labels as an independent reader sees them, in every format, beside all other metadata.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { extendedXmpMark, xmpMark } from '../../../src/images/metadata/extended-xmp.ts';
import { insertSegments, readSegments } from '../../../src/images/metadata/jpeg-segments.ts';
import { type Disclosure, madeHere, saysNothing, sourceTypeUri } from '../../../src/source-types.ts';
import { hasShared, sharedBytes, sharedNames } from '../../helpers/shared.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { codes, corners, roundTrip } from '../pictures.ts';
import { hasExiftool } from './exiftool.ts';

const edited: Disclosure = {
  sourceType: 'compositeWithTrainedAlgorithmicMedia',
  system: 'OpenAI model-1',
  version: 'v7',
  credit: 'Edited with AI (OpenAI)',
};
const faithful: Disclosure = {
  sourceType: 'algorithmicallyEnhanced',
  system: 'Replicate owner/esrgan',
  credit: 'Enhanced with AI (Replicate)',
};
const label = {
  'XMP-iptcExt:DigitalSourceType': sourceTypeUri('compositeWithTrainedAlgorithmicMedia'),
  'XMP-iptcExt:AISystemUsed': 'OpenAI model-1',
  'XMP-iptcExt:AISystemVersionUsed': 'v7',
  'XMP-photoshop:Credit': 'Edited with AI (OpenAI)',
};
const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const;

// What is read of all files, by their names, in one go.
async function read(
  files: Readonly<Record<string, Buffer>>,
): Promise<Record<string, Record<string, unknown>>> {
  const folder = await tempFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const text = execFileSync('exiftool', ['-j', '-G1', '-a', '-n', folder], {
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rows = JSON.parse(text) as Record<string, unknown>[];
  return Object.fromEntries(rows.map((row) => [String(row.SourceFile).replace(/.*\//, ''), row]));
}

const ours = /DigitalSourceType$|AISystem|:Credit$|:(Current)?IPTCDigest$/;
const volatile = /^(SourceFile|ExifTool|System|File|Composite|QuickTime:MediaDataSize)/;
const others = (row: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !ours.test(key) && !volatile.test(key)));

/** Pictures with tags that exiftool writes, by their names. */
async function tagged<Name extends string>(
  tags: Readonly<Record<Name, readonly string[]>>,
): Promise<Record<Name, Buffer>> {
  const folder = await tempFolder();
  const plain = await corners().jpeg().toBuffer();
  const named = Object.entries<readonly string[]>(tags).map(([name, list]) => ({
    ...{ name, list, path: join(folder, `${name}.jpg`) },
  }));
  for (const { path } of named) writeFileSync(path, plain);
  const commands = named.flatMap(({ path, list }) => [
    ...['-q', '-overwrite_original', ...list.map((tag) => `-${tag}`), path, '-execute'],
  ]);
  execFileSync('exiftool', commands);
  return Object.fromEntries(named.map(({ name, path }) => [name, readFileSync(path)])) as Record<
    Name,
    Buffer
  >;
}

describe.skipIf(!hasExiftool)('labels by exiftool (skipped without it)', () => {
  it('are read in every format, for all that can be done', async () => {
    const { source } = await tagged({
      source: ['XMP-dc:Title=A title', 'EXIF:Artist=Jane', 'XMP-xmp:Rating=4'],
    });
    const files: Record<string, Buffer> = {};
    for (const format of formats) {
      for (const [name, disclosure] of Object.entries({ edited, faithful, madeHere })) {
        const { bytes, warnings } = await roundTrip(source, { format, disclosure });
        expect(warnings).toEqual([]);
        files[`${name}.${format}`] = bytes;
        files[`${name}-bare.${format}`] = (
          await roundTrip(await corners().png().toBuffer(), { format, disclosure })
        ).bytes;
      }
      files[`off.${format}`] = (await roundTrip(source, { format })).bytes;
    }
    const rows = await read(files);
    for (const format of formats) {
      expect(rows[`edited.${format}`]).toMatchObject({
        ...label,
        'XMP-dc:Title': 'A title',
        'IFD0:Artist': 'Jane',
      });
      expect(rows[`edited-bare.${format}`]).toMatchObject(label);
      expect(rows[`faithful.${format}`]).toMatchObject({
        'XMP-iptcExt:DigitalSourceType': sourceTypeUri('algorithmicallyEnhanced'),
        'XMP-iptcExt:AISystemUsed': 'Replicate owner/esrgan',
        'XMP-photoshop:Credit': 'Enhanced with AI (Replicate)',
      });
      for (const name of [`madeHere.${format}`, `madeHere-bare.${format}`]) {
        expect(Object.entries(rows[name] ?? {}).filter(([key]) => ours.test(key))).toEqual([
          ['XMP-iptcExt:DigitalSourceType', sourceTypeUri('algorithmicallyEnhanced')],
        ]);
      }
      expect(Object.keys(rows[`off.${format}`] ?? {}).filter((key) => ours.test(key))).toEqual([]);
      // Nothing else differs between a result with a label and one without.
      for (const name of ['edited', 'faithful', 'madeHere']) {
        expect(others(rows[`${name}.${format}`]), `${name}.${format}`).toEqual(others(rows[`off.${format}`]));
      }
    }
  });

  it('survive formats, another round and another label that says less', async () => {
    let bytes = (await roundTrip(await corners().jpeg().toBuffer(), { format: 'jpeg', disclosure: edited }))
      .bytes;
    const files: Record<string, Buffer> = {};
    for (const format of ['png', 'avif', 'tiff', 'webp', 'jpeg', 'jpeg'] as const) {
      ({ bytes } = await roundTrip(bytes, { format, disclosure: madeHere }));
      files[`${Object.keys(files).length}.${format}`] = bytes;
    }
    files['off.jpeg'] = (await roundTrip(bytes, { format: 'jpeg' })).bytes;
    files['strip.webp'] = (
      await roundTrip(bytes, { format: 'webp', metadata: 'strip', disclosure: saysNothing })
    ).bytes;
    files['bare.webp'] = (await roundTrip(bytes, { format: 'webp', metadata: 'strip' })).bytes;
    const { 'strip.webp': stripped, 'bare.webp': bare, ...kept } = await read(files);
    expect(Object.keys(kept)).toHaveLength(7);
    for (const [name, row] of Object.entries(kept)) expect(row, name).toMatchObject(label);
    const { 'XMP-photoshop:Credit': _, ...said } = label;
    expect(stripped).toMatchObject(said);
    expect(Object.keys(bare ?? {}).filter((key) => ours.test(key))).toEqual([]);
  });

  it("leave a photographer's credit alone, in XMP and in IPTC, and never say less than is said", async () => {
    const trained = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
    const sources = await tagged({
      xmp: ['XMP-photoshop:Credit=Jane Doe', 'IPTC:City=Rome'],
      iptc: ['IPTC:Credit=Jane Doe', 'IPTC:City=Rome', 'XMP-dc:Title=T'],
      none: ['IPTC:City=Rome', 'Photoshop:IPTCDigest=new'],
      trained: [`XMP-iptcExt:DigitalSourceType=${trained}`],
    });
    const files: Record<string, Buffer> = {};
    for (const [name, source] of Object.entries(sources)) {
      files[`${name}.jpeg`] = (await roundTrip(source, { format: 'jpeg', disclosure: edited })).bytes;
    }
    const rows = await read(files);
    const { 'XMP-photoshop:Credit': _, ...said } = label;
    expect(rows['xmp.jpeg']).toMatchObject({
      ...said,
      'XMP-photoshop:Credit': 'Jane Doe',
      'IPTC:City': 'Rome',
    });
    expect(rows['xmp.jpeg']).not.toHaveProperty('IPTC:Credit');
    expect(rows['iptc.jpeg']).toMatchObject({ ...said, 'IPTC:Credit': 'Jane Doe', 'XMP-dc:Title': 'T' });
    expect(rows['iptc.jpeg']).not.toHaveProperty('XMP-photoshop:Credit');
    expect(rows['none.jpeg']).toMatchObject({
      ...label,
      'IPTC:Credit': 'Edited with AI (OpenAI)',
      'IPTC:City': 'Rome',
    });
    expect(rows['none.jpeg']?.['Photoshop:IPTCDigest']).toBe(rows['none.jpeg']?.['File:CurrentIPTCDigest']);
    expect(rows['trained.jpeg']).toMatchObject({ ...label, 'XMP-iptcExt:DigitalSourceType': trained });
  });

  it('stay when everything that tells of people and places goes', async () => {
    const { source } = await tagged({
      source: [
        ...['XMP-photoshop:Credit=Jane Doe', 'XMP-iptcCore:Location=Home'],
        ...['IPTC:Credit=Jane Doe', 'GPSLatitude=57.125'],
      ],
    });
    const files: Record<string, Buffer> = {};
    for (const format of formats) {
      files[`a.${format}`] = (
        await roundTrip(source, { format, metadata: 'strip', disclosure: edited })
      ).bytes;
    }
    for (const row of Object.values(await read(files))) {
      expect(row).toMatchObject(label);
      expect(JSON.stringify(row)).not.toMatch(/Jane|Home|57\.125/);
    }
  });

  it('find room beside large XMP: in its padding, else in the packet before the rest of it', async () => {
    const padded = await withXmp(`xmlns:a="a" a:text="${'x'.repeat(60_000)}"`, 5000);
    const full = await withXmp(`xmlns:a="a" a:text="${'x'.repeat(65_100)}"`, 0);
    const rows: Record<string, Buffer> = {};
    for (const [name, source] of Object.entries({ padded, full })) {
      const { bytes, warnings } = await roundTrip(source, { format: 'jpeg', disclosure: edited });
      expect(warnings).toEqual([]);
      rows[`${name}.jpeg`] = bytes;
    }
    const packets = (bytes: Buffer) => readSegments(bytes).filter(({ data }) => data.indexOf(xmpMark) === 0);
    expect(packets(rows['full.jpeg'] as Buffer)[0]?.data.includes('compositeWithTrained')).toBe(true);
    const read1 = await read(rows);
    for (const name of ['padded.jpeg', 'full.jpeg']) {
      expect(read1[name]).toMatchObject(label);
      expect(String(read1[name]?.['XMP-a:Text']).length, name).toBeGreaterThan(59_000);
    }
  });

  it('name what has no place for them, and leave damaged XMP as it is', async () => {
    const gif = await roundTrip(await corners().gif().toBuffer(), { format: 'gif', disclosure: edited });
    expect(gif.warnings).toEqual([
      {
        code: 'disclosure-lost',
        message: 'its label compositeWithTrainedAlgorithmicMedia is not written: GIF has no place for it',
      },
    ]);
    const silent = await roundTrip(await corners().gif().toBuffer(), { format: 'gif', disclosure: madeHere });
    expect(silent.warnings).toEqual([]);
    const jpeg = await corners().jpeg().toBuffer();
    const damage = Buffer.concat([xmpMark, Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>')]);
    const source = insertSegments(jpeg, [{ marker: 0xe1, data: damage }]);
    const files: Record<string, Buffer> = {};
    for (const format of ['jpeg', 'tiff', 'png', 'webp'] as const) {
      const { bytes, warnings } = await roundTrip(source, { format, disclosure: edited });
      expect(codes(warnings), format).toEqual(['disclosure-lost']);
      expect(bytes.includes(damage.subarray(xmpMark.length)), format).toBe(true);
      files[`a.${format}`] = bytes;
    }
    const rows = await read(files);
    for (const format of ['jpeg', 'tiff', 'png']) {
      expect(rows[`a.${format}`]?.['IPTC:Credit'], format).toBe('Edited with AI (OpenAI)');
    }
  });

  it('stand in every packet, where there are several', async () => {
    const two = await withXmp('xmlns:a="a" a:b="1"', 0);
    const again = readSegments(await withXmp('xmlns:a="a" a:c="2"', 0)).find(
      ({ data }) => data.indexOf(xmpMark) === 0,
    );
    const source = insertSegments(two, again ? [again] : []);
    const { bytes } = await roundTrip(source, { format: 'jpeg', disclosure: edited });
    const packets = readSegments(bytes).filter(({ data }) => data.indexOf(xmpMark) === 0);
    expect(packets).toHaveLength(2);
    for (const { data } of packets) expect(data.includes('compositeWithTrained')).toBe(true);
    expect(readSegments(bytes).some(({ data }) => data.indexOf(extendedXmpMark) === 0)).toBe(false);
  });

  it.skipIf(!hasShared)(
    'change nothing else in real photographs (skipped without the shared pictures)',
    async () => {
      const files: Record<string, Buffer> = {};
      const named = [
        ...sharedNames('corpora/photos').filter((name) => name.endsWith('.jpg')),
        ...['xmp_test.jpg', 'Landscape_9.jpg'].map((name) => `../formats/${name}`),
      ];
      for (const name of named) {
        const full = sharedBytes(`corpora/photos/${name}`);
        // The pixels do not matter here: those of a small picture in their place.
        const small = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
          .jpeg()
          .toBuffer();
        const segments = readSegments(full).filter(({ marker }) => [0xe1, 0xed, 0xfe].includes(marker));
        const source = insertSegments(small, segments);
        const file = name.replace(/.*\//, '').replace(/\.jpg$/, '');
        for (const [kind, disclosure] of Object.entries({ edited, off: undefined })) {
          const { bytes, warnings } = await roundTrip(source, { format: 'jpeg', disclosure });
          expect(codes(warnings), name).not.toContain('disclosure-lost');
          files[`${file}.${kind}.jpg`] = bytes;
        }
      }
      const rows = await read(files);
      expect(Object.keys(rows)).toHaveLength(named.length * 2);
      for (const name of named.map((file) => file.replace(/.*\//, '').replace(/\.jpg$/, ''))) {
        expect(others(rows[`${name}.edited.jpg`]), name).toEqual(others(rows[`${name}.off.jpg`]));
        expect(rows[`${name}.edited.jpg`], name).toMatchObject({
          'XMP-iptcExt:DigitalSourceType': label['XMP-iptcExt:DigitalSourceType'],
          'XMP-iptcExt:AISystemUsed': 'OpenAI model-1',
        });
      }
    },
  );
});

async function withXmp(attributes: string, padding: number): Promise<Buffer> {
  const packet = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${attributes}/></rdf:RDF></x:xmpmeta>${' '.repeat(padding)}<?xpacket end="w"?>`;
  const data = Buffer.concat([xmpMark, Buffer.from(packet)]);
  return insertSegments(await corners().jpeg().toBuffer(), [{ marker: 0xe1, data }]);
}
