// What the system's error codes mean for one file, in words; the same words wherever a file is read or written.
import { CommandError, type ExitCode, exitCodes, ItemError, type ItemReason, systemCode } from './errors.ts';

/**
 * A failure to read a file or a folder, as an ItemError. An ItemError is handed back as it is.
 * Throws what is no system error: that is a defect, not a bad file.
 */
export function describeReadError(error: unknown): ItemError {
  return describe(error, readErrors, (code) => ['read-failed', `cannot be read: ${code}`, diskHint]);
}

/** The same for a failure to write. */
export function describeWriteError(error: unknown): ItemError {
  return describe(error, writeErrors, (code) => ['write-failed', `cannot be written: ${code}`, diskHint]);
}

/**
 * What the machine refused to a part of the program that has no words of its own for it, as the end of the command.
 * Undefined for all else, which is a defect.
 */
export function describeTrouble(error: unknown): CommandError | undefined {
  const [message, hint, exitCode] = troubles[systemCode(error) ?? ''] ?? [];
  if (message === undefined || hint === undefined || exitCode === undefined) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  const about = typeof path === 'string' ? `${path}: ${message}` : message;
  return new CommandError(about, { exitCode, hint, cause: error });
}

type Words = readonly [reason: ItemReason, message: string, hint?: string];

function describe(
  error: unknown,
  known: Readonly<Record<string, Words>>,
  otherwise: (code: string) => Words,
): ItemError {
  if (error instanceof ItemError) return error;
  const code = systemCode(error);
  if (code === undefined) throw error;
  const [reason, message, hint] = known[code] ?? otherwise(code);
  return new ItemError(reason, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

const permissionHint = 'check who owns it and what its permissions are';
const diskHint = 'check the disk or the network drive, then run the command again';
const spaceHint = 'free some space and run the command again: what is finished is not done twice';
const folderHint = 'choose another folder with -o, or change who may write there';

const pathHint = 'check the path, and whether it was moved or renamed meanwhile';
const inTheWayHint = 'move it away, or choose another folder with -o';
const filesHint = 'raise the limit with: ulimit -n 4096';
const memoryHint = 'close other programs, then run the same command again';

type Trouble = readonly [message: string, hint: string, exitCode: ExitCode];

const troubles: Readonly<Record<string, Trouble>> = {
  EIO: ['the disk reports an error', diskHint, exitCodes.temporary],
  ENOSPC: ['no space left on the disk', spaceHint, exitCodes.temporary],
  EDQUOT: ['the disk quota is used up', spaceHint, exitCodes.temporary],
  EMFILE: ['too many open files', filesHint, exitCodes.temporary],
  ENFILE: ['too many open files on this machine', memoryHint, exitCodes.temporary],
  ENOMEM: ['not enough memory', memoryHint, exitCodes.temporary],
  ESTALE: ['the network drive lost the file', diskHint, exitCodes.temporary],
  EROFS: ['the disk is read-only', 'make it writable, or use another disk', exitCodes.usage],
  EACCES: ['no permission', permissionHint, exitCodes.usage],
  EPERM: ['the system does not allow it', permissionHint, exitCodes.usage],
};

const readErrors: Readonly<Record<string, Words>> = {
  ENOENT: ['not-found', 'no such file or folder', pathHint],
  ENOTDIR: ['not-found', 'no such file or folder: part of the path is a file', pathHint],
  ERR_INVALID_ARG_VALUE: ['not-found', 'no such file or folder: the name holds a zero byte', pathHint],
  EACCES: ['no-permission', 'no permission to read it', permissionHint],
  EPERM: ['no-permission', 'the system does not allow reading it', permissionHint],
  ELOOP: ['symlink-loop', 'a symbolic link that leads back to itself'],
  ENAMETOOLONG: ['name-too-long', 'the path is longer than the system allows', 'start further down the tree'],
  EIO: ['read-failed', 'input/output error while reading', diskHint],
  ESTALE: ['read-failed', 'the network drive lost the file', diskHint],
  ENODEV: ['read-failed', 'the drive is gone', diskHint],
  ENXIO: ['read-failed', 'the drive is gone', diskHint],
  ETIMEDOUT: ['read-failed', 'the network drive did not answer', diskHint],
  EMFILE: ['read-failed', 'too many open files', filesHint],
  ENFILE: ['read-failed', 'too many open files on this machine', memoryHint],
  ENOMEM: ['read-failed', 'not enough memory', memoryHint],
};

const writeErrors: Readonly<Record<string, Words>> = {
  ENOSPC: ['disk-full', 'no space left on the disk', spaceHint],
  EDQUOT: ['disk-full', 'the disk quota is used up', spaceHint],
  EFBIG: ['disk-full', 'larger than the disk or the limit of this session allows', 'see: ulimit -f'],
  EROFS: ['write-failed', 'the disk is read-only', folderHint],
  EACCES: ['write-failed', 'no permission to write in the folder', folderHint],
  EPERM: ['write-failed', 'the system does not allow writing in the folder', folderHint],
  EIO: ['write-failed', 'input/output error while writing', diskHint],
  ESTALE: ['write-failed', 'the network drive lost the file', diskHint],
  ENODEV: ['write-failed', 'the drive is gone', diskHint],
  ENXIO: ['write-failed', 'the drive is gone', diskHint],
  ETIMEDOUT: ['write-failed', 'the network drive did not answer', diskHint],
  EEXIST: [
    'output-exists',
    'a file of this name has appeared meanwhile',
    'run again, or use --on-exists rename',
  ],
  EISDIR: ['write-failed', 'a folder of this name is in the way', inTheWayHint],
  ENOTDIR: ['write-failed', 'a file is in the way of the folder', inTheWayHint],
  ENOENT: [
    'write-failed',
    'the folder or the unfinished file is gone',
    'run again and leave the output folder alone',
  ],
  ENAMETOOLONG: [
    'name-too-long',
    'the path of the output is longer than the system allows',
    'choose a shorter output folder',
  ],
  EMFILE: ['write-failed', 'too many open files', filesHint],
  ENFILE: ['write-failed', 'too many open files on this machine', memoryHint],
  ENOMEM: ['write-failed', 'not enough memory', memoryHint],
};
