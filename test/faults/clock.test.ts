// A clock that is wrong or jumps, as the built program meets it; the whole table is bench/faults/clock.ts.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clockTrials, library, openClockLab } from '../../bench/faults/clock-trials.ts';
import { tempFolder } from '../helpers/temp.ts';

const isHere = existsSync(library);
const chosen = [
  'set by -1y in mid-run',
  'begun at 1970-01-01 00:00:10',
  'set to the next day under a hard limit',
];

describe.skipIf(!isHere)(isHere ? 'a clock' : 'a clock (skipped: no libfaketime)', () => {
  it.each(clockTrials.filter(({ name }) => chosen.includes(name)))('$name: nothing is bought twice', async ({
    run,
  }) => {
    const lab = await openClockLab(await tempFolder());
    try {
      const { breaches, billed, booked } = await run(lab);
      expect(breaches).toEqual([]);
      expect(billed).toBe(booked);
      expect(billed).toBeGreaterThan(0);
    } finally {
      await lab.server.close();
    }
  });

  it('is tried in each of the ways that are named here', () => {
    expect(clockTrials.map(({ name }) => name)).toEqual(expect.arrayContaining(chosen));
  });
});
