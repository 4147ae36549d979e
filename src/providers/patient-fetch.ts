// Waits for the head of an answer as long as is wanted: Node gives up after 300 s, whatever a signal says.
import type { Dispatcher } from 'undici-types';

/** From here on Node has to be told (undici, `headersTimeout` and `bodyTimeout`). */
const usualMs = 300_000;

/**
 * `fetch` that lets the head of an answer, and each pause within it, take `timeoutMs` and leaves the end to the caller's
 * signal. Goes whatever way `fetch` goes, also through a proxy.
 */
export function patientFetch(
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
  usualTimeoutMs = usualMs,
): typeof globalThis.fetch {
  if (timeoutMs < usualTimeoutMs) return fetch;
  // The caller's own clock rings first.
  const patience = { headersTimeout: timeoutMs + marginMs, bodyTimeout: timeoutMs + marginMs };
  const dispatcher = {
    dispatch: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) =>
      globalDispatcher().dispatch({ ...options, ...patience }, handler),
  };
  return (input, init) => fetch(input, { ...init, dispatcher } as RequestInit);
}

const marginMs = 60_000;

// Where undici keeps what Node's own fetch goes through (undici, lib/global.js); there once a request is under way.
function globalDispatcher(): Dispatcher {
  const known = globalThis as unknown as Readonly<Record<symbol, Dispatcher | undefined>>;
  const found =
    known[Symbol.for('undici.globalDispatcher.2')] ?? known[Symbol.for('undici.globalDispatcher.1')];
  if (found === undefined) throw new Error('this version of Node keeps its connections elsewhere');
  return found;
}
