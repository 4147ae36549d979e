// Fetches a picture a service only gives the address of. The address is hostile until checked: it must not make this
// program read from the user's own network.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { type ClientRequest, get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { type Clock, systemClock } from '../clock.ts';
import { systemCode } from '../errors.ts';
import type { Call } from './provider.ts';
import { isPublicAddress, whyNotPublic } from './public-address.ts';

export interface DownloadOptions {
  readonly maxBytes?: number;
  /** The longest that is waited between tries, all waits together; two minutes unless given. */
  readonly waitMs?: number;
  readonly clock?: Clock;
  /** Looks names up; the system's unless given. */
  readonly lookup?: typeof lookup;
}

const maxRedirects = 3;

/** Why there are no bytes. */
export interface NotFetched {
  /** A clause. */
  readonly why: string;
  /** Whether no later try will do better: it is gone, too large, or nothing that may be asked. */
  readonly isForGood: boolean;
}

/**
 * The bytes at `address`, or why they cannot be had. https with a public host, or the service's own origin;
 * redirects are held to the same, and no key is sent along. What the network does, and trouble of the server, is waited
 * out for about two minutes: the picture is paid for, and a download is free. `call.timeoutMs` (60 s) bounds each try.
 * Ends with the signal. Does not throw.
 */
export async function downloadPicture(
  address: string,
  call: Pick<Call, 'baseUrl' | 'signal' | 'timeoutMs'>,
  options: DownloadOptions = {},
): Promise<Buffer | NotFetched> {
  const { clock = systemClock } = options;
  let leftMs = options.waitMs ?? 120_000;
  let missing = 0;
  for (let pauseMs = 1_000; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const got = await follow(address, call, options);
    if (got.kind === 'bytes') return got.bytes;
    if (call.signal?.aborted) return stopped;
    if (got.kind === 'missing') missing += 1;
    const isForGood = got.kind === 'lost' || missing >= timesUntilSure;
    if (isForGood || got.kind === 'refused' || leftMs < pauseMs) return { why: got.why, isForGood };
    leftMs -= pauseMs;
    if (!(await pause(clock, pauseMs, call.signal))) return stopped;
  }
}

const longestPauseMs = 30_000;
/** What was made a moment ago may not be known everywhere yet. */
const timesUntilSure = 3;
const stopped: NotFetched = { why: 'stopped before it was there', isForGood: false };

// False when the signal came first.
function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    (error: unknown) => {
      if (!signal?.aborted) throw error;
      return false;
    },
  );
}

type Got =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /**
   * `lost`: for good. `missing`: so too, where it stays. `broken`: may go better in a moment. `refused`: another day, or
   * from another network.
   */
  | { readonly kind: 'lost' | 'missing' | 'broken' | 'refused'; readonly why: string };

async function follow(
  address: string,
  call: Pick<Call, 'baseUrl' | 'signal' | 'timeoutMs'>,
  options: DownloadOptions,
): Promise<Got> {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? 60_000);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  let from = `${call.baseUrl}/`;
  let next = address;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const url = URL.parse(next, from);
    const why = whyNot(url, call.baseUrl);
    if (url === null || why !== undefined) {
      // Where the service says it is, or where something on the way there leads today.
      return { kind: hops === 0 ? 'lost' : 'refused', why: why ?? 'its address is none' };
    }
    try {
      const answer = await request(url, call.baseUrl, signal, options);
      const status = answer.statusCode ?? 0;
      if (status < 300 || status > 399) return await read(answer, status, options.maxBytes ?? 64 * 2 ** 20);
      answer.destroy();
      [from, next] = [url.href, answer.headers.location ?? ''];
    } catch (error) {
      // Networks that ask to sign in, and filters, lead every name to an address of their own for a while.
      if (error instanceof PrivateAddress) return { kind: 'refused', why: describe(url, error.message) };
      return { kind: 'broken', why: describe(url, timeout.aborted ? 'no answer in time' : codeOf(error)) };
    }
  }
  return { kind: 'refused', why: `its address leads through more than ${maxRedirects} others` };
}

function whyNot(url: URL | null, baseUrl: string): string | undefined {
  if (url === null) return 'its address is none';
  if (url.username !== '' || url.password !== '') return 'its address holds a name or password';
  if (isOwn(url, baseUrl)) return undefined;
  if (url.protocol !== 'https:') return `its address begins with ${url.protocol} and not with https:`;
  const why = whyNotPublic(url.hostname);
  return why === undefined ? undefined : describe(url, why);
}

// The service itself may lie in a private network: the user named it. It may call itself by another name of this machine.
function isOwn(url: URL, baseUrl: string): boolean {
  const own = new URL(baseUrl);
  if (url.origin === own.origin) return true;
  const isSame = url.protocol === own.protocol && url.port === own.port;
  return isSame && loopback.has(url.hostname) && loopback.has(own.hostname);
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
}

// Resolves with the head. Connects to the very address that was checked: looked up once, within the connection. Through a
// proxy it is the proxy that looks up, in its own network.
function request(
  url: URL,
  baseUrl: string,
  signal: AbortSignal,
  options: DownloadOptions,
): Promise<IncomingMessage> {
  const own = isOwn(url, baseUrl);
  const settings = {
    signal,
    headers: { accept: 'image/*', 'user-agent': 'imgsys' },
    ...(!own && { lookup: publicLookup(options.lookup ?? lookup) }),
  };
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = get(url, settings, resolve);
    sent.on('error', reject);
  });
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function publicLookup(resolveName: typeof lookup) {
  return (hostname: string, { all, ...options }: LookupOptions, found: Found) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return found(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
        return found(new PrivateAddress('it lies in a private network'), []);
      }
      return all === true ? found(null, addresses) : found(null, first.address, first.family);
    });
  };
}

// Too late, too early, too many.
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

// A 401 or 403 may be the word of a network in between.
function kindOf(status: number): 'lost' | 'missing' | 'broken' | 'refused' {
  if (status === 410) return 'lost';
  if (status === 404) return 'missing';
  return status >= 500 || passing.has(status) ? 'broken' : 'refused';
}

async function read(answer: IncomingMessage, status: number, maxBytes: number): Promise<Got> {
  if (status < 200 || status > 299) {
    answer.destroy();
    return { kind: kindOf(status), why: `its address answers ${status}` };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { kind: 'lost', why: `it has more than ${maxBytes / 2 ** 20} MiB` };
    chunks.push(chunk);
  }
  if (bytes === 0) return { kind: 'refused', why: 'its address holds nothing' };
  const all = Buffer.concat(chunks);
  return isPage(all)
    ? { kind: 'refused', why: 'its address holds a page in place of a picture' }
    : { kind: 'bytes', bytes: all };
}

// A web page, XML or JSON, which something in between answers with 200: the picture is there still. No picture begins so.
function isPage(bytes: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?\s*[<{]/.test(bytes.toString('latin1', 0, 64));
}

// What stands behind the host may be a signature, which is a key of a kind.
function describe(url: URL, what: string): string {
  return `${url.host}: ${what}`;
}

function codeOf(error: unknown): string {
  return systemCode(error) ?? 'the connection broke';
}
