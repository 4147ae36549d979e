import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ItemError } from '../errors.ts';
import { ensureFolder } from '../outputs/folder.ts';
import { commit, discard, tempPathFor } from '../outputs/write.ts';
import { describeWriteError } from '../system-errors.ts';
import type { SheetData, SheetHead } from './data.ts';
import { chunk, closing, opening } from './html.ts';
import type { Presented } from './present.ts';
import { pageScript } from './script.ts';
import { mostThumbnails, sizeFor, type Thumbnailer } from './thumbnails.ts';

/** Pictures whose thumbnails stand together: about as many as are seen at once. */
const perChunk = 48;

export interface WriteParts {
  /** Names the temporary file. */
  readonly token: string;
  readonly thumbnailer: Thumbnailer;
  /** Told how many pictures have their thumbnails. */
  onProgress(made: number): void;
  /** Ends the writing where it aborts: nothing is left. */
  readonly ending?: AbortSignal;
}

/**
 * Writes a sheet under a temporary name, in constant memory but for the data, and gives it its own when it is whole.
 * Throws ItemError, or the reason of the signal that gave it up.
 */
export async function writeSheet(
  file: string,
  head: SheetHead,
  pictures: readonly Presented[],
  parts: WriteParts,
): Promise<void> {
  await ensureFolder(dirname(file));
  const tempPath = tempPathFor(file, parts.token);
  try {
    const handle = await open(tempPath, 'w');
    try {
      await writePage(handle, head, pictures, parts);
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discard(tempPath);
    throw error instanceof ItemError || parts.ending?.aborted ? error : describeWriteError(error);
  }
  await commit(tempPath, file, { replace: true });
}

async function writePage(
  handle: FileHandle,
  head: SheetHead,
  pictures: readonly Presented[],
  { thumbnailer, onProgress, ending }: WriteParts,
): Promise<void> {
  const count = Math.min(pictures.length, mostThumbnails);
  const size = sizeFor(count);
  const data: SheetData = {
    head,
    pictures: pictures.map(({ picture }) => picture),
    thumbnails: { edge: size.edge, pictures: count, perChunk },
  };
  await handle.writeFile(opening(data, await pageScript()));
  for (let start = 0; start < count; start += perChunk) {
    const part = pictures.slice(start, Math.min(start + perChunk, count));
    const pairs = await Promise.all(part.map((one) => pairOf(one, size, thumbnailer)));
    ending?.throwIfAborted();
    await handle.writeFile(chunk(start / perChunk, pairs.flat()));
    onProgress(start + part.length);
  }
  await handle.writeFile(closing);
}

async function pairOf(
  { picture, before, after }: Presented,
  size: Parameters<Thumbnailer['make']>[1],
  { make }: Thumbnailer,
): Promise<[string, string]> {
  const isSame =
    picture.state === 'unchanged' && picture.after?.state === 'as-it-was' && before !== undefined;
  const [first, second] = await Promise.all([
    before === undefined ? undefined : make(before, size),
    after === undefined || isSame ? undefined : make(after, size),
  ]);
  return [base64(first), isSame ? '=' : base64(second)];
}

function base64(bytes: Uint8Array | undefined): string {
  return bytes === undefined
    ? ''
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
