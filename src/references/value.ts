// From what a reference led to, to the key itself. No message ever holds a piece of it.
import { parseJson } from '../json.ts';
import { Secret } from '../secret.ts';
import { noKey } from './problem.ts';

export interface Reading {
  /** The reference, as it may be printed. */
  readonly from: string;
  /** Where to look when the value is of no use. */
  readonly hint: string;
  readonly lines?: 'whole' | 'first-line';
  /** Whether the reference could name a field with `#`. */
  readonly takesField?: boolean;
  /** The key of a JSON object under which the value stands. */
  readonly field?: string | undefined;
}

/** One final line break is dropped. Throws CommandError 4 for what is not one line of text. */
export function readValue(bytes: Uint8Array, reading: Reading): Secret {
  const { from, hint, lines = 'whole', field, takesField = false } = reading;
  const text = decode(bytes)?.replace(/\r?\n$/, '');
  if (text === undefined) throw noKey(from, 'it is not text (UTF-8)', hint);
  const value = field === undefined ? text : fieldOf(text, field, reading);
  const line = lines === 'first-line' ? (value.split(/\r?\n/, 1)[0] ?? '') : value;
  if (line.trim() === '') throw noKey(from, 'it is empty', hint);
  if (/[\n\r]/.test(line)) {
    throw noKey(
      from,
      'it has more than one line, and a key is one line',
      takesField ? `${hint}; in JSON, name its field with #FIELD` : hint,
    );
  }
  if (/\p{Cc}/u.test(line)) throw noKey(from, 'it holds control characters', hint);
  return new Secret(line);
}

function fieldOf(text: string, field: string, { from, hint }: Reading): string {
  const object = parseJson(text);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw noKey(
      from,
      'it is not a JSON object, so it has no fields',
      `leave #${field} away, or store a JSON object`,
    );
  }
  const value: unknown = Object.hasOwn(object, field) ? Reflect.get(object, field) : undefined;
  if (value === undefined) throw noKey(from, `the JSON object has no field ${field}`, hint);
  if (typeof value !== 'string') throw noKey(from, `the field ${field} is not a text`, hint);
  return value;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
