// Work on large buffers in slices, so that what is under way elsewhere in this process is never kept waiting for it.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

let last: Promise<unknown> = Promise.resolve();

/** Resolves in a turn of the event loop that no other caller has: however many work at once, a turn holds one slice. */
export function nextTurn(): Promise<void> {
  const mine = last.then(() => setImmediate());
  last = mine;
  return mine;
}

const sliceBytes = 2 ** 21;

/** The SHA-256 of bytes, in hexadecimal. They must not change meanwhile. */
export async function sha256InTurns(bytes: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    if (bytes.length > sliceBytes) await nextTurn();
    hash.update(bytes.subarray(at, at + sliceBytes));
  }
  return hash.digest('hex');
}

/** Pieces as one buffer. */
export async function concatInTurns(pieces: readonly Uint8Array[]): Promise<Buffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= sliceBytes) return Buffer.concat(pieces);
  const whole = Buffer.allocUnsafeSlow(length);
  let [filled, turn] = [0, 0];
  for (const piece of pieces) {
    if (filled - turn > sliceBytes) {
      turn = filled;
      await nextTurn();
    }
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}
