import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { creditIn, withCredit } from '../../../src/images/metadata/iim-credit.ts';
import { resourceBlock, resourcesIn, splitResources } from '../../../src/images/metadata/metadata.ts';

const record = (number: number, dataset: number, text: string) =>
  Buffer.concat([Buffer.from([0x1c, number, dataset, 0, text.length]), Buffer.from(text, 'latin1')]);
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

const version = Buffer.from([0x1c, 2, 0, 0, 2, 0, 4]);
const charset = record(1, 90, '\x1b%G');
const title = record(2, 5, 'Title');
const caption = record(2, 120, 'Gr\xc3\xbc\xc3\x9fe');

describe('withCredit', () => {
  it('puts the line in its place and leaves every other record as it is', () => {
    const records = Buffer.concat([
      charset,
      version,
      title,
      caption,
      record(8, 10, 'x'),
      Buffer.from([0, 0]),
    ]);
    const made = withCredit(resourceBlock(0x0404, records), 'Edited with AI');
    expect(creditIn(made)).toBe('Edited with AI');
    const line = record(2, 110, 'Edited with AI');
    const after = splitResources(made).iptc ?? Buffer.alloc(0);
    const at = after.indexOf(line);
    expect(at).toBe(charset.length + version.length + title.length);
    expect(Buffer.concat([after.subarray(0, at), after.subarray(at + line.length)])).toEqual(records);
  });

  it('fills an empty line, and makes records where there are none', () => {
    const empty = resourceBlock(0x0404, Buffer.concat([version, record(2, 110, ''), caption]));
    expect(creditIn(empty)).toBe('');
    expect(splitResources(withCredit(empty, 'A')).iptc).toEqual(
      Buffer.concat([version, record(2, 110, 'A'), caption]),
    );
    const other = resourceBlock(0x03ed, Buffer.alloc(16));
    const made = withCredit(Buffer.concat([other, Buffer.from('MeSa')]), 'A');
    expect(made.subarray(0, other.length)).toEqual(other);
    expect(made.subarray(-4).toString()).toBe('MeSa');
    expect(creditIn(made)).toBe('A');
    expect(creditIn(withCredit(undefined, 'B'))).toBe('B');
    expect(creditIn(undefined)).toBeUndefined();
  });

  it("keeps Photoshop's digest in step, where it was", () => {
    const records = Buffer.concat([version, title]);
    const iptc = resourceBlock(0x0404, records);
    for (const [digest, isRight] of [
      [md5(records), true],
      [Buffer.alloc(16, 7), false],
    ] as const) {
      const block = resourceBlock(0x0425, digest);
      for (const resources of [Buffer.concat([iptc, block]), Buffer.concat([block, iptc])]) {
        const made = withCredit(resources, 'Edited');
        const now = splitResources(made).iptc ?? Buffer.alloc(0);
        const kept = resourcesIn(made).find(({ id }) => id === 0x0425)?.data;
        expect(kept).toEqual(isRight ? md5(now) : digest);
      }
    }
  });

  it('leaves damaged records behind the line', () => {
    const records = Buffer.concat([version, title, Buffer.from([0x1c, 2, 120, 0x7f, 0xff, 1, 2])]);
    const made = splitResources(withCredit(resourceBlock(0x0404, records), 'A')).iptc ?? Buffer.alloc(0);
    expect(made).toEqual(
      Buffer.concat([version, title, record(2, 110, 'A'), Buffer.from([0x1c, 2, 120, 0x7f, 0xff, 1, 2])]),
    );
  });
});
