import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Connection } from '../../src/ledger/connection.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { isSameBoot, machineTime } from '../../src/ledger/machine-time.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { thisProcess } from '../../src/ledger/process.ts';
import { Slots } from '../../src/ledger/slots.ts';
import { accessThrough } from '../../src/ledger/tables.ts';
import { bindSlots } from '../../src/purchase-book.ts';
import { fakeClock } from '../helpers/clock.ts';
import { tempFolder } from '../helpers/temp.ts';

const claimant = fileURLToPath(new URL('./claimant.ts', import.meta.url));

/** Slots over a machine whose boot and time are given. */
async function machine(file?: string) {
  const time = { boot: 'first', ms: 1_000 };
  const path = file ?? join(await tempFolder(), 'ledger.sqlite');
  const connection = new Connection(path, accessThrough(openDatabase(path), thisProcess()), fakeClock());
  const slots = new Slots(connection, { bootId: () => time.boot, nowMs: () => time.ms });
  const count = (slot = 'a') =>
    slots.update<{ n: number }, unknown>(slot, (state, nowMs) => ({
      state: { n: (state?.n ?? 0) + 1 },
      result: [state, nowMs],
    }));
  return { path, time, slots, count, close: () => connection.close() };
}

describe('the state of a slot', () => {
  it('is what the last change made it, by slot', async () => {
    const { time, count, close } = await machine();
    expect(await count()).toEqual([undefined, 1_000]);
    time.ms = 1_500.25;
    expect(await count()).toEqual([{ n: 1 }, 1_500.25]);
    expect(await count('b')).toEqual([undefined, 1_500.25]);
    expect(await count()).toEqual([{ n: 2 }, 1_500.25]);
    close();
  });

  it('outlives the process, not the boot', async () => {
    const before = await machine();
    await before.count();
    before.close();
    const { time, count, close } = await machine(before.path);
    expect(await count()).toEqual([{ n: 1 }, 1_000]);
    time.boot = 'second';
    expect(await count()).toEqual([undefined, 1_000]);
    expect(await count()).toEqual([{ n: 1 }, 1_000]);
    // A boot that is known by its time alone shows by a clock that runs back.
    time.ms = 999;
    expect(await count()).toEqual([undefined, 999]);
    close();
  });

  it('stays as it was when a change throws', async () => {
    const { slots, count, close } = await machine();
    await count();
    const failing = slots.update('a', () => {
      throw new Error('a defect');
    });
    await expect(failing).rejects.toThrow('a defect');
    expect(await count()).toEqual([{ n: 1 }, 1_000]);
    close();
  });

  it('is one for two processes: no change is lost', async () => {
    const file = join(await tempFolder(), 'ledger.sqlite');
    const ledger = await openLedger(file, systemClock);
    const counting = [1, 2].map(() => execa(process.execPath, [claimant, 'count', file]));
    const ended = await Promise.all(counting);
    expect(ended.map(({ stderr }) => stderr)).toEqual(['', '']);
    const [n, lastMs, nowMs] = await bindSlots(ledger).update<{ n: number; atMs: number }, number[]>(
      'shared',
      (state, now) => ({
        state: state ?? { n: 0, atMs: 0 },
        result: [state?.n ?? 0, state?.atMs ?? 0, now],
      }),
    );
    expect(n).toBe(1_000);
    // Both processes and this one read the same clock, and it never runs back.
    expect(ended.every(({ stdout }) => stdout === 'in order')).toBe(true);
    expect(lastMs).toBeLessThanOrEqual(nowMs ?? 0);
    ledger.close();
  });
});

describe('the time of the machine', () => {
  it('goes on, and one boot has one name', () => {
    const before = machineTime.nowMs();
    expect(machineTime.nowMs()).toBeGreaterThanOrEqual(before);
    expect(machineTime.bootId()).toBe(machineTime.bootId());
  });

  it.each([
    ['uuid', 'uuid', true],
    ['uuid', 'other', false],
    ['at 29389252', 'at 29389255', true],
    ['at 29389252', 'at 29389258', false],
    ['at 29389252', 'uuid', false],
    ['uuid', 'at 29389252', false],
  ])('%s and %s are one boot: %s', (one, other, same) => {
    expect(isSameBoot(one, other)).toBe(same);
  });
});
