// Names of outputs out of templates and names of strangers, and text that is printed.
import { basename, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { checkTemplate, collisionKey, outputPlace, renamed } from '../../src/outputs/name.ts';
import { safeOnWindows } from '../../src/outputs/windows.ts';
import { printable } from '../../src/text.ts';
import { tries } from './runs.ts';

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
