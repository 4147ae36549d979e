// One paid request and its whole answer: watched, bounded in time and size, sent with the headers named here alone.
import { randomUUID } from 'node:crypto';
import { concatInTurns } from '../turns.ts';
import { awakeTimeout } from './awake.ts';
import type { EnhanceCall } from './enhance.ts';
import { formAsBlob } from './form-as-blob.ts';
import { type Authorize, headersOf } from './http.ts';
import { type UploadState, watchHeader, watchUpload } from './upload-watch.ts';

/** What came back. Header names are lower-case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Why the body is not all there, where it is not. */
  readonly broken: 'cut' | 'too-large' | undefined;
}

/** How an exchange ended. */
export type Ending =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly requestId: string }
  /** No answer, or one whose body broke off (its head is then in `answer`). */
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly upload: UploadState | undefined;
      readonly isLate: boolean;
      readonly answer: Answer | undefined;
      readonly requestId: string;
    }
  /** Not sent: `beforeSend` refused, or the call was over before it. */
  | { readonly kind: 'unsent'; readonly error: unknown };

export interface Exchange {
  /** For one request. Resolves with an answer without a body: that is in `ending`. */
  readonly fetch: typeof fetch;
  /** Undefined until `fetch` was called and has ended. */
  ending(): Ending | undefined;
}

/** Thrown out of `fetch` once the ending is noted; the ending says more. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
}

interface Sending {
  readonly authorize?: Authorize;
  /** Beside, or instead of, those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Prepares one exchange. `timeoutMs` is for all of it. What goes out as headers is made here, so that whatever library
 * builds the request, nothing of its own or of its environment is added.
 */
export function openExchange(
  call: EnhanceCall,
  timeoutMs: number,
  maxAnswerBytes: number,
  sending: Sending = {},
): Exchange {
  let ending: Ending | undefined;
  const send = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    ending = await exchange(call, { input, init, timeoutMs, maxAnswerBytes, ...sending });
    if (ending.kind !== 'answered') throw new ExchangeFailure('the exchange failed');
    const { status, headers } = ending.answer;
    return new Response(null, { status, headers });
  };
  return {
    // Libraries look for the Response that goes with a `fetch`, and call it with a data URL where they find none.
    fetch: Object.assign(send, { Response }),
    ending: () => ending,
  };
}

interface Plan extends Sending {
  readonly input: string | URL | Request;
  readonly init: RequestInit;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

async function exchange(call: EnhanceCall, plan: Plan): Promise<Ending> {
  const { input, init, timeoutMs, maxAnswerBytes } = plan;
  try {
    call.signal?.throwIfAborted();
    await call.beforeSend();
  } catch (error) {
    return { kind: 'unsent', error };
  }
  const requestId = randomUUID();
  const watch = watchUpload(requestId);
  const { signal: timeout, end: endTimeout } = awakeTimeout(timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  // A connection of its own: an old one may be closed by the other side just as the request leaves, which then looks as if
  // it might have been charged.
  const headers = {
    ...{ ...headersOf(call, plan.authorize), ...plan.headers },
    ...{ [watchHeader]: requestId, connection: 'close' },
  };
  let answer: Answer | undefined;
  try {
    const body = init.body instanceof FormData ? formAsBlob(init.body) : init.body;
    const sent = { ...init, ...(body && { body }), headers, redirect: 'manual', signal } as const;
    const response = await call.fetch(input, sent);
    answer = headOf(response);
    const { broken, error, ...read } = await readBody(response, maxAnswerBytes);
    answer = { ...answer, body: read.body, broken };
    if (broken === 'cut') {
      return { kind: 'failed', error, upload: watch.state(), isLate: timeout.aborted, answer, requestId };
    }
    return { kind: 'answered', answer, requestId };
  } catch (error) {
    return { kind: 'failed', error, upload: watch.state(), isLate: timeout.aborted, answer, requestId };
  } finally {
    endTimeout();
    watch.end();
  }
}

/** An answer of which only the head is known. */
export function headOf({ status, headers }: Response): Answer {
  return { status, headers: Object.fromEntries(headers), body: Buffer.alloc(0), broken: 'cut' };
}

export interface Body {
  readonly body: Buffer;
  readonly broken: Answer['broken'];
  readonly error?: unknown;
}

/** What a body holds; what came before it broke off is kept: it may be all there is to show for the money. Does not throw. */
export async function readBody(response: Response, maxBytes: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) return { body: await concatInTurns(chunks), broken: 'too-large' };
      chunks.push(chunk);
    }
  } catch (error) {
    return { body: await concatInTurns(chunks), broken: 'cut', error };
  }
  return { body: await concatInTurns(chunks), broken: undefined };
}
