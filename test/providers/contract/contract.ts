// What the contract suites share: a call to a played service, and a search for the key.
import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { CallError, EnhanceCall, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { redactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';
import { type PlayServer, startPlay } from '../../helpers/plays/play.ts';
import { callTo, failureOf, type Steps } from '../service/server.ts';
import type { Played } from './played.ts';

export interface Stage extends Steps {
  readonly server: PlayServer;
}

/** The service, and a call to it that notes its steps. */
export async function stageOf(played: Played, parts: Partial<EnhanceCall> = {}): Promise<Stage> {
  const server = await startPlay(played.play);
  return { server, ...stepsTo(played, server, parts) };
}

/** Another call to the same service. */
export function stepsTo(played: Played, server: PlayServer, parts: Partial<EnhanceCall> = {}): Steps {
  const secret = new Secret(played.key);
  // As whoever reads a key does.
  redactor.learn(secret);
  return callTo(server.baseUrl, { secret, ...parts });
}

/** How a request fails; what is left of the failure shows no key. */
export async function failingOf(
  { edits, request }: Played,
  { call }: Steps,
  asked: EnhanceRequest = request,
): Promise<CallError> {
  const failure = await failureOf(edits.enhance(asked, call));
  expectNoKey(failure);
  expect(failure.message).toMatch(/^[^\n]{8,300}$/);
  return failure;
}

/** Fails where anything of it, however it is printed, shows a part of the key. */
export function expectNoKey(value: unknown): void {
  const whole = inspect(value, { depth: 12, showHidden: true, maxArrayLength: null });
  const stack = value instanceof Error ? `${value.message}\n${value.stack}\n${String(value)}` : '';
  expect(`${whole}\n${stack}\n${JSON.stringify(value)}`).not.toContain('CANARY');
}
