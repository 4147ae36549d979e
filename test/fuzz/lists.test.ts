// Names from a pipe and from templates, patterns, quantities: whatever comes, in whatever pieces.
import { basename, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { dollars, parseDollars } from '../../src/money.ts';
import { checkTemplate, collisionKey, outputPlace, renamed } from '../../src/outputs/name.ts';
import { safeOnWindows } from '../../src/outputs/windows.ts';
import { parseBytes, parseDuration, parseWhole } from '../../src/quantities.ts';
import { createFilter, type Filter } from '../../src/sources/filter.ts';
import { readInput } from '../../src/sources/input.ts';
import { splitList } from '../../src/sources/list.ts';
import { printable } from '../../src/text.ts';
import { patienceMs, tries } from './runs.ts';

const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\ufeff',
    'a',
    'photo one.jpg',
    ' ',
    'é',
    'e\u0301',
    '写真',
    '\ud83d',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.nat(140_000).map((length) => 'x'.repeat(length)),
);
const bytes = fc.array(
  fc.oneof(
    piece.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 6 }).map((one) => Buffer.from(one)),
  ),
  {
    maxLength: 12,
  },
);
const cuts = fc.array(fc.nat(200_000), { maxLength: 8 });

async function* inPieces(whole: Buffer, at: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...at.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    yield whole.subarray(from, end);
    from = end;
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('lists', () => {
  it('give the same names in whatever pieces they come', { timeout: patienceMs }, async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, fc.constantFrom(0, 10), async (parts, at, separator) => {
        const whole = Buffer.concat(parts);
        const names = await all(splitList(inPieces(whole, at), separator));
        expect(names).toEqual(await all(splitList(inPieces(whole, []), separator)));
        for (const name of names) {
          expect(name.length).toBeGreaterThan(0);
          expect(Buffer.from(name as string).includes(separator)).toBe(false);
          expect(Buffer.from(name as string).length).toBeLessThanOrEqual(1 << 17);
        }
      }),
      tries(60),
    );
  });

  // With both in one list the first that was read by then decides, which pieces have a say in.
  it.each([
    0, 10,
  ])('are told apart by their separator (%i) in whatever pieces they come', async (separator) => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (parts, at) => {
        const other = separator === 0 ? 10 : 0;
        const names = Buffer.from([
          0x61,
          separator,
          ...Buffer.concat(parts).filter((byte) => byte !== other),
        ]);
        const input = await readInput(Readable.from(inPieces(names, at)), () => false);
        if (input.kind !== 'list') throw new Error(input.kind);
        expect(await all(input.entries)).toEqual(await all(splitList(inPieces(names, []), separator)));
      }),
      tries(25),
    );
  });
});

const field = fc.constantFrom(
  '{name}',
  '{ext}',
  '.{ext}',
  '{source-ext}',
  '{preset}',
  '{format}',
  '{parent}',
  '{x}',
  '{',
  '}',
);
const odd = fc.constantFrom(
  '..',
  '.',
  '/',
  '//',
  '\\',
  '\0',
  'CON',
  'nul.',
  ' ',
  '~',
  'a',
  ':',
  'é',
  'e\u0301',
  '\u202e',
  'x'.repeat(300),
);
const template = fc.array(fc.oneof(field, odd), { maxLength: 6 }).map((parts) => parts.join(''));
const place = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })), {
  minLength: 1,
  maxLength: 4,
});

describe('names of outputs', () => {
  it('lie in the output folder, each part of a length and form that file systems take', () => {
    let used = 0;
    fc.assert(
      fc.property(
        template,
        fc.oneof(fc.constant(''), odd),
        place,
        fc.boolean(),
        (text, suffix, parts, isWindows) => {
          const preset = 'auto';
          try {
            checkTemplate(text, suffix);
          } catch (error) {
            if (error instanceof CommandError) return;
            throw error;
          }
          used += 1;
          const relative = parts.map((part) => part.replace(/[\0/]/g, '')).join('/');
          const platform = isWindows ? 'win32' : 'linux';
          const folder = isWindows ? 'C:\\out' : '/out';
          const path = outputPlace(relative, {
            folder,
            template: text,
            suffix,
            preset,
            format: 'jpeg',
            platform,
          });
          const inner = path.slice(folder.length).split(isWindows ? '\\' : '/');
          expect(path.startsWith(folder)).toBe(true);
          expect(inner[0]).toBe('');
          for (const part of inner.slice(1)) {
            expect(['', '.', '..']).not.toContain(part);
            expect(part).not.toContain('\0');
            if (isWindows) expect(safeOnWindows(part)).toBe(part);
          }
          expect(Buffer.byteLength(inner.at(-1) ?? '')).toBeLessThanOrEqual(255);
          expect(collisionKey(path.normalize('NFD'))).toBe(collisionKey(path));
          if (!isWindows) expect(basename(renamed(path, 2)).includes(sep)).toBe(false);
        },
      ),
      tries(1_500),
    );
    expect(used).toBeGreaterThan(20);
  });

  it('can be held by Windows', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('CON', 'con.a.b', 'LPT¹', 'AUX .x', 'nul'),
    );
    fc.assert(
      fc.property(part, fc.constantFrom('', '.', ' ', '..', '. .', ' .jpg'), (name, end) => {
        const safe = safeOnWindows(name + end);
        expect(safe).not.toMatch(/[<>:"/\\|?*\u0000-\u001f]|[. ]$/);
        expect(safe).not.toMatch(/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\s*\.|\s*$)/i);
        expect(safeOnWindows(safe)).toBe(safe);
      }),
      tries(1_000),
    );
  });
});

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
    expect(text.replace(/^\.?\/+|\/+$/g, '')).toBe('');
    return undefined;
  }
}

it('prints text of strangers without anything that steers a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
      expect(printable(shown)).toBe(shown);
    }),
    tries(500),
  );
});
