import { describe, expect, it } from 'vitest';
import { ItemError, systemCode } from '../src/errors.ts';
import { describeReadError, describeTrouble, describeWriteError } from '../src/system-errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: said the system`), { code });
}

describe('a system error in words', () => {
  it.each([
    [
      'ENOENT',
      'not-found',
      'no such file or folder',
      'write-failed',
      'the folder or the unfinished file is gone',
    ],
    [
      'EACCES',
      'no-permission',
      'no permission to read it',
      'write-failed',
      'no permission to write in the folder',
    ],
    ['ENOSPC', 'read-failed', 'cannot be read: ENOSPC', 'disk-full', 'no space left on the disk'],
    [
      'EIO',
      'read-failed',
      'input/output error while reading',
      'write-failed',
      'input/output error while writing',
    ],
    ['EXYZ', 'read-failed', 'cannot be read: EXYZ', 'write-failed', 'cannot be written: EXYZ'],
  ])('%s', (code, readReason, readMessage, writeReason, writeMessage) => {
    const cause = systemError(code);
    expect(describeReadError(cause)).toMatchObject({ reason: readReason, message: readMessage, cause });
    expect(describeWriteError(cause)).toMatchObject({ reason: writeReason, message: writeMessage, cause });
  });

  it('gives the next step where there is one', () => {
    expect(describeReadError(systemError('EMFILE')).hint).toContain('ulimit -n');
    expect(describeWriteError(systemError('EISDIR')).hint).toContain('-o');
  });
});

describe('what is no system error', () => {
  it.each([describeReadError, describeWriteError])('stays what it is (%o)', (describeError) => {
    const known = new ItemError('damaged', 'is cut short');
    expect(describeError(known)).toBe(known);
    const defect = new TypeError('a defect');
    expect(() => describeError(defect)).toThrow(defect);
  });
});

describe('what the machine refuses to a part without words of its own', () => {
  it('ends the command with the file and a next step', () => {
    const cause = Object.assign(systemError('EMFILE'), { path: '/home/me/keystore.json' });
    expect(describeTrouble(cause)).toMatchObject({
      ...{ message: '/home/me/keystore.json: too many open files', exitCode: 5, cause },
      hint: expect.stringContaining('ulimit -n'),
    });
  });

  it('is no defect alone: anything else is', () => {
    expect(describeTrouble(new TypeError('x is not a function'))).toBeUndefined();
    expect(describeTrouble(systemError('EXYZ'))).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('knows a used-up quota, which Node has no name for', () => {
    const cause = Object.assign(new Error('Unknown system error -122: write'), {
      ...{ code: 'Unknown system error -122', errno: -122, path: '/out/a.jpg' },
    });
    expect(systemCode(cause)).toBe('EDQUOT');
    expect(describeWriteError(cause)).toMatchObject({
      reason: 'disk-full',
      message: 'the disk quota is used up',
    });
  });
});
