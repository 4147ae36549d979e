import { describe, expect, it } from 'vitest';
import type { AttemptOutcome, PoolJob, PoolNotice, PoolOptions, SlotFacts } from '../../src/pool/contract.ts';
import { createPool } from '../../src/pool/pool.ts';
import { PoolClosed } from '../../src/pool/pool-closed.ts';
import { CallError } from '../../src/providers/enhance.ts';
import { memoryBook } from '../helpers/memory-book.ts';
import { eventClock } from './sim/events.ts';
import { oneImage } from './sim/service.ts';

const one: SlotFacts = { id: 'one', keyName: 'openai/one', weight: 1 };
const two: SlotFacts = { id: 'two', keyName: 'openai/two', weight: 3 };
const done: AttemptOutcome = { ok: true, result: { bytes: Buffer.from('x'), headers: {} } };

function failed(facts: Partial<ConstructorParameters<typeof CallError>[1]>, text = 'no'): AttemptOutcome {
  return {
    ok: false,
    error: new CallError(text, { provider: 'test', kind: 'busy', charge: 'none', ...facts }),
  };
}

function setting(options: Partial<PoolOptions> = {}) {
  const clock = eventClock();
  const notices: PoolNotice[] = [];
  const book = memoryBook(clock);
  const events = { notice: (notice: PoolNotice) => notices.push(notice) };
  const whole = { slots: [one], stated: {}, concurrency: 'auto', maxWaitMs: 900_000, ...options } as const;
  const pool = createPool(whole, { book, clock, events, random: () => 0.5 });
  const never = new AbortController().signal;
  const run = (attempt: PoolJob['attempt'], signal = never) => pool.run({ cost: oneImage, attempt }, signal);
  return { clock, notices, book, pool, run, never };
}

