import { expect, it } from 'vitest';
import { enhanceCommand } from '../../src/commands/enhance.ts';
import { exitCodes } from '../../src/errors.ts';
import { fakeContext } from '../helpers/context.ts';

// Those of other commands, and defects.
const others: readonly number[] = [exitCodes.unexpected, exitCodes.stale];

it('names every exit code that a run can have', () => {
  let help = '';
  const command = enhanceCommand(fakeContext({ home: '/nowhere' }));
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const [, named = ''] = help.split('Exit codes:');
  const codes = new Set((named.match(/\d+/g) ?? []).map(Number));
  expect(Object.values(exitCodes).filter((code) => !others.includes(code) && !codes.has(code))).toEqual([]);
});
