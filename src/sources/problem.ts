// Discovery's failures in words: one system error is one file's problem and never ends the walk.
import { type ItemReason, systemCode } from '../errors.ts';
import type { Found } from './source.ts';

export type Problem = Extract<Found, { kind: 'problem' }>;

/** Something that cannot be a source; counted as failed unless `failed` is false. */
export function problem(
  shown: string,
  reason: ItemReason,
  message: string,
  options: { hint?: string; failed?: boolean } = {},
): Problem {
  const { hint, failed = true } = options;
  return { kind: 'problem', shown, reason, message, failed, ...(hint === undefined ? {} : { hint }) };
}

/** The problem a system error stands for. Throws what is no system error: that is a defect, not a bad file. */
export function problemFrom(error: unknown, shown: string): Problem {
  const code = systemCode(error);
  if (code === undefined) throw error;
  const words = known[code];
  if (words === undefined) return problem(shown, 'read-failed', `cannot be read: ${code}`);
  const [reason, message, hint] = words;
  return problem(shown, reason, message, hint === undefined ? {} : { hint });
}

const permissionHint = 'check who owns it and what its permissions are';
const diskHint = 'check the disk or the network drive, then run the command again';

const known: Readonly<Record<string, readonly [ItemReason, string, string?]>> = {
  ENOENT: ['not-found', 'no such file or folder'],
  ENOTDIR: ['not-found', 'no such file or folder: part of the path is a file'],
  ERR_INVALID_ARG_VALUE: ['not-found', 'no such file or folder: the name holds a zero byte'],
  EACCES: ['no-permission', 'no permission to read it', permissionHint],
  EPERM: ['no-permission', 'the system does not allow reading it', permissionHint],
  ELOOP: ['symlink-loop', 'a symbolic link that leads back to itself'],
  ENAMETOOLONG: ['name-too-long', 'the path is longer than the system allows', 'start further down the tree'],
  EIO: ['read-failed', 'input/output error while reading', diskHint],
  ESTALE: ['read-failed', 'the network drive lost the file', diskHint],
  ENODEV: ['read-failed', 'the drive is gone', diskHint],
  ENXIO: ['read-failed', 'the drive is gone', diskHint],
  ETIMEDOUT: ['read-failed', 'the network drive did not answer', diskHint],
  EMFILE: ['read-failed', 'too many open files', 'raise the limit with: ulimit -n 4096'],
  ENFILE: ['read-failed', 'too many open files on this machine', 'close other programs and run again'],
};
