// Free requests to a service: polls, results, prices. They may be repeated, and are.
import { systemClock } from '../../clock.ts';
import { CommandError } from '../../errors.ts';
import { collectHint, lookUpHint } from '../../settle-hints.ts';
import { CallError, type EnhanceCall } from '../enhance.ts';
import { type Answer, headOf, readBody } from '../exchange.ts';
import { headersOf, isRecord, networkError } from '../http.ts';
import type { Call } from '../provider.ts';
import { addressOf, type ServiceFacts, serviceAt } from './facts.ts';
import { failureOfAnswer, problemOf } from './failures.ts';
import { answerBytes, elsewhere, maxPictureBytes } from './order.ts';
import { networkStep } from './verdicts.ts';

/** A call as free requests need it; without `sleep` the system's clock is used. */
export type AskCall = Call & Partial<Pick<EnhanceCall, 'sleep'>>;

export interface AskOptions {
  /** Whether a job is out that is paid for or will be: failures are then `unsettled` and may be collected later. */
  readonly isJobOut?: boolean;
  /** Beside, or instead of, `accept: application/json`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** 86 MiB unless given. */
  readonly maxBytes?: number;
  /** Answers besides 2xx that tell what was asked for, such as how a job failed: resolved with as they are. */
  readonly isAnswer?: (answer: Answer) => boolean;
}

/**
 * GETs `from` (a path below `call.baseUrl`, or an address of one of the service's `origins`) and resolves with an answer that
 * is 2xx, or one that `isAnswer`, whole. Trouble of the network, 408, 425, 429 and 5xx are waited out, as long as the service
 * says, until `call.timeoutMs` (60 s) in all is over; each try has a minute at most. Throws CallError: with `isJobOut` charge
 * `unsettled` and `collectable`, but for a job the service no longer knows (404, 410); otherwise charge `none`.
 */
export async function ask(
  facts: ServiceFacts,
  from: string,
  call: AskCall,
  options: AskOptions = {},
): Promise<Answer> {
  const service = serviceAt(facts, call.baseUrl);
  const url = addressOf(service, call.baseUrl, from);
  if (url === undefined) throw elsewhere(service, options.isJobOut ? 'unsettled' : 'none');
  const sleep = call.sleep ?? systemClock.sleep;
  let leftMs = call.timeoutMs ?? usualMs;
  for (let tried = 1; ; tried += 1) {
    const began = systemClock.monotonicMs();
    const tryMs = Math.max(1, Math.ceil(Math.min(leftMs, mostOfOneMs)));
    const got = await once(service, url, { ...call, timeoutMs: tryMs }, options);
    if (!(got instanceof CallError)) return got;
    leftMs -= systemClock.monotonicMs() - began;
    const waitMs = statedWaitMs(got.headers) ?? Math.min(1_000 * 2 ** (tried - 1), longestPauseMs);
    if (!passes(got) || waitMs >= leftMs) throw got;
    await sleep(waitMs, call.signal).catch((error: unknown) => {
      throw call.signal?.aborted ? stopped(service, options) : error;
    });
    leftMs -= waitMs;
  }
}

const usualMs = 60_000;
const mostOfOneMs = 60_000;
const longestPauseMs = 30_000;

// What a later try may find gone.
function passes({ kind, status, code }: CallError): boolean {
  if (status === undefined) return kind === 'network' && !/CERT|SIGNATURE|^ERR_TLS|^ERR_SSL/.test(code ?? '');
  return kind === 'network' || status >= 500 || [408, 425, 429].includes(status);
}

async function once(
  service: ServiceFacts,
  url: string,
  call: AskCall & { readonly timeoutMs: number },
  options: AskOptions,
): Promise<Answer | CallError> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const headers = { ...headersOf(call, service.authorize), ...options.headers };
    const response = await call.fetch(url, { headers, redirect: 'manual', signal });
    const { body, broken, error } = await readBody(
      response,
      options.maxBytes ?? answerBytes(maxPictureBytes),
    );
    if (broken === 'cut') throw error;
    const answer: Answer = { ...headOf(response), body, broken };
    if (broken === undefined && options.isAnswer?.(answer) === true) return answer;
    if (answer.status < 200 || answer.status > 299) {
      return withJob(failureOfAnswer(service, answer, ''), options, isUnknown(service, answer));
    }
    return broken === undefined ? answer : tooLarge(service, answer, options);
  } catch (error) {
    if (call.signal?.aborted) return stopped(service, options);
    return withJob(connectionError(service, url, call.timeoutMs, timeout.aborted, error), options);
  }
}

function connectionError(
  { id }: ServiceFacts,
  url: string,
  timeoutMs: number,
  isLate: boolean,
  error: unknown,
): CallError {
  // The settings of the caller's `fetch` may be wrong, which no service can be blamed for.
  if (error instanceof CommandError) {
    const facts = { provider: id, kind: 'invalid', charge: 'none', hint: error.hint } as const;
    return new CallError(error.message, facts);
  }
  const { message, code } = networkError(id, new URL(url).host, timeoutMs, isLate, error);
  return new CallError(message, {
    ...{ provider: id, kind: 'network', charge: 'none', code },
    hint: networkStep(code),
  });
}

function stopped({ id }: ServiceFacts, options: AskOptions): CallError {
  const facts = { provider: id, kind: 'cancelled', charge: 'none' } as const;
  return withJob(new CallError('stopped while the service was asked', facts), options);
}

function tooLarge({ id, label }: ServiceFacts, { status, headers }: Answer, options: AskOptions): CallError {
  return withJob(
    new CallError(`${label} answered with more than was asked for`, {
      ...{ provider: id, kind: 'protocol', charge: 'none', status, headers },
    }),
    options,
  );
}

// What failed is a question: nothing is known of the job's price but that it may have one.
function withJob(error: CallError, { isJobOut = false }: AskOptions, isGone = false): CallError {
  const { provider, kind, status, code, headers, message } = error;
  const requestId = error.requestId === '' ? undefined : error.requestId;
  const hint = !isJobOut || kind === 'auth' ? error.hint : isGone ? lookUpHint : collectHint();
  const charge = isJobOut ? 'unsettled' : 'none';
  const collectable = isJobOut && !isGone;
  return new CallError(message, {
    provider,
    kind,
    charge,
    status,
    code,
    requestId,
    headers,
    hint,
    collectable,
  });
}

// A page in the way, of a proxy or of a network that asks to sign in, knows nothing of jobs.
function isUnknown(service: ServiceFacts, answer: Answer): boolean {
  return [404, 410].includes(answer.status) && isRecord(problemOf(service, answer).body);
}

// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds or a date.
function statedWaitMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.max(500, Number(text) * 1_000);
  const date = /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(500, date - systemClock.now());
}
