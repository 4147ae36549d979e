import { randomInt } from 'node:crypto';

// Letters and digits that are not mistaken for one another.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Random letters for names that people read and type. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
}
