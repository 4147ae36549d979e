import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/commands/check.ts';
import { completionCommand } from '../../src/commands/completion.ts';
import { configCommand } from '../../src/commands/config.ts';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { enhanceCommand } from '../../src/commands/enhance.ts';
import { helpColumns, shapeHelp } from '../../src/commands/help.ts';
import { keyCommand } from '../../src/commands/key.ts';
import { presetsCommand } from '../../src/commands/presets.ts';
import { providersCommand } from '../../src/commands/providers.ts';
import { runsCommand } from '../../src/commands/runs.ts';
import { usageCommand } from '../../src/commands/usage.ts';
import { fakeContext } from '../helpers/context.ts';

const roots = [
  enhanceCommand,
  keyCommand,
  usageCommand,
  runsCommand,
  checkCommand,
  presetsCommand,
  providersCommand,
  configCommand,
  doctorCommand,
  completionCommand,
];

function all(columns: number): readonly Command[] {
  const context = fakeContext({ home: '/nowhere' });
  const commands = roots.map((root) => root(context));
  for (const command of commands) shapeHelp(command, columns);
  return commands.flatMap(withChildren);
}

function withChildren(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

// As it is printed, with what stands behind the options.
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

describe('the help of every command', () => {
  it.each([60, 80, 100])('keeps to a terminal of %d columns, but for commands to be typed', (columns) => {
    for (const command of all(columns)) {
      const wide = helpOf(command)
        .split('\n')
        .filter((line) => line.length > columns && !/^ {2,3}\S/.test(line) && !line.startsWith('Usage:'));
      expect(wide, command.name()).toEqual([]);
    }
  });

  it('has no command to be typed that is wider than 80 columns', () => {
    for (const command of all(80)) {
      expect(
        helpOf(command)
          .split('\n')
          .filter((line) => line.length > 80),
        command.name(),
      ).toEqual([]);
    }
  });

  it('speaks in one voice: few words in lists, a sentence above its own help', () => {
    for (const command of all(80)) {
      expect(command.description(), command.name()).toMatch(/^[a-z].*[^.]$/);
      const [, , sentence = ''] = helpOf(command).split('\n');
      expect(sentence, command.name()).toMatch(/^[A-Z]/);
      for (const { description, long } of command.options.filter(({ hidden }) => !hidden))
        expect(description, long).toMatch(/[^.]$/);
      expect(helpOf(command)).toMatch(/-h, --help +print help\n/);
      expect(helpOf(command)).not.toMatch(/choices:|display help|Example:/);
    }
  });

  it('says choices and defaults in the same way, wherever they come from', () => {
    const text = all(100).map(helpOf).join('\n').replace(/\s+/g, ' ');
    expect(text).toMatch(/\(skip, overwrite, rename, fail; default: skip\)/);
    expect(text).toContain('how many (default: 20)');
    expect(text).toContain('the lock file (default: imgsys.lock.jsonl)');
  });
});

describe('helpColumns', () => {
  it.each([
    [{ isTTY: true, columns: 70 }, 70],
    [{ isTTY: true, columns: 240 }, 100],
    [{ isTTY: true, columns: 12 }, 40],
    [{ isTTY: true }, 80],
    [{ columns: 200 }, 80],
  ])('of %j is %d', (stream, columns) => {
    expect(helpColumns(stream)).toBe(columns);
  });
});
