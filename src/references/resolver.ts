// One answer per reference for as long as a run lasts: a secret manager is asked once, not once a picture.
import type { Secret } from '../secret.ts';
import { type Reference, type ResolveOptions, resolveReference } from './references.ts';

export interface Resolver {
  /** The key; asked for once, however many ask at the same time. A failure is told to all of them and not kept. */
  resolve(reference: Reference): Promise<Secret>;
  /**
   * Asks anew next time, since the provider refused the key. With `refused` only if that is still the key held: when
   * several calls were refused together, the first one's fresh key stays. A question under way is never given up.
   */
  forget(reference: Reference, refused?: Secret): void;
}

interface Flight {
  readonly answer: Promise<Secret>;
  secret?: Secret;
}

/** `ask` looks a reference up, with checks of its own if need be. */
export function createResolver(options: ResolveOptions, ask = resolveReference): Resolver {
  const flights = new Map<string, Flight>();
  return {
    resolve(reference) {
      const known = flights.get(reference.text);
      if (known !== undefined) return known.answer;
      const flight: Flight = { answer: ask(reference, options).then(keep, drop) };
      flights.set(reference.text, flight);
      return flight.answer;

      function keep(secret: Secret): Secret {
        flight.secret = secret;
        return secret;
      }
      function drop(error: unknown): never {
        flights.delete(reference.text);
        throw error;
      }
    },
    forget(reference, refused) {
      const held = flights.get(reference.text)?.secret;
      if (held === undefined || refused?.equals(held) === false) return;
      flights.delete(reference.text);
    },
  };
}
