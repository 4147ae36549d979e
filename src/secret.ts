import type { InspectOptions } from 'node:util';

const shown = '[secret]';
// Fewer characters than this, and four of them would tell too much.
const minCharactersForTail = 20;

/**
 * A value that must not be seen: an API key, a passphrase. However it is printed, joined, serialised or inspected,
 * `[secret]` or nothing comes out; only `reveal()` gives the value, and only what needs the value itself calls it.
 * It does not protect against a memory dump: strings cannot be wiped.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself: for the header of a request, the encryption of the store, and the redactor. */
  reveal(): string {
    return this.#value;
  }

  /** The last four characters, by which people tell keys apart; undefined for values under 20 characters. */
  tail(): string | undefined {
    return this.#value.length >= minCharactersForTail ? this.#value.slice(-4) : undefined;
  }

  /** Whether both hold the same value, in time that does not depend on where they differ. */
  equals(other: Secret): boolean {
    const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
    const digest = (value: string) => createHash('sha256').update(value, 'utf16le').digest();
    return timingSafeEqual(digest(this.#value), digest(other.#value));
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, _options: InspectOptions): string {
    return shown;
  }
}
