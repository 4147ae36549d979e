import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { csvColumns, csvRow, harmless } from '../../src/commands/usage/csv.ts';
import { usageCommand } from '../../src/commands/usage.ts';
import { fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { type CallSeed, type RunSeed, seedCalls } from '../ledger/calls.ts';

async function csvOf(calls: readonly CallSeed[], runs: readonly RunSeed[], args: readonly string[] = []) {
  const home = await tempFolder();
  seedCalls(join(home, 'ledger.sqlite'), calls, { runs });
  const context = fakeContext({ home, clock: fakeClock() });
  await usageCommand(context).parseAsync(['--csv', ...args], { from: 'user' });
  await context.close();
  return context.stdoutText();
}

function cellsOf(text: string, row: number): Record<string, string> {
  const cells = text.split('\r\n')[row]?.split(',') ?? [];
  return Object.fromEntries(csvColumns.map((name, at) => [name, cells[at] ?? '']));
}

describe('imgsys usage --csv', () => {
  it('keeps its columns in their order', () => {
    expect(csvColumns.join(',')).toBe(
      'call,run,tag,provider,model,key,preset,state,settled,useless,cost_usd,cost_kind,expected_low_usd,' +
        'expected_high_usd,reserved_usd,input_text_tokens,input_image_tokens,output_tokens,request_id,picture,day,' +
        'time_utc,time_local',
    );
  });

  it('has a row a call, in UTC and in the local time of the call', async () => {
    const text = await csvOf(
      [
        {
          cost: 52_700,
          expected: [40_000, 60_001],
          requestId: 'req_1',
          atMs: Date.UTC(2026, 10, 20, 23, 5, 9),
          tzOffsetMinutes: 330,
          day: '2026-11-21',
        },
        { state: 'unsettled', settled: 'charged', reserved: 60_000, tzOffsetMinutes: -210 },
        { cost: null, reserved: null, useless: true },
        { state: 'refused' },
      ],
      [{ id: 'run', preset: 'auto', tag: 'spring' }],
    );
    expect(text.split('\r\n')).toHaveLength(6);
    expect(text.split('\r\n')[0]).toBe(csvColumns.join(','));
    expect(cellsOf(text, 1)).toMatchObject({
      ...{
        call: 'call 1',
        run: 'run',
        tag: 'spring',
        preset: 'auto',
        state: 'paid',
        settled: '',
        useless: '',
      },
      ...{ cost_usd: '0.052700', cost_kind: 'measured', reserved_usd: '0.060000', request_id: 'req_1' },
      ...{ expected_low_usd: '0.040000', expected_high_usd: '0.060001', picture: '/photos/a.jpg' },
      ...{ day: '2026-11-21', time_utc: '2026-11-20T23:05:09Z', time_local: '2026-11-21T04:35:09+05:30' },
    });
    expect(cellsOf(text, 2)).toMatchObject({
      ...{ state: 'unsettled', settled: 'charged', cost_usd: '', cost_kind: '', reserved_usd: '0.060000' },
      ...{ time_utc: '2026-11-21T12:00:00Z', time_local: '2026-11-21T08:30:00-03:30' },
    });
    // What is not known is empty, and never nothing.
    expect(cellsOf(text, 3)).toMatchObject({
      cost_usd: '',
      cost_kind: 'unknown',
      reserved_usd: '',
      useless: 'yes',
    });
    expect(cellsOf(text, 4)).toMatchObject({ state: 'refused', cost_usd: '' });
  });

  it('has the calls of the time and the run alone', async () => {
    const calls = [{ day: '2026-11-20' }, { day: '2026-11-21' }, { day: '2026-11-21', run: 'other' }];
    const runs = [{ id: 'run' }, { id: 'other' }];
    const names = async (...args: string[]) =>
      [...(await csvOf(calls, runs, args)).matchAll(/^call \d/gm)].map(([name]) => name);
    expect(await names()).toEqual(['call 1', 'call 2', 'call 3']);
    expect(await names('--since', '2026-11-21')).toEqual(['call 2', 'call 3']);
    expect(await names('--until', '2026-11-21T12:00Z')).toEqual(['call 1']);
    expect(await names('--run', 'run', '--since', '2026-11-21')).toEqual(['call 2']);
  });

  it('quotes what needs it, and takes the teeth out of formulas', async () => {
    const text = await csvOf(
      [{ path: '/photos/a "b", c\nd.jpg', requestId: "=HYPERLINK('http://x')" }],
      [{ id: 'run', tag: '@SUM(A1)', preset: '-1' }],
    );
    expect(text).toContain(',"/photos/a ""b"", c\nd.jpg",');
    expect(text).toContain(",'=HYPERLINK('http://x'),");
    expect(text).toContain(",'@SUM(A1),");
    expect(text).toContain(",'-1,");
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@A1', "'@A1"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['＝1', "'＝1"],
    ['a=1', 'a=1'],
    ['', ''],
    ["'", "'"],
  ])('%j is written as %j', (text, written) => {
    expect(harmless(text)).toBe(written);
  });

  it.each([
    [['a', 'b'], 'a,b'],
    [['', ''], ','],
    [['a,b'], '"a,b"'],
    [['a"b'], '"a""b"'],
    [['a\nb'], '"a\nb"'],
    [['a\rb', ' c '], '"a\rb", c '],
  ])('the record %j is %j', (cells, written) => {
    expect(csvRow(cells)).toBe(written);
  });

  it('does not read on when nobody reads what is written', async () => {
    const home = await tempFolder();
    seedCalls(
      join(home, 'ledger.sqlite'),
      Array.from({ length: 3_000 }, () => ({})),
    );
    let writes = 0;
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        writes += 1;
        done(writes === 2 ? gone : null);
      },
    });
    stdout.on('error', () => {});
    const context = fakeContext({ home, clock: fakeClock() });
    const command = usageCommand({ ...context, streams: { ...context.streams, stdout } });
    await expect(command.parseAsync(['--csv'], { from: 'user' })).rejects.toMatchObject({ code: 'EPIPE' });
    expect(writes).toBe(2);
    await context.close();
  });
});
