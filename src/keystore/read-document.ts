import { type Document, parseDocument } from './document.ts';
import { readPrivateFile } from './read-file.ts';

/** The store as it lies on the disk, or undefined where there is none. Throws CommandError 12 if it is not safe to use. */
export function readDocument(file: string): Document | undefined {
  const bytes = readPrivateFile(file);
  return bytes && parseDocument(bytes.toString('utf8'), file);
}
