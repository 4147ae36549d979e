import { afterEach, describe, expect, it } from 'vitest';
import { timeOf } from '../../src/commands/usage/when.ts';

const zoneBefore = process.env.TZ;

afterEach(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

// Late in the evening of 20 November in New York, noon of the 21st in Auckland.
const now = Date.UTC(2026, 10, 20, 23, 30);

describe('--since and --until', () => {
  it.each([
    ['UTC', '1d', '2026-11-20'],
    ['UTC', '7d', '2026-11-14'],
    ['America/New_York', '7d', '2026-11-14'],
    ['Pacific/Auckland', '1d', '2026-11-21'],
    ['Pacific/Auckland', '7D', '2026-11-15'],
    ['UTC', '30d', '2026-10-22'],
    ['UTC', ' 2026-11-05 ', '2026-11-05'],
    ['UTC', '2024-02-29', '2024-02-29'],
    ['Pacific/Auckland', '2026-11', '2026-11-01'],
  ])('in %s, --since %s begins with the day %s', (zone, text, day) => {
    process.env.TZ = zone;
    expect(timeOf({ since: text }, now)).toEqual({ since: { day }, until: undefined });
  });

  it.each([
    ['UTC', '7d', '2026-11-13'],
    ['UTC', '2026-11-05', '2026-11-05'],
    ['UTC', '2026-02', '2026-02-28'],
    ['America/New_York', '2024-02', '2024-02-29'],
    ['Pacific/Auckland', '2026-12', '2026-12-31'],
  ])('in %s, --until %s ends with the day %s', (zone, text, day) => {
    process.env.TZ = zone;
    expect(timeOf({ until: text }, now)).toEqual({ since: undefined, until: { day } });
  });

  it.each([
    ['UTC', '24h', now - 86_400_000],
    ['UTC', '1d12h', now - 1.5 * 86_400_000],
    ['UTC', '90m', now - 5_400_000],
    ['UTC', '2026-11-20T14:30', Date.UTC(2026, 10, 20, 14, 30)],
    ['America/New_York', '2026-11-20T14:30', Date.UTC(2026, 10, 20, 19, 30)],
    ['America/New_York', '2026-07-20 14:30:15', Date.UTC(2026, 6, 20, 18, 30, 15)],
    ['America/New_York', '2026-11-20T14:30Z', Date.UTC(2026, 10, 20, 14, 30)],
    ['Pacific/Auckland', '2026-11-20T14:30:00+05:30', Date.UTC(2026, 10, 20, 9)],
  ])('in %s, %s is a moment', (zone, text, atMs) => {
    process.env.TZ = zone;
    expect(timeOf({ since: text }, now)).toEqual({ since: { atMs }, until: undefined });
  });

  it('count calendar days over a change to summer time', () => {
    process.env.TZ = 'Europe/Berlin';
    // A day of 23 hours lies between.
    const after = Date.UTC(2026, 2, 29, 22, 30);
    expect(timeOf({ since: '2d', until: '1d' }, after)).toEqual({
      since: { day: '2026-03-29' },
      until: { day: '2026-03-29' },
    });
  });

  it.each([
    '',
    '7',
    '0d',
    '0h',
    '-1d',
    'yesterday',
    '2026',
    '2026-13',
    '2026-02-30',
    '2026-2-3',
    '2026-11-20T25:00',
    '2026-02-30T10:00',
    '2026-11-20T10',
    '21.11.2026',
    '1e3d',
    '2026-11-21\u001b[2J',
  ])('%j is no time', (text) => {
    for (const flag of ['since', 'until'] as const) {
      expect(() => timeOf({ [flag]: text }, now)).toThrow(
        expect.objectContaining({
          exitCode: 2,
          message: expect.stringMatching(new RegExp(`^--${flag} [^\\u001b]*is no time$`)),
          hint: expect.stringContaining('2026-11-21T14:30'),
        }),
      );
    }
  });

  it.each([
    ['2026-11-21', '2026-11-20', false],
    ['2026-11-20', '2026-11-20', true],
    ['2026-11-20T14:00', '2026-11-20', true],
    ['2026-11-20', '2026-11-20T00:00', false],
    ['2026-11-20T14:00', '2026-11-20T14:00', false],
    ['2026-11', '2026-11', true],
    ['14d', '7d', true],
    ['7d', '7d', false],
  ])('from %s to %s: there is something between, %s', (since, until, holds) => {
    process.env.TZ = 'UTC';
    const ask = () => timeOf({ since, until }, now);
    if (holds) expect(ask).not.toThrow();
    else expect(ask).toThrow(`--since ${since} is not before --until ${until}`);
  });
});
