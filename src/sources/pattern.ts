// File name patterns as people know them from .gitignore: * ? ** [a-z] {a,b}. Nothing else is special.
import picomatch from 'picomatch';

export interface PatternOptions {
  /** Let `*` and `**` match names that begin with a dot. */
  readonly dot: boolean;
  readonly ignoreCase: boolean;
  /** Match the last part of a path only. */
  readonly baseName?: boolean;
}

/** Tests paths with `/` between their parts. Unicode forms (NFC, NFD) do not matter. */
export function compilePattern(pattern: string, options: PatternOptions): (path: string) => boolean {
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