describe('createPool', () => {
  it('tries again what was free, and holds no place while it waits', async () => {
    const { clock, run, pool } = setting();
    const outcomes = [failed({ kind: 'busy' }), failed({ kind: 'network' }), done];
    const seen: number[] = [];
    const result = run(async () => {
      seen.push(clock.monotonicMs());
      return outcomes.shift() ?? done;
    });
    await clock.run(clock.sleep(500));
    expect(pool.inFlight()).toBe(0);
    expect((await clock.run(result)).bytes.toString()).toBe('x');
    expect(seen).toEqual([0, 750, 2250]);
  });

  it('ends a job with what may have been charged, with a refusal, and with six troubles', async () => {
    for (const [facts, tries] of [
      [{ kind: 'network', charge: 'unsettled' }, 1],
      [{ kind: 'refused' }, 1],
      [{ kind: 'busy' }, 6],
    ] as const) {
      const { clock, run } = setting();
      let count = 0;
      const result = run(async () => {
        count += 1;
        return failed(facts);
      });
      await expect(clock.run(result)).rejects.toMatchObject({ name: 'ProviderError', kind: facts.kind });
      expect(count).toBe(tries);
    }
  });

  it('benches a key without money, goes on with the other, and closes when none is left', async () => {
    const { clock, run, notices, pool, never } = setting({ slots: [one, two] });
    const used: string[] = [];
    const attempt = (money: string[]) => async (slot: SlotFacts) => {
      used.push(slot.id);
      return money.includes(slot.id) ? done : failed({ kind: 'quota' });
    };
    await clock.run(Promise.all([1, 2, 3].map(() => run(attempt(['two'])))));
    expect(used.filter((id) => id === 'one')).toHaveLength(1);
    const ends = [1, 2, 3].map(() => run(attempt([])).catch((error) => error));
    const reasons = await clock.run(Promise.all(ends));
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(PoolClosed);
      expect(reason).toMatchObject({ why: 'account', callError: { kind: 'quota' } });
    }
    await expect(clock.run(run(attempt(['one', 'two'])))).rejects.toMatchObject({ why: 'account' });
    await expect(clock.run(pool.ready(never))).rejects.toMatchObject({ why: 'account' });
    // The last one is told by what the pool closes with.
    expect(notices.map((notice) => [notice.kind, notice.keyName])).toEqual([['benched', 'openai/one']]);
  });

  it('obeys a stated wait exactly, tells of it, and resumes one after the other', async () => {
    const { clock, run, notices } = setting();
    const starts: number[] = [];
    let isRefused = false;
    const attempt = async () => {
      starts.push(clock.monotonicMs());
      await clock.sleep(10);
      if (isRefused) return done;
      isRefused = true;
      return failed({ kind: 'rate', headers: { 'retry-after': '75' } });
    };
    await clock.run(Promise.all(Array.from({ length: 8 }, () => run(attempt))));
    const [first, second, ...rest] = starts;
    expect([first, second]).toEqual([0, 75_010]);
    expect(
      Math.min(...rest.map((atMs, index) => atMs - (index === 0 ? 75_010 : (rest[index - 1] ?? 0)))),
    ).toBeGreaterThan(1);
    expect(notices).toEqual([{ kind: 'waiting', keyName: 'openai/one', waitMs: 75_000, why: 'no' }]);
  });

  it('ends the run when the wait is longer than the longest', async () => {
    const { clock, run } = setting({ maxWaitMs: 60_000 });
    const limited = async () => failed({ kind: 'rate', headers: { 'retry-after': '75' } });
    const ends = [run(limited), run(limited)].map((end) => end.catch((error) => error));
    const reasons = await clock.run(Promise.all(ends));
    for (const reason of reasons)
      expect(reason).toMatchObject({ name: 'PoolClosed', why: 'max-wait', waitMs: 75_000 });
    expect(clock.monotonicMs()).toBeLessThan(1000);
  });

  it('ends the run when the pace asks for a longer wait than the longest', async () => {
    const { clock, run } = setting({ maxWaitMs: 60_000 });
    const limited = async () => failed({ kind: 'rate' }, 'on input-images per day: Limit 200, Used 200.');
    const reason = await clock.run(run(limited).catch((error) => error));
    expect(reason).toMatchObject({ name: 'PoolClosed', why: 'max-wait', callError: { kind: 'rate' } });
    expect(reason.waitMs / 432_000).toBeCloseTo(1, 2);
    expect(clock.monotonicMs()).toBeLessThan(1000);
  });

  it.each([
    [10, {}],
    [4000, {}],
    [10, { 'retry-after': '5' }],
    [7000, { 'retry-after': '1' }],
  ])('ends the run when nothing is let through for longer (refused after %i ms, %j)', async (tookMs, headers) => {
    const { clock, run } = setting({ maxWaitMs: 20_000 });
    const limited = async () => {
      await clock.sleep(tookMs);
      return failed({ kind: 'rate', headers: headers as Record<string, string> });
    };
    const ends = Array.from({ length: 6 }, () => run(limited).catch((error) => error));
    for (const reason of await clock.run(Promise.all(ends))) {
      expect(reason).toMatchObject({ name: 'PoolClosed', why: 'max-wait', callError: { kind: 'rate' } });
      expect(Math.max(reason.waitMs ?? 0, reason.refusedMs ?? 0)).toBeGreaterThan(20_000);
    }
    expect(clock.monotonicMs()).toBeLessThan(90_000);
  });

  it('does not end the run for a job that is always refused while others are let through', async () => {
    const { clock, run } = setting({ maxWaitMs: 20_000 });
    const text = 'on input-images per min: Limit 60, Used 60';
    const unlucky = run(async () =>
      clock.monotonicMs() > 120_000 ? done : failed({ kind: 'rate', headers: { 'retry-after': '2' } }, text),
    );
    const others = Array.from({ length: 60 }, async (_, index) => {
      await clock.sleep(index * 2500);
      return run(async () => done);
    });
    await clock.run(Promise.all([unlucky, ...others]));
    expect(clock.monotonicMs()).toBeGreaterThan(120_000);
  });

  it('tells of a long wait by pace, once a minute', async () => {
    for (const [perMinute, count] of [
      [2.5, 2],
      [5, 0],
    ] as const) {
      const { clock, run, notices } = setting({ stated: { images: perMinute } });
      await clock.run(Promise.all(Array.from({ length: 6 }, () => run(async () => done))));
      expect(notices).toHaveLength(count);
      for (const notice of notices) {
        expect(notice).toMatchObject({ kind: 'waiting', keyName: 'openai/one' });
        expect(notice.kind === 'waiting' && notice.waitMs).toBeGreaterThan(20_000);
      }
    }
  });

  it('rejects a waiting job with the reason of its signal, and starts the next', async () => {
    const { clock, run } = setting({ concurrency: 1 });
    const stop = new AbortController();
    const slow = run(async () => {
      await clock.sleep(1000);
      return done;
    });
    const stopped = run(async () => done, stop.signal).catch((error) => error);
    const next = run(async () => done);
    await clock.run(clock.sleep(100));
    stop.abort(new Error('enough'));
    expect(await clock.run(stopped)).toMatchObject({ message: 'enough' });
    await clock.run(Promise.all([slow, next]));
    await expect(clock.run(run(async () => done, stop.signal))).rejects.toThrow('enough');
  });

  it('ends a job with what its attempt threw, and gives its place back', async () => {
    const { clock, run, pool } = setting({ concurrency: 1 });
    const broken = run(async () => {
      throw new Error('disk full');
    });
    await expect(clock.run(broken)).rejects.toThrow('disk full');
    await clock.run(run(async () => done));
    expect(pool.inFlight()).toBe(0);
  });

  it('shares the work by weight', async () => {
    const { clock, run } = setting({ slots: [one, two] });
    const used: string[] = [];
    const attempt = async (slot: SlotFacts) => {
      used.push(slot.id);
      await clock.sleep(50);
      return done;
    };
    for (let index = 0; index < 40; index += 1) {
      await clock.run(run(attempt));
      await clock.run(clock.sleep(1000));
    }
    expect(used.filter((id) => id === 'two')).toHaveLength(30);
  });

  it('keeps the place of a long call, so that no other process takes it for dead', async () => {
    const { clock, run, book } = setting();
    const long = run(async () => {
      await clock.sleep(300_000);
      return done;
    });
    await clock.run(clock.sleep(250_000));
    const leases = await book.update<{ leases: { expiresMs: number }[] }, number[]>('one', (state) => ({
      state: state ?? { leases: [] },
      result: state?.leases.map(({ expiresMs }) => expiresMs) ?? [],
    }));
    expect(leases).toHaveLength(1);
    expect(leases[0]).toBeGreaterThan(250_000);
    await clock.run(long);
  });

  it('fails what waits when the book fails, but gives out a picture that was made', async () => {
    const { clock } = setting();
    let isBroken = false;
    const sound = memoryBook(clock);
    const book: typeof sound = {
      update: (slot, change) =>
        isBroken ? Promise.reject(new Error('ledger gone')) : sound.update(slot, change),
    };
    const options = { slots: [one], stated: {}, concurrency: 1, maxWaitMs: 1000 } as const;
    const pool = createPool(options, { book, clock });
    const never = new AbortController().signal;
    const made = pool.run(
      {
        cost: oneImage,
        attempt: async () => {
          isBroken = true;
          return done;
        },
      },
      never,
    );
    const waits = pool.run({ cost: oneImage, attempt: async () => done }, never).catch((error) => error);
    expect((await clock.run(made)).bytes.toString()).toBe('x');
    expect(await clock.run(waits)).toMatchObject({ message: 'ledger gone' });
  });
});

