import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';
import { usageCommand } from '../../src/commands/usage.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { softInWords } from '../../src/purchases/limit-words.ts';
import { type FakeClock, fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, paidFacts, purchase, reserve } from '../ledger/rows.ts';

const noon = new Date(2026, 10, 21, 12).getTime();
const year = 365 * 86_400_000;
let home: string;
let clock: FakeClock;

beforeEach(async () => {
  home = await tempFolder();
  clock = fakeClock(noon);
});

async function imgsys(command: typeof usageCommand, ...args: string[]) {
  const context = fakeContext({ home, clock });
  try {
    await command(context).exitOverride().parseAsync(args, { from: 'user' });
    return { out: context.stdoutText(), err: context.stderrText() };
  } finally {
    await context.close();
  }
}

const limit = (...args: string[]) => imgsys(usageCommand, 'limit', ...args);

async function buy(change = '') {
  const ledger = await openLedger(join(home, 'ledger.sqlite'), clock);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  await book.open(purchase('a'), never);
  const id = await reserve(book, 'a', { keyName: 'openai/team', reservedMicrousd: 60_000 });
  await book.sent(id);
  await book.pay(id, paidFacts);
  await ledger.endRun(run, { state: 'finished', counts: null });
  ledger.close();
  const db = new DatabaseSync(join(home, 'ledger.sqlite'));
  if (change !== '') db.exec(change);
  db.close();
}

describe('imgsys usage limit', () => {
  it('names a soft limit that was kept, and how to change it', async () => {
    await limit('set', '--daily', '5', '--soft', '4');
    await expect(limit('set', '--daily', '3')).rejects.toMatchObject({
      message: 'the --soft of $4.00 that was set before is more than the new limit of $3.00',
      hint: expect.stringContaining('--soft 80%'),
    });
    await expect(limit('set', '--daily', '3', '--soft', '4')).rejects.toThrow(
      '--soft is more than the limit',
    );
    expect((await limit('set', '--daily', '3', '--soft', '80%')).out).toContain('80%');
  });

  it('warns of a key that is not here, and sets the limit', async () => {
    const { out, err } = await limit('set', '--daily', '3', '--key', 'openai/nope');
    expect(err).toContain('warning: there is no key openai/nope here now');
    expect(out).toContain('for the key openai/nope');
    for (const name of ['OPENAI_API_KEY', 'IMGSYS_KEY_OPENAI']) {
      expect((await limit('set', '--daily', '3', '--key', name)).err).toBe('');
    }
    expect((await limit('set', '--daily', '3', '--key', 'NOBODYS_KEY')).err).toContain('no key NOBODYS_KEY');
  });

  it('says that a wrong clock keeps the purse closed, and opens it with --reset alone', async () => {
    clock = fakeClock(noon + 10 * year);
    await limit('set', '--daily', '5');
    await buy();
    clock = fakeClock(noon);
    const says = 'the calendar of the limits stands at 2036-11-18, the clock of this machine at 2026-11-21';
    for (const args of [['list'], ['list', '--json'], ['clock']]) {
      const { err } = await limit(...args);
      expect(err).toContain(`warning: ${says}`);
      expect(err).toContain('imgsys usage limit clock --reset');
    }
    expect((await imgsys(doctorCommand)).out).toContain(`problem  ${says}`);
    expect((await limit('clock', '--reset')).err).toBe(
      'imgsys: the calendar of the limits is set back from 2036-11-18 to 2026-11-21; 1 call booked on later days now count on this one\n',
    );
    const { out, err } = await limit('list');
    expect(out).toContain('2026-11-22 00:00');
    expect(out).toContain('$0.0527');
    expect(err).toBe('');
    expect((await limit('clock')).err).toContain('agrees with the clock');
    expect((await limit('clock', '--reset')).err).toContain('nothing to set back');
    expect((await imgsys(doctorCommand)).out).not.toContain('calendar');
  });
});

describe('a ledger with a cost that no number holds', () => {
  beforeEach(() => buy('UPDATE attempts SET cost_microusd = 360287970189639600'));

  it('is shown by usage', async () => {
    await limit('set', '--daily', '5');
    expect((await imgsys(usageCommand)).out).toContain('2026-11');
    expect((await imgsys(usageCommand, '--csv')).out).toContain('openai/team');
    expect((await limit('list')).out).toContain('$5.00 a day');
  });

  it('is a problem for doctor', async () => {
    expect((await imgsys(doctorCommand)).out).toMatch(
      /problem {2}the ledger's sums cannot be right: the call \S+ is booked at \$.*\n +hint: /,
    );
  });
});

it.each([
  [undefined, 100, true, 'is passed'],
  [{ percent: 80 }, 100, true, 'comes near'],
  [{ percent: 80 }, 0, true, 'is passed'],
  [{ percent: 80 }, 0, false, 'comes near'],
])('a limit told from %j on, of which %d is left, warns only: %s', (soft, leftMicrousd, warnOnly, how) => {
  const of = { scope: 'all', name: '', period: 'day', amountMicrousd: 5_000_000, soft, warnOnly } as const;
  const sums = { spentMicrousd: 1, unsettledMicrousd: 0, reservedMicrousd: 0, leftMicrousd, uncounted: 0 };
  expect(softInWords({ limit: of, ...sums, endsAtMs: undefined })).toContain(`$5.00 a day ${how}: `);
});
