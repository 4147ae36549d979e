import { expect, it } from 'vitest';
import { noteLines } from '../../src/commands/usage/notes.ts';
import type { Totals } from '../../src/ledger/totals.ts';

const none: Totals = {
  ...{
    name: '',
    paid: 0,
    useless: 0,
    costMicrousd: 0,
    unknown: 0,
    refused: 0,
    underway: 0,
    underwayMicrousd: 0,
  },
  ...{ unsettled: 0, unsettledMicrousd: 0, unsettledUnknown: 0 },
  ...{ assumed: 0, assumedMicrousd: 0, assumedUnknown: 0 },
  ...{ estimated: 0, expectedLowMicrousd: 0, expectedHighMicrousd: 0 },
  ...{ reused: 0, savedMicrousd: 0, savedUnknown: 0 },
};

it.each([
  [{ underway: 1 }, '1 call under way: 1 unknown price more'],
  [{ underway: 2, underwayMicrousd: 60_000 }, '2 calls under way: at most $0.06 more'],
])('says of %o what it can cost', (more, line) => {
  expect(noteLines({ ...none, ...more })).toEqual([line]);
});
