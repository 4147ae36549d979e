// Flags of every command with values nobody counts on: an exit code of the table, in words, before anything is touched.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/cli.ts';
import { flatten, readTable, type TableCommand } from '../../src/commands/completion/table.ts';
import { refuseKeysInArguments } from '../../src/credentials/looks-like-key.ts';
import { CommandError, exitCodes } from '../../src/errors.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { patienceMs, tries } from './runs.ts';

/** The checks are over: what follows would touch pictures, the ledger or the screen. */
class Reached extends Error {}

const reached = (): never => {
  throw new Reached('the flags were accepted');
};

// These change something by intent, start other programs or ask services.
const acting =
  /^(?:doctor|key (?:add|rotate|remove|use|verify|store.*)|config (?:set|unset)|presets init|usage limit.*)$/;
const codes: readonly number[] = Object.values(exitCodes);
const oddTexts = [
  ...[
    '',
    ' ',
    '-',
    '--',
    '=',
    'a=b',
    '-1',
    '0',
    '1',
    '1.5',
    '1e9',
    '1e999',
    'NaN',
    'Infinity',
    '0x10',
    '+5',
    '١٢',
  ],
  ...[
    '9'.repeat(400),
    `${'9'.repeat(330)}d`,
    `${'9'.repeat(330)}G`,
    `0.${'0'.repeat(400)}1`,
    'x'.repeat(100_000),
  ],
  ...[
    '2x',
    '4x',
    '0x0',
    '1024x1024',
    '99999x1',
    'keep',
    '90s',
    '1h30m',
    '1h30',
    'm',
    '2G',
    '512MiB',
    '-2G',
    '1.5 gb',
  ],
  ...[
    'left=200,right=10%',
    '16:9',
    '0:0',
    '200%',
    '#fff',
    '#gggggg',
    'white',
    '$5',
    '$',
    '80%',
    '2026-02-30',
    '7d',
  ],
  ...[
    'café',
    'cafe\u0301',
    '写真',
    '\u202egpj',
    '\ud800',
    '\u001b[2J',
    'a\nb',
    '\t',
    '\u0007',
    '\u2028',
    '👩‍👩‍👧',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    '../..',
    '/',
    '.',
    '~',
    'C:\\x',
    '{name}',
    '{',
    '{{name}}',
  ],
  ...[
    '[',
    '[!',
    '[z-a]',
    '{a,b',
    '**',
    '(',
    '\\',
    `${'*'.repeat(60)}a`,
    '{1..999999999}',
    'local:x',
    'openai:',
    ':',
    ',',
  ],
];

let leaves: readonly TableCommand[];
let cwd: string;
let home: string;
beforeAll(async () => {
  [home, cwd] = [join(await tempFolder(), 'home'), join(await tempFolder(), 'cwd')];
  await mkdir(cwd);
  const all = flatten(await readTable(fakeContext({ home })));
  leaves = all.filter(
    ({ path, children }) => path.length > 0 && children.length === 0 && !acting.test(path.join(' ')),
  );
});

const numbers = fc.record({
  pick: fc.nat(10_000),
  kind: fc.constantFrom(
    'value',
    'value',
    'value',
    'word',
    'near',
    'bare',
    'joined',
    'place',
    'twice' as const,
  ),
  text: fc.oneof(
    fc.constantFrom(...oddTexts),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.double().map(String),
  ),
});
type Pick = typeof numbers extends fc.Arbitrary<infer One> ? One : never;

// A command's arguments out of its own table.
function argsOf({ path, options }: TableCommand, picks: readonly Pick[]): string[] {
  const args = picks.flatMap(({ pick, kind, text: odd }): string[] => {
    // An argument never holds a NUL.
    const text = odd.replaceAll('\0', '');
    const { long, values } = options[pick % options.length] ?? { long: '--x', values: undefined };
    if (long === '--help') return [];
    const words = values?.kind === 'words' ? values.words : ['nowhere'];
    const word = words[pick % words.length] ?? '';
    if (kind === 'word') return values === undefined ? [long] : [long, word];
    if (kind === 'near') return [`${long.slice(0, 3 + (pick % long.length))}${text.slice(0, 3)}`, word];
    if (kind === 'bare') return [long];
    if (kind === 'joined') return [`${long}=${text}`];
    if (kind === 'place') return [text];
    return kind === 'twice' ? [long, text, long, word] : values === undefined ? [long] : [long, text];
  });
  return [...path, ...args];
}

describe('flags', () => {
  it('are accepted or refused in words, and nothing is touched before', { timeout: patienceMs }, async () => {
    const ended = { accepted: 0, refused: 0, done: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000), fc.array(numbers, { maxLength: 5 }), async (which, picks) => {
        const leaf = leaves[which % leaves.length];
        if (leaf === undefined) throw new Error('there are no commands');
        const parts = {
          ledger: reached,
          ledgerToRead: reached,
          workers: reached,
          localEngine: reached,
          reporter: reached,
        };
        const context = fakeContext({ home, cwd, parts });
        const args = argsOf(leaf, picks);
        try {
          refuseKeysInArguments(args);
          await dispatch(args, context);
          ended.done += 1;
          if (context.exitCode() !== undefined) expect(codes).toContain(context.exitCode());
        } catch (error) {
          if (error instanceof Reached) ended.accepted += 1;
          else {
            ended.refused += 1;
            expectRefusal(error);
          }
        }
        // Escapes, controls and bidirectional marks of the arguments do not reach the terminal.
        expect(context.stderrText()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]|\n\s+at /);
        expect([await listed(home), await listed(cwd)]).toEqual([[], []]);
      }),
      tries(400),
    );
    for (const count of Object.values(ended)) expect(count).toBeGreaterThan(5);
  });
});

// Found by the property above and by those of lists.test.ts.
it.each([
  ['--include', ''],
  ['--exclude', '/'],
  ['--include', 'x'.repeat(70_000)],
  ['--max-duration', `${'9'.repeat(400)}d`],
  ['--max-memory', `${'9'.repeat(400)}G`],
])('refuses %s %.10s before anything is looked at', async (flag, value) => {
  const context = fakeContext({ home, cwd, parts: { reporter: reached, ledger: reached } });
  const refused = dispatch(['enhance', 'nowhere', '-o', 'out', flag, value], context);
  await expect(refused).rejects.toMatchObject({ name: 'CommandError', exitCode: exitCodes.usage });
});

function expectRefusal(error: unknown): void {
  if (error instanceof CommandError) {
    expect(codes).toContain(error.exitCode);
    expect(error.exitCode).not.toBe(exitCodes.unexpected);
    expect(error.message).toMatch(/^[^A-Z\s]|^[A-Z]{2,}|^\S+ /);
    return;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('commander.')) throw error;
}

async function listed(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
