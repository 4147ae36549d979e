import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { advance, type CalendarState, type Reading } from '../../src/ledger/calendar.ts';
import { localDay } from '../../src/ledger/local-day.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const noon = new Date(2026, 10, 21, 12).getTime();

/** Clocks after the machine was up for `up`, asleep for `asleep` of that time, the wall clock set ahead by `ahead`. */
function clocks({ up = 0, asleep = 0, ahead = 0, boot = 'one' } = {}): Reading {
  return { boot, wallMs: noon + up + ahead, awakeMs: 5_000 + up - asleep, uptimeMs: 9_000 + up };
}

/** The ledger's day after each reading. */
function days(readings: readonly Reading[]): string[] {
  let state: CalendarState | undefined;
  return readings.map((reading) => {
    state = advance(state, reading);
    return state.latestDay;
  });
}

const today = '2026-11-21';
const tomorrow = '2026-11-22';

describe('the day a call counts for', () => {
  const first = clocks();
  it.each<[string, Reading[], string]>([
    ['stays the same for the rest of the day', [clocks({ up: 11 * hour })], today],
    ['is the next one from midnight on', [clocks({ up: 12 * hour })], tomorrow],
    ['follows the calendar over months', [clocks({ up: 10 * day })], '2026-12-01'],
    ['is the next one after a night asleep', [clocks({ up: 20 * hour, asleep: 19 * hour })], tomorrow],
    ['does not open by a jump ahead', [clocks({ up: hour, ahead: day })], today],
    [
      'does not open by a jump ahead after a night asleep',
      [clocks({ up: 10 * hour, asleep: 9 * hour, ahead: day })],
      today,
    ],
    [
      'does not open by jumps that each are small enough',
      Array.from({ length: 200 }, (_, at) => clocks({ up: at * 1000, ahead: at * 4 * minute })),
      today,
    ],
    [
      'opens after a jump when that much time has passed',
      [clocks({ up: hour, ahead: day }), clocks({ up: 13 * hour, ahead: day })],
      tomorrow,
    ],
    [
      'is the one of a clock that has stayed ahead for a day',
      [clocks({ up: hour, ahead: 5 * day }), clocks({ up: 25 * hour, ahead: 5 * day })],
      '2026-11-27',
    ],
    [
      'is not the one of a clock that was ahead, was set right and is ahead again',
      [
        clocks({ up: hour, ahead: 5 * day }),
        clocks({ up: 2 * hour }),
        clocks({ up: 25 * hour, ahead: 5 * day }),
      ],
      tomorrow,
    ],
    ['never goes back', [clocks({ up: 13 * hour }), clocks({ up: 14 * hour, ahead: -3 * day })], tomorrow],
    ['is believed over a boot', [clocks({ boot: 'two', ahead: 2 * day })], '2026-11-23'],
    [
      'does not go back over a boot',
      [clocks({ up: 13 * hour }), clocks({ boot: 'two', ahead: -2 * day })],
      tomorrow,
    ],
    ['is set by in passing', [clocks({ up: 12 * hour - minute, ahead: 2 * minute })], tomorrow],
  ])('%s', (_, readings, expected) => {
    expect(days([first, ...readings]).at(-1)).toBe(expected);
  });

  it('does not go back with the time zone', () => {
    const state = { ...advance(undefined, first), latestDay: tomorrow };
    expect(advance(state, clocks({ up: hour })).latestDay).toBe(tomorrow);
  });

  it('is the local one', () => {
    expect(localDay(new Date(2026, 0, 1, 0, 0).getTime())).toBe('2026-01-01');
    expect(localDay(new Date(2026, 0, 1, 0, 0).getTime() - 1)).toBe('2025-12-31');
  });
});

describe('by the local calendar', () => {
  const module = fileURLToPath(new URL('../../src/ledger/local-day.ts', import.meta.url));
  const script = `const { localDay, tzOffsetMinutes, endOf } = await import(process.argv[1]);
    for (const iso of process.argv.slice(2)) {
      const ms = Date.parse(iso); const day = localDay(ms);
      console.log([day, tzOffsetMinutes(ms), ...['day', 'month'].map((p) => new Date(endOf(p, day)).toISOString())].join(' '));
    }`;

  it.each([
    ['UTC', '2026-11-21T23:59:59Z', '2026-11-21 0 2026-11-22T00:00:00.000Z 2026-12-01T00:00:00.000Z'],
    ['UTC', '2026-12-31T23:59:59Z', '2026-12-31 0 2027-01-01T00:00:00.000Z 2027-01-01T00:00:00.000Z'],
    ['UTC', '2028-02-29T12:00:00Z', '2028-02-29 0 2028-03-01T00:00:00.000Z 2028-03-01T00:00:00.000Z'],
    [
      'Pacific/Kiritimati',
      '2026-11-30T10:00:00Z',
      '2026-12-01 840 2026-12-01T10:00:00.000Z 2026-12-31T10:00:00.000Z',
    ],
    [
      'America/Los_Angeles',
      '2026-11-01T06:59:00Z',
      '2026-10-31 -420 2026-11-01T07:00:00.000Z 2026-11-01T07:00:00.000Z',
    ],
    // The day on which clocks go back has 25 hours, the one on which they go forward 23.
    [
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-25 120 2026-10-25T23:00:00.000Z 2026-10-31T23:00:00.000Z',
    ],
    [
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-29 120 2026-03-29T22:00:00.000Z 2026-03-31T22:00:00.000Z',
    ],
    [
      'Asia/Kolkata',
      '2026-11-21T18:30:00Z',
      '2026-11-22 330 2026-11-22T18:30:00.000Z 2026-11-30T18:30:00.000Z',
    ],
  ])('in %s at %s', async (TZ, iso, expected) => {
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script, module, iso], {
      env: { TZ },
    });
    expect(stdout).toBe(expected);
  });
});
