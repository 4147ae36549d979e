// What is sent with pictures in it: in pieces, between which the connection is listened to. A service that refuses before it
// has read all closes it, and its answer is lost to whoever is still writing.
import { randomUUID } from 'node:crypto';
import { nextTurn } from '../../turns.ts';
import type { Upload } from '../enhance.ts';

/** Stands in a value for `jsonBody` where the bytes are to be as base64, behind `prefix`. */
export interface Base64 {
  readonly base64Of: Buffer;
  readonly prefix: string;
}

/** A picture as plain base64, for `jsonBody`. */
export function asBase64({ bytes }: Upload): Base64 {
  return { base64Of: bytes, prefix: '' };
}

/** A picture as a data URL, for `jsonBody`. */
export function asDataUrl({ bytes, type }: Upload): Base64 {
  return { base64Of: bytes, prefix: `data:${type};base64,` };
}

/** `value` as JSON, each Base64 in it as a string. Nothing is held as one long text, and no turn is kept for long. */
export async function jsonBody(value: unknown): Promise<Blob> {
  const pictures = new Map<string, Base64>();
  const text = JSON.stringify(value, (_key, member: unknown) => {
    if (!isBase64(member)) return member;
    const name = randomUUID();
    pictures.set(name, member);
    return name;
  });
  const pieces: (string | Buffer<ArrayBuffer>)[] = [];
  let rest = text;
  // In the order they stand in: names were given out on the way.
  for (const [name, { base64Of, prefix }] of pictures) {
    const at = rest.indexOf(name);
    pieces.push(rest.slice(0, at) + prefix);
    for await (const piece of encode(base64Of)) pieces.push(piece);
    rest = rest.slice(at + name.length);
  }
  return new Blob([...pieces, rest], { type: 'application/json' });
}

/** Fields of `multipart/form-data` by name; a picture is sent as a file. Those that are undefined are left out. */
export function formBody(fields: Readonly<Record<string, string | Upload | undefined>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else if (value !== undefined) form.append(name, fileOf(name, value));
  }
  return form;
}

/** A picture as a file of a form, called after its field: nothing of the user's own names is sent. */
export function fileOf(field: string, { bytes, type }: Upload): File {
  return new File(piecesOf(bytes), `${field}.${type.slice('image/'.length)}`, { type });
}

/** Bytes as a Blob of pieces. */
export function bytesBody({ bytes, type }: Upload): Blob {
  return new Blob(piecesOf(bytes), { type });
}

function piecesOf(bytes: Buffer): Buffer<ArrayBuffer>[] {
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from(
    { length: count },
    (_, index) => bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes) as Buffer<ArrayBuffer>,
  );
}

const pieceBytes = 2 ** 16;
/** Whole groups of three bytes: 64 KiB of digits. */
const encodedBytes = 3 * 2 ** 14;
const piecesInTurn = 16;

async function* encode(bytes: Buffer): AsyncGenerator<Buffer<ArrayBuffer>> {
  for (let at = 0, piece = 1; at < bytes.length; at += encodedBytes, piece += 1) {
    if (piece % piecesInTurn === 0) await nextTurn();
    yield Buffer.from(bytes.toString('base64', at, Math.min(at + encodedBytes, bytes.length)), 'latin1');
  }
}

function isBase64(value: unknown): value is Base64 {
  return (
    typeof value === 'object' && value !== null && 'base64Of' in value && Buffer.isBuffer(value.base64Of)
  );
}
