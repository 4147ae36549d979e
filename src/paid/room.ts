// Room on the disk for what is about to be paid.
import { statfs } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { ItemError } from '../errors.ts';
import { printable } from '../text.ts';

export interface Room {
  /**
   * Takes room for one answer, and resolves with what gives it back. Waits while only other answers under way stand in
   * its way. Throws ItemError (`disk-full`) where there is no room for even one; the signal's reason when that comes first.
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export interface RoomParts {
  /** A folder on the disk that is meant. */
  readonly folder: string;
  readonly clock: Clock;
  /** Bytes that are free there; asks the system unless given. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

const mebibyte = 2 ** 20;
/** A large picture of 8 megapixels as PNG. */
const answerBytes = 24 * mebibyte;
/** The ledger and all that is small. */
const restBytes = 8 * mebibyte;
const pollMs = 500;

export function createRoom({ folder, clock, freeBytes = askSystem }: RoomParts): Room {
  let taken = 0;
  return {
    async take(signal) {
      for (;;) {
        const free = await freeBytes(folder);
        if (free >= (taken + 1) * answerBytes + restBytes) break;
        if (taken === 0) throw tooLittle(folder);
        await clock.sleep(pollMs, signal);
      }
      taken += 1;
      return () => {
        taken -= 1;
      };
    },
  };
}

async function askSystem(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function tooLittle(folder: string): ItemError {
  const room = (answerBytes + restBytes) / mebibyte;
  const where = printable(folder);
  return new ItemError(
    'disk-full',
    `less than ${room} MiB are free where paid pictures are kept (${where})`,
    {
      hint: 'free some room there, or set IMGSYS_HOME to another disk; nothing was bought',
    },
  );
}
