import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { csvColumns } from '../../src/commands/usage/csv.ts';
import { usageCommand } from '../../src/commands/usage.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { jsonLines } from '../helpers/cli.ts';
import { fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, paidFacts, purchase, reserve } from '../ledger/rows.ts';

const clock = fakeClock();
let home: string;
let file: string;

beforeEach(async () => {
  home = await tempFolder();
  file = join(home, 'ledger.sqlite');
});

async function imgsysUsage(...args: string[]) {
  const ledger = openLedger(file, clock, undefined, async () => undefined);
  const context = fakeContext({ home, clock, parts: { ledger: () => ledger } });
  try {
    await usageCommand(context).exitOverride().parseAsync(args, { from: 'user' });
    return { out: context.stdoutText(), err: context.stderrText() };
  } finally {
    (await ledger).close();
  }
}

/** A run that bought two pictures (one answer was of no use) and has two calls that may have been charged. */
async function buy(): Promise<{ run: string; unsettled: string[] }> {
  const ledger = await openLedger(file, clock);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  const send = async (key: string, reservedMicrousd: number | undefined) => {
    await book.open(purchase(key), never);
    const id = await reserve(book, key, { keyName: 'openai/team', reservedMicrousd });
    await book.sent(id);
    return id;
  };
  await book.pay(await send('a', 60_000), paidFacts);
  await book.pay(await send('b', 60_000), paidFacts);
  await book.payForNothing(await send('c', 60_000), 'no picture', { costMicrousd: 100, costKind: 'derived' });
  const unsettled = [await send('d\u001b[2J', 60_000), await send('e', undefined)];
  await book.unsettle(unsettled[0] ?? '', 'no complete answer', 'req_7');
  await book.unsettle(unsettled[1] ?? '', 'time-out', undefined);
  await ledger.endRun(run, { state: 'finished', counts: null });
  ledger.close();
  return { run: run.id, unsettled };
}

