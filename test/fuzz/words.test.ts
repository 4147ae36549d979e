// Quantities and patterns as people type them.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { dollars, parseDollars } from '../../src/money.ts';
import { parseBytes, parseDuration, parseWhole } from '../../src/quantities.ts';
import { createFilter, type Filter } from '../../src/sources/filter.ts';
import { patienceMs, tries } from './runs.ts';

describe('quantities', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31 - 1),
        fc.constantFrom(...'sdhm'),
        fc.constantFrom(...'kmgt'),
        (n, time, size) => {
          const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
          expect(parseDuration(`${n}${time}`)).toBe(n * (units[time as 's'] ?? 0));
          expect(parseDuration(`${n}h${n % 60}m`)).toBe(n * 3_600_000 + (n % 60) * 60_000);
          expect(parseBytes(`${n}${size}`)).toBe(n * 2 ** (10 * (1 + 'kmgt'.indexOf(size))));
          expect(parseBytes(`${n} ${size.toUpperCase()}iB`)).toBe(parseBytes(`${n}${size}`));
          expect(parseWhole(String(n), 0)).toBe(n);
          expect(parseDollars(dollars(n * 10_000))).toBe(n * 10_000);
        },
      ),
      tries(500),
    );
  });

  it('are never without an end, below nothing or no number', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[0-9.]{1,400}[smhdkmgt]{0,2}$/),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom('9'.repeat(400), `${'9'.repeat(309)}d`, `${'9'.repeat(308)}t`, `1h${'9'.repeat(400)}s`),
    );
    fc.assert(
      fc.property(text, (one) => {
        for (const value of [parseBytes(one), parseDuration(one), parseDollars(one), parseWhole(one, 0)]) {
          expect(value ?? 0).toSatisfy((found: number) => Number.isFinite(found) && found >= 0);
        }
      }),
      tries(1_000),
    );
  });
});

describe('patterns', () => {
  it('are taken, whatever they are made of', { timeout: patienceMs }, () => {
    const part = fc.constantFrom(
      '*',
      '**',
      '?',
      'a',
      '/',
      '[a-z]',
      '[!a',
      '{a,b}',
      '{',
      '}',
      '(a+)+',
      '+',
      '!',
      '\\',
      '^',
      '$',
      '|',
      'é',
      '.',
    );
    // A pattern is its user's own: each further * in one part multiplies the work on a long name of one letter.
    const few = (text: string) => text.split('/').every((one) => one.split('*').length <= 4);
    const pattern = fc.oneof(
      fc
        .array(part, { maxLength: 14 })
        .map((parts) => parts.join(''))
        .filter(few),
      fc.nat(12).map((times) => `${'{a,'.repeat(times)}b${'}'.repeat(times)}`),
      fc.nat(300).map((times) => `${'?'.repeat(times)}[a-z]{jpg,png}`),
    );
    fc.assert(
      fc.property(pattern, fc.nat(60), (text, length) => {
        const filter = filterOf(text);
        if (filter === undefined) return;
        const path = join('a'.repeat(length), `${'a'.repeat(length)}.jpg`);
        expect(typeof filter.wantsPath(path)).toBe('boolean');
        expect(typeof filter.entersPath(path)).toBe('boolean');
      }),
      tries(300),
    );
  });
});

// What is empty is no pattern.
function filterOf(text: string): Filter | undefined {
  try {
    return createFilter([text], [`${text}/`]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(`${text}/`.replace(/^\.?\/+|\/+$/g, '')).toBe('');
    return undefined;
  }
}