describe('ready', () => {
  it('lets one or two pictures be prepared ahead at five a minute', async () => {
    const { clock, pool, never } = setting({ stated: { images: 5 } });
    let [prepared, started, most] = [0, 0, 0];
    const feed = async () => {
      for (let index = 0; index < 12; index += 1) {
        await pool.ready(never);
        await clock.sleep(100);
        prepared += 1;
        most = Math.max(most, prepared - started);
        runs.push(
          pool.run(
            {
              cost: oneImage,
              attempt: async () => {
                started += 1;
                await clock.sleep(20_000);
                return done;
              },
            },
            never,
          ),
        );
      }
    };
    const runs: Promise<unknown>[] = [];
    await clock.run(feed());
    await clock.run(Promise.all(runs));
    expect(started).toBe(12);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('lets another begin at once in the place of one that is handed back, and only one', async () => {
    const { clock, pool, never } = setting();
    const handBacks: (() => void)[] = [];
    for (let index = 0; index < 8; index += 1) {
      pool.ready(never).then((giveBack) => handBacks.push(giveBack));
    }
    await clock.run(clock.sleep(1));
    expect(handBacks).toHaveLength(4);
    handBacks[1]?.();
    handBacks[1]?.();
    await clock.run(clock.sleep(1));
    expect(handBacks).toHaveLength(5);
  });

  it('lets many begin where there is room, and ends with the signal', async () => {
    const { clock, pool } = setting();
    const stop = new AbortController();
    let begun = 0;
    const asks = Array.from({ length: 10 }, () =>
      pool.ready(stop.signal).then(
        () => {
          begun += 1;
        },
        (error) => error,
      ),
    );
    await clock.run(clock.sleep(1));
    expect(begun).toBe(4);
    stop.abort(new Error('enough'));
    const ends = await clock.run(Promise.all(asks));
    expect(ends.filter((end) => end instanceof Error)).toHaveLength(6);
  });
});
