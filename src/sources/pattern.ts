// File name patterns as people know them from .gitignore: * ? ** [a-z] {a,b}. Nothing else is special.
import picomatch from 'picomatch';
import { CommandError, exitCodes } from '../errors.ts';

export interface PatternOptions {
  /** Let `*` and `**` match names that begin with a dot. */
  readonly dot: boolean;
  readonly ignoreCase: boolean;
  /** Match the last part of a path only. */
  readonly baseName?: boolean;
}

/**
 * Tests paths with `/` between their parts. Unicode forms (NFC, NFD) do not matter. Throws CommandError (2) for a pattern
 * that is empty or longer than any path.
 */
export function compilePattern(pattern: string, options: PatternOptions): (path: string) => boolean {
  if (pattern === '') throw unusable('a pattern is empty, or names nothing but /');
  if (pattern.length > maxCharacters) throw unusable('a pattern is longer than any path');
  const matches = picomatch(plainGlob(pattern.normalize('NFC')), {
    dot: options.dot,
    // s: a file name may hold a newline. The flags stand for picomatch's own `nocase`, which they override.
    flags: options.ignoreCase ? 'is' : 's',
    basename: options.baseName ?? false,
    nonegate: true,
    noextglob: true,
    keepQuotes: true,
    windows: false,
  });
  return (path) => matches(path.normalize('NFC'));
}

/** What Linux takes for a path; also less than what the library refuses. */
const maxCharacters = 4_096;

function unusable(message: string): CommandError {
  return new CommandError(message, {
    exitCode: exitCodes.usage,
    hint: "write it as '*.jpg', 'rooms/*.jpg' or 'thumbs/'",
  });
}

/** Whether `text` holds anything a pattern is made of. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

// What picomatch would take for a regular expression is meant literally: `photos (1)`, `a+b`. [!a] is [^a].
function plainGlob(pattern: string): string {
  return pattern.replace(/\\.|\[[!^]|[()+|$^]/gs, (part) => {
    if (part.startsWith('\\')) return part;
    return part.startsWith('[') ? '[^' : `\\${part}`;
  });
}
