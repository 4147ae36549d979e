import { describe, expect, it } from 'vitest';
import { exitCodes, foremostExitCode } from '../src/errors.ts';

describe('foremostExitCode', () => {
  it.each([
    [[], exitCodes.done],
    [[exitCodes.someFailed, exitCodes.outputExists], exitCodes.outputExists],
    [[exitCodes.someFailed, exitCodes.interrupted], exitCodes.interrupted],
    [[exitCodes.temporary, exitCodes.someFailed], exitCodes.someFailed],
    [[exitCodes.timeLimit, exitCodes.someFailed, exitCodes.spendingLimit], exitCodes.spendingLimit],
    [[exitCodes.noInput], exitCodes.noInput],
  ])('%j is %i', (held, foremost) => expect(foremostExitCode(held)).toBe(foremost));
});
