import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { usageCommand } from '../../src/commands/usage.ts';
import { fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { seedCalls } from '../ledger/calls.ts';

interface Asked {
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** What is printed for calls; on a terminal where columns are given. */
async function shown(
  [calls, more]: [Parameters<typeof seedCalls>[1], Parameters<typeof seedCalls>[2]?],
  args: readonly string[],
  { columns, env = {} }: Asked = {},
): Promise<string[]> {
  const home = await tempFolder();
  seedCalls(join(home, 'ledger.sqlite'), calls, more);
  const context = fakeContext({ home, clock: fakeClock(), env, tty: columns !== undefined });
  if (columns !== undefined) context.streams.stdout.columns = columns;
  await usageCommand(context).parseAsync(args, { from: 'user' });
  await context.close();
  return context.stdoutText().split('\n').slice(0, -1);
}

const wideRuns = [
  { id: 'one', tag: '春のカタログ、東京と大阪の写真、二〇二六年' },
  { id: 'two', tag: 'spring\u001b[2J' },
  { id: 'three' },
];
const wideCalls = [
  ...Array.from({ length: 1_234 }, () => ({ run: 'one', cost: 52_700, expected: [40_000, 60_000] as const })),
  {
    run: 'two',
    cost: 1_500_000,
    useless: true,
    expected: [1_000_000, 2_000_000] as const,
    day: '2026-11-19',
  },
  { run: 'two', state: 'refused' as const },
  { run: 'three', state: 'unsettled' as const },
];
const wide: Parameters<typeof shown>[0] = [
  wideCalls,
  { runs: wideRuns, reuses: [{ run: 'three', path: '/b.jpg', saved: 52_700 }] },
];

describe('the table of imgsys usage', () => {
  it('of one call has one row and the total', async () => {
    expect(await shown([[{ cost: 52_700 }]], [])).toEqual([
      'month    pictures     cost',
      '2026-11         1  $0.0527',
      '──────────────────────────',
      'total           1  $0.0527',
    ]);
  });

  it('never says $0 of what has no known price', async () => {
    const runs = {
      runs: [
        { id: 'none', tag: 'none' },
        { id: 'some', tag: 'some' },
        { id: 'all', tag: 'all' },
        { id: 'no', tag: 'no' },
      ],
    };
    const unknown = { cost: null, reserved: null };
    const calls = [
      { run: 'none', ...unknown },
      { run: 'some', ...unknown },
      { run: 'some', cost: 52_700 },
      { run: 'all', cost: 1 },
      { run: 'no', state: 'unsettled' as const, reserved: null },
    ];
    const lines = await shown([calls, runs], ['--by', 'tag']);
    expect(lines).toEqual([
      'tag    pictures  unsettled          cost',
      'none          1          0   unknown',
      'some          2          0   $0.0527 + ?',
      'all           1          0  <$0.0001',
      'no            0          1         -',
      '────────────────────────────────────────',
      'total         4          1   $0.0527 + ?',
      '',
      '2 calls paid at an unknown price: not in the sum',
      '1 call may have been charged: 1 unknown price more',
    ]);
    expect(lines.join('\n')).not.toMatch(/\$0(\.0+)?(?!\.?\d)/);
  });

  it('has all columns where there is room, and nothing that steers a terminal', async () => {
    const lines = await shown(wide, ['--by', 'tag']);
    expect(lines).toEqual([
      'tag                                         pictures  reused  refused  useless  unsettled    cost          expected',
      'spring\\e[2J                                        0       0        1        1          0   $1.50    $1.00 to $2.00',
      '春のカタログ、東京と大阪の写真、二〇二六年     1,234       0        0        0          0  $65.03  $49.36 to $74.04',
      '(none)                                             0       1        0        0          1       -                 -',
      '─'.repeat(115),
      'total                                          1,234       1        1        1          1  $66.53  $50.36 to $76.04',
      '',
      'expected $50.36 to $76.04, paid $66.53: within that',
      '1 picture made from what was bought before: saved $0.0527',
      '1 answer paid that gave no picture',
      '1 call may have been charged: at most $0.06 more',
    ]);
  });

  it.each([120, 80, 60, 40, 30])('fits %i columns', async (columns) => {
    for (const by of ['tag', 'day', 'run', 'model']) {
      const lines = await shown(wide, ['--by', by], { columns });
      const table = lines.slice(0, lines.indexOf(''));
      expect(table.filter((line) => stringWidth(line) > columns)).toEqual([]);
      // What it costs is never left out.
      expect(table.at(-1)).toContain('$66.53');
      if (columns >= 60) expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    }
  });
});

describe('the chart by day', () => {
  const days = [
    { day: '2026-11-18', cost: 1_000_000 },
    { day: '2026-11-19', cost: 250_000 },
    { day: '2026-11-21', cost: 1 },
  ];

  it('stands on a terminal, with the days between', async () => {
    const lines = await shown([days], [], { columns: 60 });
    expect(lines.slice(lines.indexOf('cost by day'))).toEqual([
      'cost by day',
      '2026-11-18  ██████████████████████████████████████   $1.0000',
      '2026-11-19  █████████▌                               $0.2500',
      '2026-11-20                                                 -',
      '2026-11-21  ▏                                       <$0.0001',
    ]);
  });

  it('is of plain characters where others cannot be drawn', async () => {
    for (const env of [{ TERM: 'dumb' }, { NO_UNICODE: '1' }]) {
      const lines = await shown([days], ['--by', 'day'], { columns: 60, env });
      expect(lines.join('\n')).toMatch(/2026-11-18 {2}#{30,} {2}/);
      expect([...lines.join('')].filter((character) => character > '~')).toEqual([]);
    }
  });

  it('is not in a pipe but for --by day, and not for a single day', async () => {
    expect(await shown([days], [])).not.toContain('cost by day');
    expect(await shown([days], ['--by', 'day'])).toContain('cost by day');
    expect(await shown([[{}]], [], { columns: 80 })).not.toContain('cost by day');
  });
});

describe('what is left of limits', () => {
  it('stands below the sums, and in the JSON before the total', async () => {
    const home = await tempFolder();
    seedCalls(join(home, 'ledger.sqlite'), [{ day: '2026-11-21', cost: 1_250_000 }]);
    const context = fakeContext({ home, clock: fakeClock(Date.UTC(2026, 10, 21, 12)) });
    const { limits } = await context.ledger();
    await limits.set([
      {
        scope: 'all',
        name: '',
        period: 'month',
        amountMicrousd: 50_000_000,
        soft: undefined,
        warnOnly: false,
      },
      {
        scope: 'key',
        name: 'openai/team',
        period: 'day',
        amountMicrousd: 5_000_000,
        soft: undefined,
        warnOnly: true,
      },
    ]);
    await usageCommand(context).parseAsync([], { from: 'user' });
    expect(context.stdoutText().split('\n\n').at(-1)?.split('\n')).toEqual([
      'limit                                        spent  under way    left',
      '$50.00 a month                               $1.25      $0.00  $48.75',
      '$5.00 a day for the key openai/team (warns)  $1.25      $0.00   $3.75',
      '',
    ]);
    await usageCommand(context).parseAsync(['--json'], { from: 'user' });
    await context.close();
    const types = [...context.stdoutText().matchAll(/^\{"type":"(\w+)"/gm)].map(([, type]) => type);
    expect(types).toEqual(['usage', 'limit', 'limit', 'total']);
  });
});
