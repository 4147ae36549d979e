import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { systemClock } from '../clock.ts';
import { CommandError, exitCodes } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';
import { printable } from '../text.ts';
import { builtInRows } from './built-in.ts';
import { maxFileBytes, parsePrices, type Seller } from './parse.ts';
import { createPriceTable, type PriceTable } from './table.ts';

/**
 * The built-in prices with those of the file at `path` (absolute; `shown` in messages) for `sellers` over them. Throws
 * CommandError (2) for a file that cannot be read or is wrong, naming it, the row and the field.
 */
export async function loadPrices(
  path: string,
  shown: string,
  sellers: readonly Seller[],
  nowMs = systemClock.now(),
): Promise<PriceTable> {
  const bytes = await readSmall(path, shown);
  const rows = parsePrices(bytes, shown, sellers, nowMs);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return createPriceTable(builtInRows, { file: { shown, sha256 }, rows });
}

// A byte more than is allowed tells that there are more.
async function readSmall(path: string, shown: string): Promise<Buffer> {
  try {
    // A FIFO would be waited for, and a device may act on being opened.
    if (!(await stat(path)).isFile())
      throw unusable(shown, 'not a regular file', 'name the JSON file itself');
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const bytes = Buffer.alloc(maxFileBytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
        length += bytesRead;
        if (bytesRead === 0 || length === bytes.length) return bytes.subarray(0, length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { message, hint } = describeReadError(error);
    throw unusable(shown, message, hint, error);
  }
}

function unusable(shown: string, what: string, hint?: string, cause?: unknown): CommandError {
  return new CommandError(`the price file ${printable(shown)}: ${what}`, {
    exitCode: exitCodes.usage,
    hint: hint ?? 'it is named by --prices, or by imgsys config get prices',
    ...(cause !== undefined && { cause }),
  });
}
