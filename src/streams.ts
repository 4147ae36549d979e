// Where text goes: results to standard output, everything for people to standard error.
import type { Readable, Writable } from 'node:stream';
import { printable } from './text.ts';

export interface Streams {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  /**
   * The terminal behind `stderr`, for a display that moves its cursor and must know what is written at once. What goes
   * there is redacted by whoever writes it.
   */
  readonly screen?: NodeJS.WriteStream;
}

/** One line for people: `imgsys: message`. Callers pass names through `printable` first. */
export function say(streams: Streams, message: string): void {
  streams.stderr.write(`imgsys: ${message}\n`);
}

export function warn(streams: Streams, message: string): void {
  say(streams, `warning: ${message}`);
}

export function hint(streams: Streams, message: string): void {
  say(streams, `hint: ${message}`);
}

/** Warns with a hint, whatever stands in the texts. */
export function warner(streams: Streams): (message: string, next?: string) => void {
  return (message, next) => {
    warn(streams, printable(message));
    if (next !== undefined) hint(streams, printable(next));
  };
}

/** Writes a result; resolves once the text was taken, so that a slow reader slows the writer down. */
export function writeResult(streams: Streams, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    streams.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
