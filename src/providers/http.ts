// The one way to talk to a service over HTTP: time-out, no redirects, an answer of bounded size, errors that hold no key.

import { CommandError, systemCode } from '../errors.ts';
import { parseJson } from '../json.ts';
import { redactor } from '../redact.ts';
import type { Secret } from '../secret.ts';
import { printable } from '../text.ts';
import type { Call } from './provider.ts';
import { connectMs } from './proxy-drops.ts';

/** `network`: no complete answer came. `answer`: the service refused. `protocol`: what came is not the service's. */
export type ProviderFailure = 'network' | 'answer' | 'protocol';

interface ProviderErrorFacts {
  readonly provider: string;
  readonly failure: ProviderFailure;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}

/**
 * Why a call failed. The message is printable, redacted and at most 300 characters. It carries no cause, no request and
 * no answer: those of others print keys.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: string;
  readonly failure: ProviderFailure;
  /** Of HTTP; undefined for `network`. */
  readonly status: number | undefined;
  /** The service's own code (`invalid_api_key`), or the system's for `network` (`ECONNREFUSED`, `TIMEOUT`, `REDIRECT`). */
  readonly code: string | undefined;
  /** By which the service finds the call in its own log. */
  readonly requestId: string | undefined;

  constructor(message: string, facts: ProviderErrorFacts) {
    super(shorten(printable(redactor.redact(message))));
    this.provider = facts.provider;
    this.failure = facts.failure;
    this.status = facts.status;
    this.code = facts.code === undefined ? undefined : shorten(printable(redactor.redact(facts.code)), 60);
    this.requestId =
      facts.requestId === undefined ? undefined : shorten(printable(redactor.redact(facts.requestId)), 80);
  }
}

/** Why a request through a proxy failed; `proxy` is its host and port alone. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  readonly proxy: string;
  /** What it answered in place of a way through, where it did. */
  readonly status: number | undefined;

  constructor(proxy: string, cause: unknown) {
    super('the request through the proxy failed', { cause });
    this.proxy = proxy;
    this.status = refusalIn(cause);
  }
}

// undici, lib/dispatcher/proxy-agent.js: the status stands in the text alone.
function refusalIn(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? refusalIn(error.cause) : Number(status);
}

const defaultTimeoutMs = 10_000;
const maxAnswerBytes = 8 * 2 ** 20;

/** The headers that carry a key. */
export type Authorize = (secret: Secret) => Readonly<Record<string, string>>;

/** `Authorization: Bearer KEY`. */
export const bearer: Authorize = (secret) => ({ authorization: `Bearer ${secret.reveal()}` });

/** What an error answer says: the sentence, and the service's own name for it. */
export interface Problem {
  /** Empty where it says nothing. */
  readonly message: string;
  readonly code: string | undefined;
  /** Further words it is told apart by; not shown. */
  readonly words?: string;
}

/** Reads an error answer: its JSON value, and its text for what is no object. */
export type ReadProblem = (body: unknown, text: string) => Problem;

interface GetOptions {
  readonly authorize?: Authorize;
  readonly readProblem?: ReadProblem | undefined;
}

/**
 * GETs `path` (below the call's base URL, or an address) and resolves with the JSON value of a 2xx answer.
 * Throws ProviderError for everything else, and the reason of `call.signal` when that was what ended it.
 */
export async function getJson(
  provider: string,
  path: string,
  call: Call,
  options: GetOptions = {},
): Promise<unknown> {
  const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  const url = path.startsWith('/') ? `${call.baseUrl}${path}` : path;
  try {
    const headers = headersOf(call, options.authorize);
    const answer = await call.fetch(url, { headers, redirect: 'error', signal });
    return await readJson(provider, answer, options.readProblem ?? readProblem);
  } catch (error) {
    // The settings of the caller's `fetch` may be wrong, which no service can be blamed for.
    if (error instanceof ProviderError || error instanceof CommandError) throw error;
    call.signal?.throwIfAborted();
    throw networkError(provider, new URL(url).host, timeoutMs, timeout.aborted, error);
  }
}

/** The headers of a request to a service: who asks, and the key. */
export function headersOf(
  { secret, organisation, project }: Call,
  authorize: Authorize = bearer,
): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'imgsys',
    ...(secret && authorize(secret)),
    ...(organisation !== undefined && { 'openai-organization': organisation }),
    ...(project !== undefined && { 'openai-project': project }),
  };
}