describe('imgsys usage', () => {
  it('says that nothing was bought', async () => {
    expect(await imgsysUsage()).toEqual({ out: '', err: 'imgsys: nothing was bought yet\n' });
    const json = await imgsysUsage('--json');
    expect(json.err).toBe('');
    expect(jsonLines(json.out)).toMatchObject([{ type: 'total', paid: 0, costMicrousd: 0 }]);
    expect((await imgsysUsage('--csv')).out).toBe(`${csvColumns.join(',')}\r\n`);
    expect((await imgsysUsage('--unsettled')).err).toBe('imgsys: nothing is unsettled\n');
  });

  it('is a table by month with the total, and says what the sums leave out', async () => {
    const { run } = await buy();
    const { out, err } = await imgsysUsage();
    expect(out).toBe(
      [
        'month    pictures  useless  unsettled     cost',
        '2026-11         2        1          2  $0.1055',
        '──────────────────────────────────────────────',
        'total           2        1          2  $0.1055',
        '',
        '1 answer paid that gave no picture',
        '2 calls may have been charged: at most $0.06 and 1 unknown price more',
        '',
      ].join('\n'),
    );
    expect(err).toContain('imgsys usage --unsettled');
    expect(err).toContain('imgsys usage settle --all --charged (or --free)');
    const one = await imgsysUsage('--run', run);
    expect(one.out).toBe(out);
    expect(one.err).toContain(`imgsys usage settle --run ${run} --charged`);
  });

  it('prints groups as JSON Lines, the total last', async () => {
    await buy();
    const { out } = await imgsysUsage('--json', '--by', 'model');
    const sums = {
      ...{ paid: 3, useless: 1, costMicrousd: 105_500, unknown: 0, refused: 0 },
      ...{ unsettled: 2, unsettledMicrousd: 60_000, unsettledUnknown: 1 },
    };
    expect(jsonLines(out)).toMatchObject([
      { type: 'usage', by: 'model', name: 'openai/gpt-image-1', ...sums },
      { type: 'total', ...sums },
    ]);
  });

  it('lists what may have been charged, and how to settle it', async () => {
    const { run, unsettled } = await buy();
    const { out, err } = await imgsysUsage('--unsettled');
    expect(out.trimEnd().split('\n')).toEqual([
      `${unsettled[0]}  sent 2026-11-21 04:12:00 UTC  openai/team gpt-image-1  at most $0.06  /photos/d\\e[2J.jpg: no complete answer (request req_7)`,
      `${unsettled[1]}  sent 2026-11-21 04:12:00 UTC  openai/team gpt-image-1  price unknown  /photos/e.jpg: time-out`,
    ]);
    expect(err).toContain('imgsys usage settle');
    const json = (await imgsysUsage('--unsettled', '--run', run, '--json')).out.trimEnd().split('\n');
    expect(json.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'call', id: unsettled[0], run, mostMicrousd: 60_000, requestId: 'req_7', settled: null },
      { type: 'call', id: unsettled[1], run, mostMicrousd: null, requestId: null },
    ]);
  });

  it('says which pictures can still be collected, and does not send their payer to settle them', async () => {
    const ledger = await openLedger(file, clock);
    const run = await ledger.beginRun(newRun);
    const book = bindPurchases(ledger, run);
    await book.open(purchase('j'), never);
    const id = await reserve(book, 'j', { keyName: 'fal/default', reservedMicrousd: 60_000 });
    await book.sent(id);
    await book.accepted(id, 'fal-ai/esrgan/requests/1');
    await book.unsettle(id, 'stopped', undefined);
    await ledger.endRun(run, { state: 'finished', counts: null });
    ledger.close();
    const collect = 'run the same command again: the picture is collected, not bought again';
    const { out, err } = await imgsysUsage('--unsettled');
    expect(out).toContain('/photos/j.jpg: stopped; its picture can still be collected: run the same command');
    expect(err).toBe(`imgsys: hint: ${collect}\n`);
    expect((await imgsysUsage()).err).toBe(`imgsys: hint: ${collect}\n`);
    expect(jsonLines((await imgsysUsage('--unsettled', '--json')).out)).toMatchObject([
      { id, settled: null, collectable: true },
    ]);
    const { unsettled } = await buy();
    const both = await imgsysUsage('--unsettled');
    expect(both.err).toContain(collect);
    expect(both.err).toContain('imgsys usage settle CALL...');
    const calls = jsonLines((await imgsysUsage('--unsettled', '--json')).out);
    expect(calls.map(({ collectable }) => collectable)).toEqual([true, ...unsettled.map(() => false)]);
  });

  it('settles the calls of a run as charged', async () => {
    const { run } = await buy();
    const { out, err } = await imgsysUsage('settle', '--run', run, '--paid');
    expect(out).toBe('');
    expect(err).toContain('settled 2 calls as charged, at most $0.06 and 1 unknown price');
    expect(err).toContain('imgsys runs retry RUN');
    expect((await imgsysUsage('--unsettled')).out).toBe('');
    expect((await imgsysUsage()).out).toContain(
      '2 calls settled as charged: at most $0.06 and 1 unknown price more\n',
    );
    expect((await imgsysUsage('settle', '--all', '--free')).err).toBe('imgsys: nothing is unsettled\n');
  });

  it('settles single calls as free', async () => {
    const { unsettled } = await buy();
    const [first = '', second = ''] = unsettled;
    expect((await imgsysUsage('settle', first, '--free')).err).toContain('settled 1 call as free');
    expect((await imgsysUsage('--unsettled')).out).toMatch(new RegExp(`^${second} .*\n$`));
    const { out } = await imgsysUsage('settle', second, '--free', '--json');
    expect(JSON.parse(out)).toMatchObject({ type: 'call', id: second, settled: 'free' });
    expect((await imgsysUsage()).out).not.toContain('unsettled');
  });

  it.each([
    [['settle', '--free'], 'which calls are settled?'],
    [['settle', '--all'], 'were the calls charged?'],
    [['settle', '--all', '--free', '--charged'], 'exclude one another'],
    [['settle', '--all', '--run', 'x', '--free'], 'exclude one another'],
    [['settle', 'x', '--all', '--free'], 'exclude one another'],
    [['settle', 'x', '--free'], 'there is no call x'],
    [['settle', '--run', 'x', '--free'], 'there is no run x'],
    [['--run', 'x'], 'there is no run x'],
    [['--unsettled', '--run', 'x'], 'there is no run x'],
    [['settle', '--all', '--free', '--paid'], 'exclude one another'],
    [['--csv', '--json'], '--csv and --json exclude each other'],
    [['--csv', '--by', 'day'], '--csv and --by exclude each other'],
    [['--unsettled', '--since', '7d'], '--unsettled and --since exclude each other'],
    [['--since', 'yesterday'], '--since yesterday is no time'],
    [['--since', '2026-12', '--until', '2026-11'], '--since 2026-12 is not before --until 2026-11'],
  ])('%j: %s', async (args, message) => {
    await buy();
    await expect(imgsysUsage(...args)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
    expect((await imgsysUsage('--unsettled')).out.split('\n')).toHaveLength(3);
  });
});
