// A service on this machine that answers as it is told and notes what it is asked, and a call that notes its steps.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { CallError, type EnhanceCall } from '../../../src/providers/enhance.ts';
import type { ServiceFacts } from '../../../src/providers/service/facts.ts';
import { redactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';

export const key = 'vk-CANARY-service-0123456789abcdef';

const secret = new Secret(key);
// As whoever reads a key does.
redactor.learn(secret);

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Answerer = (asked: Asked, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers every request with what `answer` says; undefined leaves the response to it. */
export async function serve(answer: Answerer): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client broke off: there is nobody to answer.
      return;
    }
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks) };
    asked.push(one);
    const reply = await answer(one, response);
    if (reply === undefined) return;
    const { status = 200, body = {} } = reply;
    const isBytes = Buffer.isBuffer(body) || typeof body === 'string';
    const type = isBytes ? 'text/plain' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...reply.headers });
    response.end(isBytes ? body : JSON.stringify(body));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Answers with one after the other, the last one for ever. */
export function inTurn(...replies: readonly Reply[]): Answerer {
  let at = 0;
  return () => replies[Math.min(at++, replies.length - 1)] ?? {};
}

export interface Steps {
  readonly call: EnhanceCall;
  readonly steps: string[];
  readonly slept: number[];
}

/** A call that notes what it is told, and sleeps in no time. */
export function callTo(baseUrl: string, parts: Partial<EnhanceCall> = {}): Steps {
  const steps: string[] = [];
  const slept: number[] = [];
  const call: EnhanceCall = {
    secret,
    baseUrl,
    fetch,
    beforeSend: async () => void steps.push('sent'),
    onAccepted: async (job) => void steps.push(`accepted ${job}`),
    onAnswer: async (body) => void steps.push(`answer ${body}`),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      await systemClock.sleep(0, signal);
    },
    timeoutMs: 20_000,
    ...parts,
  };
  return { call, steps, slept };
}

/** A made-up service with an authorisation of its own. */
export function serviceOf(baseUrl: string, parts: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    ...{ id: 'acme', label: 'Acme', keyPage: 'https://acme.test/keys', limitPage: 'https://acme.test/money' },
    baseUrl,
    authorize: (secret) => ({ authorization: `Key ${secret.reveal()}` }),
    ...parts,
  };
}

/** The CallError that something ends with. */
export async function failureOf(result: Promise<unknown>): Promise<CallError> {
  const error: unknown = await result.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof CallError) return error;
  throw error;
}

/** All of an error that anybody could print. */
export function shown(error: Error): string {
  return [error.message, error.stack, JSON.stringify(error), String(error)].join('\n');
}
