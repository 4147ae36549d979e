import { isUtf8 } from 'node:buffer';
import { constants, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError, exitCodes, ItemError, systemCode } from '../errors.ts';
import { describeReadError } from '../system-errors.ts';
import { type LockHead, lockVersion } from './lock.ts';
import { parseEntry, parseHead } from './parse.ts';
import { type LockTable, openLockTable } from './table.ts';

export interface ReadLock {
  readonly head: LockHead;
  /** To be closed by whoever reads it. */
  readonly table: LockTable;
  /** How its lines end: what git has made of them stays. */
  readonly eol: '\n' | '\r\n';
}

/** A lock file that is not there yet. */
export function emptyLock(): ReadLock {
  return { head: { version: lockVersion, folders: [] }, table: openLockTable(), eol: '\n' };
}

/**
 * Reads a lock file in constant memory; undefined where there is none. Throws CommandError (2) naming the line that is
 * damaged or a merge conflict. `shown` names the file.
 */
export async function readLock(file: string, shown: string): Promise<ReadLock | undefined> {
  const table = openLockTable();
  try {
    const read = await readInto(table, file, shown);
    if (read !== undefined) return { ...read, table };
  } catch (error) {
    table.close();
    throw error;
  }
  table.close();
  return undefined;
}

async function readInto(
  table: LockTable,
  file: string,
  shown: string,
): Promise<Omit<ReadLock, 'table'> | undefined> {
  let head: LockHead | undefined;
  let eol: ReadLock['eol'] = '\n';
  let number = 0;
  try {
    for await (const bytes of linesOf(await openFile(file))) {
      number += 1;
      const at = `${shown}: line ${number}`;
      if (bytes.at(-1) === carriageReturn && number === 1) eol = '\r\n';
      if (!isUtf8(bytes)) throw new CommandError(`${at} is not UTF-8`, { exitCode: exitCodes.usage });
      const line = bytes
        .toString('utf8')
        .replace(/\r$/, '')
        .replace(/^\ufeff/, '');
      if (head === undefined) head = parseHead(line, at);
      else if (line !== '' && !table.add(parseEntry(line, at))) throw listedTwice(at);
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (error instanceof CommandError) throw error;
    const { message, hint } = describeReadError(error);
    throw new CommandError(`${shown}: ${message}`, { exitCode: exitCodes.usage, ...(hint && { hint }) });
  }
  return { head: head ?? parseHead('', `${shown}: line 1`), eol };
}

// What is no file may never end, or never begin.
async function openFile(file: string): Promise<ReadStream> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if ((await handle.stat()).isFile()) return handle.createReadStream();
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new ItemError('not-a-file', 'is not a file');
}

function listedTwice(at: string): CommandError {
  return new CommandError(`${at} lists a picture that another line lists, too`, {
    exitCode: exitCodes.usage,
    hint: 'after a merge, keep one of both lines, then run imgsys enhance with --lock again',
  });
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const maxLineBytes = 1 << 20;

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    // No line of ours is that long: handed on as it is, it is refused as damaged.
    if (rest.length > maxLineBytes) break;
  }
  if (rest.length > 0) yield rest;
}
