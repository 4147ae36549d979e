// How much of a request has left: Node's fetch does not tell, its diagnostics channels do (undici,
// docs/api/DiagnosticsChannel).
import { subscribe } from 'node:diagnostics_channel';

/** How far the request of one call got. */
export interface UploadState {
  /** Whether the connection stood and the request was begun. */
  readonly begun: boolean;
  /** Whether its last byte was handed to the system. */
  readonly whole: boolean;
}

/** By this header a request is found again; OpenAI keeps it in its own log as well. */
export const watchHeader = 'x-client-request-id';

/**
 * Watches the request that carries `id` in `watchHeader`; the answered function tells how far it got, or undefined where
 * nothing was seen of it (another `fetch` than Node's). `end` stops watching.
 */
export function watchUpload(id: string): { state(): UploadState | undefined; end(): void } {
  start();
  const watched: Watched = { seen: false, begun: false, whole: false, bytes: 0 };
  byId.set(id, watched);
  return {
    state: () => (watched.seen ? { begun: watched.begun, whole: watched.whole } : undefined),
    end: () => byId.delete(id),
  };
}

interface Watched {
  seen: boolean;
  begun: boolean;
  whole: boolean;
  bytes: number;
}

const byId = new Map<string, Watched>();
const byRequest = new WeakMap<object, Watched>();
let started = false;

function start(): void {
  if (started) return;
  started = true;
  subscribe('undici:request:create', (message) => {
    const request = requestOf(message);
    const watched = byId.get(headerOf(request) ?? '');
    if (request === undefined || watched === undefined) return;
    watched.seen = true;
    byRequest.set(request, watched);
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const watched = byRequest.get(requestOf(message) ?? {});
    if (watched !== undefined) watched.begun = true;
  });
  // The last byte may be with the service before the end of the body is noted: who stops just then has bought.
  subscribe('undici:request:bodyChunkSent', (message) => {
    const request = requestOf(message);
    const watched = byRequest.get(request ?? {});
    if (request === undefined || watched === undefined) return;
    watched.bytes += chunkBytes(message);
    const length = 'contentLength' in request ? request.contentLength : undefined;
    if (typeof length === 'number' && watched.bytes >= length) watched.whole = true;
  });
  subscribe('undici:request:bodySent', (message) => {
    const watched = byRequest.get(requestOf(message) ?? {});
    if (watched !== undefined) watched.whole = true;
  });
}

function chunkBytes(message: unknown): number {
  if (typeof message !== 'object' || message === null || !('chunk' in message)) return 0;
  const { chunk } = message;
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.length : 0;
}

function requestOf(message: unknown): object | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  return typeof message.request === 'object' && message.request !== null ? message.request : undefined;
}

// Names and values in turns.
function headerOf(request: object | undefined): string | undefined {
  if (request === undefined || !('headers' in request) || !Array.isArray(request.headers)) return undefined;
  const headers: unknown[] = request.headers;
  const at = headers.findIndex(
    (name, index) => index % 2 === 0 && typeof name === 'string' && name.toLowerCase() === watchHeader,
  );
  const value = at < 0 ? undefined : headers[at + 1];
  return typeof value === 'string' ? value : undefined;
}
