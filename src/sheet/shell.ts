import { printable } from '../text.ts';

/** A word for a POSIX shell, quoted where it needs to be; what would steer a terminal is written as an escape. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  if (printable(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${escaped(text)}'`;
}

// Bash, zsh and ksh know $'…'; bytes are spelled out, since not all of them know \u.
function escaped(text: string): string {
  let word = '';
  for (const character of text.toWellFormed()) {
    if (character === "'" || character === '\\') word += `\\${character}`;
    else if (printable(character) === character) word += character;
    else for (const byte of Buffer.from(character)) word += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return word;
}
