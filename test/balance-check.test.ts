import { describe, expect, it } from 'vitest';
import { type Booked, differenceInWords, watchBalances } from '../src/balance-check.ts';
import { CommandError, exitCodes } from '../src/errors.ts';
import { ProviderError } from '../src/providers/http.ts';
import { stabilityEdits } from '../src/providers/stability/stability-edits.ts';
import type { Payer } from '../src/purchases/attempt.ts';

const none: Booked = { name: 'a', costMicrousd: 0, unknown: 0, unsettledMicrousd: 0, unsettledUnknown: 0 };
const own: Booked = { ...none, costMicrousd: 400_000 };
const other: Booked = { ...none, name: 'b', costMicrousd: 50_000 };
const fell = (by: string) => `the balance fell by ${by}, booked are $0.40`;

type Case = readonly [
  name: string,
  taken: number,
  own: Booked,
  others: readonly Booked[],
  words: string | undefined,
];

describe('what was taken beside what is booked', () => {
  const cases: readonly Case[] = [
    ['equal', 400_000, own, [], undefined],
    ['equal but for rounding', 400_060, own, [], undefined],
    ['more', 450_000, own, [], fell('$0.45')],
    ['less', 50_000, own, [], fell('$0.05')],
    ['nothing', 0, own, [], fell('$0.00')],
    ['bought meanwhile', -600_000, own, [], 'the balance rose by $0.60, booked are $0.40'],
    ['an unsettled call was charged', 450_000, { ...own, unsettledMicrousd: 50_000 }, [], undefined],
    ['an unsettled call was free', 400_000, { ...own, unsettledMicrousd: 50_000 }, [], undefined],
    ['more than that', 460_000, { ...own, unsettledMicrousd: 50_000 }, [], fell('$0.46')],
    ['a price that is not known', 9_000_000, { ...own, unknown: 1 }, [], undefined],
    ['less than is known', 300_000, { ...own, unsettledUnknown: 1 }, [], fell('$0.30')],
    ['the other key draws on the same account', 450_000, own, [other], undefined],
    ['more than both', 500_000, own, [other], fell('$0.50')],
    ['refused but charged', 50_000, none, [], 'the balance fell by $0.05, booked are $0.00'],
  ];
  it.each(cases)('%s', (_name, taken, own, others, words) => {
    expect(differenceInWords(taken, own, [own, ...others])).toBe(words);
  });
});

function watch(answers: (number | undefined | Error)[], booked: readonly Booked[] = [own]) {
  const said: string[] = [];
  const kill = new AbortController();
  let asked = 0;
  const provider = {
    ...stabilityEdits,
    async balance() {
      asked += 1;
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const warn = (message: string) => said.push(message);
  const check = watchBalances({ provider, fetch, kill: kill.signal, booked: () => booked, warn });
  return { check, said, kill, asked: () => asked };
}

const payer: Payer = {
  ...{ id: 'slot', keyName: 'a', weight: 1, baseUrl: 'https://service.example' },
  ...{ secret: async () => undefined, again: async () => undefined },
};
const unread = { key: 'a', takenMicrousd: null, bookedMicrousd: 400_000 };
const locked = new CommandError('locked', { exitCode: exitCodes.keyStoreLocked });
const broken = new ProviderError('cannot be reached', { provider: 'stability', failure: 'network' });

describe('balances', () => {
  it('are asked for once before and once after, however many calls there are', async () => {
    const { check, said, asked } = watch([1_000_000, 600_000]);
    await Promise.all([check.before(payer), check.before(payer)]);
    await check.before(payer);
    expect(asked()).toBe(1);
    expect(await check.after()).toEqual([{ ...unread, takenMicrousd: 400_000 }]);
    expect([asked(), said]).toEqual([2, []]);
  });

  it('that are off are told once', async () => {
    const { check, said } = watch([1_000_000, 550_000]);
    await check.before(payer);
    expect(await check.after()).toEqual([{ ...unread, takenMicrousd: 450_000 }]);
    expect(said).toEqual([`a: ${fell('$0.45')}`]);
  });

  it('of keys without a call are not asked for again', async () => {
    const { check, asked } = watch([1_000_000], [other]);
    await check.before(payer);
    expect([await check.after(), asked()]).toEqual([[], 1]);
    expect(await watch([]).check.after()).toEqual([]);
  });

  it.each([
    ['before', [broken], 1],
    ['after', [1_000_000, broken], 2],
    ['for want of the key', [1_000_000, locked], 2],
    ['since the answer does not say', [undefined], 1],
  ])('that cannot be read are no error: %s', async (_when, answers, questions) => {
    const { check, said, asked } = watch(answers);
    await check.before(payer);
    expect(await check.after()).toEqual([unread]);
    expect([asked(), said]).toEqual([questions, []]);
  });

  it('are not waited for by a run that is ended', async () => {
    const { check, kill } = watch([1_000_000, new Error('ended')]);
    await check.before(payer);
    kill.abort();
    expect(await check.after()).toEqual([unread]);
  });

  it('do not hide a defect', async () => {
    await expect(watch([new TypeError('not a function')]).check.before(payer)).rejects.toThrow(TypeError);
  });
});
