// Proxies that do not answer CONNECT. Node's fetch asks one that closes the connection again, hundreds of times a second, for
// ever, even when nobody wants the answer any more; and it waits 300 s for one that says nothing. Both are told to undici by
// its own diagnostics (undici, docs/api/DiagnosticsChannel; lib/dispatcher/client.js, `connect`).
import { subscribe } from 'node:diagnostics_channel';

/** What a proxy has to connect in. */
export const connectMs = 15_000;

let started = false;

/**
 * From now on a way through a proxy fails with ERR_PROXY_TUNNEL where it is dropped, PROXY_SILENT where it takes too
 * long.
 */
export function endLostTunnels(connectTimeoutMs = connectMs): void {
  if (started) return;
  started = true;
  subscribe('undici:request:create', (message) => {
    const request = member(message, 'request');
    if (member(request, 'method') === 'CONNECT') set(request, 'headersTimeout', connectTimeoutMs);
  });
  // Told before it is decided, by this very code, whether to connect once more. A request that reached the service is none of
  // these: there, the connection stood.
  subscribe('undici:client:connectError', (message) => {
    const error = member(message, 'error');
    const code = codes.get(String(member(error, 'code')));
    if (code !== undefined) set(error, 'code', code);
  });
}

const codes: ReadonlyMap<string, string> = new Map([
  ['UND_ERR_SOCKET', 'ERR_PROXY_TUNNEL'],
  ['UND_ERR_HEADERS_TIMEOUT', 'PROXY_SILENT'],
]);

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function set(target: unknown, name: string, value: unknown): void {
  if (typeof target === 'object' && target !== null) Reflect.set(target, name, value);
}