async function readJson(provider: string, answer: Response, read: ReadProblem): Promise<unknown> {
  const { status, headers } = answer;
  const facts = { provider, status, requestId: requestIdOf(Object.fromEntries(headers)) };
  const text = await readText(answer, provider);
  const body = parseJson(text);
  if (answer.ok && body !== undefined) return body;
  if (answer.ok || (body === undefined && text.trimStart().startsWith('<'))) {
    const what = text.trimStart().startsWith('<') ? 'a web page' : 'something that is not JSON';
    throw new ProviderError(`answered ${status} with ${what}`, { ...facts, failure: 'protocol' });
  }
  const { message, code } = read(body, text);
  throw new ProviderError(message || `answered ${status} without a reason`, {
    ...facts,
    code,
    failure: 'answer',
  });
}

// A server may send more than fits; the text that came is not kept.
async function readText(answer: Response, provider: string): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      const facts = { provider, status: answer.status, failure: 'protocol' as const };
      throw new ProviderError('answered with more than 8 MiB', facts);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** By what the service finds the call again (header names in lower case); undefined where it does not tell. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  return requestIdHeaders.map((name) => headers[name]).find((id) => id !== undefined && id !== '');
}

const requestIdHeaders = ['x-request-id', 'x-fal-request-id', 'x-goog-request-id', 'request-id'];

// The three shapes of errors: {error: {message, code}}, {error: 'text'}, {detail: …}; also {message}.
export function readProblem(body: unknown, text: string): Problem {
  if (!isRecord(body)) return { message: text.trim(), code: undefined };
  const inner = isRecord(body.error) ? body.error : body;
  const code = [inner.code, inner.type].find((value) => typeof value === 'string');
  const found = [inner.message, body.error, body.detail, body.message].find((value) => value !== undefined);
  return { message: typeof found === 'string' ? found : JSON.stringify(found ?? ''), code };
}

export function networkError(
  provider: string,
  host: string,
  timeoutMs: number,
  isLate: boolean,
  error: unknown,
): ProviderError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const isRedirect = cause instanceof Error && /redirect/i.test(cause.message);
  const code = isLate ? 'TIMEOUT' : isRedirect ? 'REDIRECT' : codeOf(error, cause);
  const seconds = `${timeoutMs / 1000} s`;
  const facts = { code, host, seconds };
  const sentence = error instanceof ProxyFailure ? describeProxied(facts, error) : describeNetwork(facts);
  return new ProviderError(sentence, { provider, failure: 'network', code });
}

function codeOf(error: unknown, cause: unknown): string {
  if (error instanceof ProxyFailure && error.status !== undefined) return 'ERR_PROXY_TUNNEL';
  const isNoHttp = cause instanceof Error && cause.name === 'HTTPParserError';
  return systemCode(cause) ?? (isNoHttp ? 'NOT_HTTP' : 'NETWORK');
}

interface NetworkFacts {
  readonly code: string;
  readonly host: string;
  readonly seconds: string;
}

// The proxy is what is looked up and connected to; it answers for whatever lies behind it.
function describeProxied(facts: NetworkFacts, { proxy, status }: ProxyFailure): string {
  const { code, host } = facts;
  if (status === 407)
    return `the proxy ${proxy} does not accept the name and password it is given, or wants one (407)`;
  if (status !== undefined) return `the proxy ${proxy} does not connect to ${host} (it answers ${status})`;
  if (code === 'PROXY_SILENT')
    return `the proxy ${proxy} does not connect to ${host} within ${connectMs / 1000} s`;
  if (code === 'ERR_PROXY_TUNNEL')
    return `the proxy ${proxy} closes the connection in place of connecting to ${host}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the proxy ${proxy} cannot be found (${code})`;
  if (code === 'ECONNREFUSED') return `nothing answers at the proxy ${proxy} (${code})`;
  return `${describeNetwork(facts)}, through the proxy ${proxy}`;
}

function describeNetwork({ code, host, seconds }: NetworkFacts): string {
  if (code === 'TIMEOUT') return `no answer from ${host} within ${seconds}`;
  if (code === 'REDIRECT') return `${host} redirects to another address, which is not followed`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host ${host} cannot be found (${code})`;
  if (code === 'ECONNREFUSED') return `nothing answers at ${host} (${code})`;
  if (code === 'NOT_HTTP') return `what ${host} answers is not HTTP`;
  if (/CERT|SIGNATURE/.test(code)) return `the certificate of ${host} is not trusted (${code})`;
  if (/^ERR_TLS|^ERR_SSL/.test(code)) return `${host} offers no encryption this program takes (${code})`;
  return `the connection to ${host} broke (${code})`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string, characters = 300): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
