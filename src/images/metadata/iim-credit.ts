// The credit line among the IPTC records of a picture (IIM 4.2, 2:110): for readers that do not read XMP.
import { createHash } from 'node:crypto';
import { iptcId, type Resource, resourceBlock, resourcesIn } from './metadata.ts';

const digestId = 0x0425;
const creditOf = { record: 2, dataset: 110 } as const;

/** The credit line of the IPTC records, undefined without one; empty where the record is. */
export function creditIn(resources: Buffer | undefined): string | undefined {
  const records = resources && resourcesIn(resources).find(({ id }) => id === iptcId)?.data;
  const found = records && recordsIn(records).find(isCredit);
  return found && records.toString('latin1', found.dataAt, found.end);
}

/** Image resources with a credit line where there is none; IPTC records are made where there are none. */
export function withCredit(resources: Buffer | undefined, credit: string): Buffer {
  const given = resources ?? Buffer.alloc(0);
  const blocks = resourcesIn(given);
  const iptc = blocks.find(({ id }) => id === iptcId);
  if (iptc === undefined) {
    const end = blocks.at(-1)?.end ?? 0;
    return Buffer.concat([
      given.subarray(0, end),
      resourceBlock(iptcId, added(empty, credit)),
      given.subarray(end),
    ]);
  }
  const records = added(iptc.data, credit);
  const edited = spliced(given, iptc, resourceBlock(iptcId, records));
  return withDigest(edited, digestOf(iptc.data), digestOf(records));
}

// 2:00, the version that every record 2 begins with.
const empty = Buffer.from([0x1c, 2, 0, 0, 2, 0, 4]);

interface IimRecord {
  readonly record: number;
  readonly dataset: number;
  readonly at: number;
  readonly dataAt: number;
  readonly end: number;
}

// Up to the first that is none. Long data sets (5 bytes of head and a length of its own) are not credit lines.
function recordsIn(records: Buffer): IimRecord[] {
  const found: IimRecord[] = [];
  for (let at = 0; at + 5 <= records.length && records[at] === 0x1c; ) {
    const stated = records.readUInt16BE(at + 3);
    const extra = stated & 0x8000 ? stated & 0x7fff : 0;
    if (extra > 4 || at + 5 + extra > records.length) break;
    const length = stated & 0x8000 ? (extra === 0 ? 0 : records.readUIntBE(at + 5, extra)) : stated;
    const dataAt = at + 5 + extra;
    if (dataAt + length > records.length) break;
    found.push({
      record: records[at + 1] ?? 0,
      dataset: records[at + 2] ?? 0,
      at,
      dataAt,
      end: dataAt + length,
    });
    at = dataAt + length;
  }
  return found;
}

function isCredit({ record, dataset }: IimRecord): boolean {
  return record === creditOf.record && dataset === creditOf.dataset;
}

function added(records: Buffer, credit: string): Buffer {
  const found = recordsIn(records);
  const there = found.find(isCredit);
  const text = Buffer.from(credit, 'latin1');
  const entry = Buffer.from([0x1c, creditOf.record, creditOf.dataset, 0, text.length]);
  const next = found.find(
    ({ record, dataset }) =>
      record > creditOf.record || (record === creditOf.record && dataset > creditOf.dataset),
  );
  const at = there?.at ?? next?.at ?? found.at(-1)?.end ?? 0;
  return Buffer.concat([records.subarray(0, at), entry, text, records.subarray(there?.end ?? at)]);
}

// Photoshop keeps the MD5 of the records; one that fits no more would make them look newer than the XMP (MWG 2.0, 3.5).
function withDigest(resources: Buffer, before: Buffer, after: Buffer): Buffer {
  const digest = resourcesIn(resources).find(({ id }) => id === digestId);
  return digest?.data.equals(before) ? spliced(resources, digest, resourceBlock(digestId, after)) : resources;
}

function digestOf(records: Buffer): Buffer {
  return createHash('md5').update(records).digest();
}

function spliced(resources: Buffer, { at, end }: Resource, block: Buffer): Buffer {
  return Buffer.concat([resources.subarray(0, at), block, resources.subarray(end)]);
}
