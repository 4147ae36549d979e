import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import type { LockEntry, LockFolder } from '../../src/lock/lock.ts';
import { parseEntry, parseHead } from '../../src/lock/parse.ts';
import { lockLine } from '../../src/lock/write.ts';

const hash = (digit: string) => digit.repeat(64);
const entry: LockEntry = {
  ...{
    source: 'photos/a.jpg',
    sourceSha256: hash('a'),
    recipe: hash('1'),
    preset: 'auto',
    provider: 'local',
  },
  ...{
    model: null,
    output: 'enhanced/a.jpg',
    outputSha256: hash('b'),
    state: 'enhanced',
    costMicrousd: null,
  },
};
const folder: LockFolder = {
  ...{ paths: ['photos'], output: 'enhanced', backup: null, include: [], exclude: ['*.tmp'], maxDepth: 2 },
  ...{ hidden: false, svg: false, preset: 'auto', provider: 'openai', model: 'gpt-image-1' },
};

describe('the lines of a lock file', () => {
  it('read as they were written, whatever the names', () => {
    expect(parseHead(lockLine({ version: 1, folders: [folder] }), 'l')).toEqual({
      version: 1,
      folders: [folder],
    });
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
    fc.assert(
      fc.property(name, name, (source, output) => {
        const line = lockLine({ ...entry, source: `photos/${source}`, output });
        expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
        expect(parseEntry(line, 'l')).toEqual({ ...entry, source: `photos/${source}`, output });
      }),
    );
  });

  it('lead nowhere but below the file', () => {
    for (const path of ['../a.jpg', '/etc/passwd', 'a/../../b', 'a//b', './a', '', 'a\0b', 'a/']) {
      expect(() => parseEntry(lockLine({ ...entry, source: path }), 'l: line 2'), path).toThrow(
        /l: line 2 names no source/,
      );
      expect(() => parseEntry(lockLine({ ...entry, output: path }), 'l: line 2'), path).toThrow(
        /names no output/,
      );
      expect(
        () => parseHead(lockLine({ version: 1, folders: [{ ...folder, paths: [path] }] }), 'l'),
        path,
      ).toThrow(CommandError);
    }
  });

  it('name merge conflicts and newer versions for what they are', () => {
    for (const marker of ['<<<<<<< HEAD', '=======', '>>>>>>> other', '||||||| base']) {
      expect(() => parseEntry(marker, 'lock: line 7')).toThrow('lock: line 7 is a merge conflict');
      expect(() => parseHead(marker, 'lock: line 1')).toThrow('lock: line 1 is a merge conflict');
    }
    expect(() => parseHead('{"version":2}', 'lock: line 1')).toThrow('of version 2');
  });

  it('are refused in words, whatever they hold', () => {
    const holds = (line: string) => {
      for (const parse of [parseEntry, parseHead]) {
        try {
          parse(line, 'lock: line 3');
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect((error as CommandError).exitCode).toBe(2);
          expect((error as CommandError).message).toContain('lock: line 3');
        }
      }
    };
    fc.assert(fc.property(fc.string(), holds));
    fc.assert(fc.property(fc.json(), holds));
    const mangled = fc.tuple(fc.constantFrom(...Object.keys(entry)), fc.jsonValue());
    fc.assert(fc.property(mangled, ([name, value]) => holds(JSON.stringify({ ...entry, [name]: value }))));
  });
});
