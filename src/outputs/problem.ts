// Failures to write, in words.
import { ItemError, type ItemReason, systemCode } from '../errors.ts';

/** The ItemError a system error stands for; what is none (a defect, an ItemError) is handed back as it is. */
export function asWriteError(error: unknown): unknown {
  const code = error instanceof ItemError ? undefined : systemCode(error);
  if (code === undefined) return error;
  const [reason, message, hint] = known[code] ?? (['write-failed', `cannot be written: ${code}`] as const);
  return new ItemError(reason, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

const spaceHint = 'free some space and run the command again: what is finished is not done twice';
const folderHint = 'choose another folder with -o, or change who may write there';

const known: Readonly<Record<string, readonly [ItemReason, string, string?]>> = {
  ENOSPC: ['disk-full', 'no space left on the disk', spaceHint],
  EDQUOT: ['disk-full', 'the disk quota is used up', spaceHint],
  EFBIG: ['disk-full', 'larger than the disk or the limit of this session allows', 'see: ulimit -f'],
  EROFS: ['write-failed', 'the disk is read-only', folderHint],
  EACCES: ['write-failed', 'no permission to write in the folder', folderHint],
  EPERM: ['write-failed', 'the system does not allow writing in the folder', folderHint],
  EIO: [
    'write-failed',
    'input/output error while writing',
    'check the disk or the network drive, then run again',
  ],
  EEXIST: [
    'output-exists',
    'a file of this name has appeared meanwhile',
    'run again, or use --on-exists rename',
  ],
  EISDIR: ['write-failed', 'a folder of this name is in the way'],
  ENOTDIR: ['write-failed', 'a file is in the way of the folder'],
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
  EMFILE: ['write-failed', 'too many open files', 'raise the limit with: ulimit -n 4096'],
};
