// Which request goes wrong, and how that looks on the wire.
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/clock.ts';
import { type Answer, apiError } from './errors.ts';
import type { EditRequest, Fault, FaultPlan } from './options.ts';

/** Faults for which nothing is owed. */
export const unbilled: ReadonlySet<Fault> = new Set([
  ...(['error500', 'overloaded', 'moderation', 'quota', 'unauthorized'] as const),
]);

/** The fault of request `number` of those the limits let through. */
export function chooseFault(
  plan: FaultPlan,
  number: number,
  request: EditRequest,
  seed: number,
): Fault | undefined {
  const scripted = plan.script?.[number];
  if (scripted !== undefined) return scripted === 'none' ? undefined : scripted;
  const chosen = plan.choose?.(request);
  if (chosen !== undefined) return chosen;
  let left = fractionOf(`fault ${seed} ${number}`);
  for (const [fault, share = 0] of Object.entries(plan.share ?? {})) {
    if (left < share) return fault as Fault;
    left -= share;
  }
  return undefined;
}

/** A number from 0 up to 1 that is always the same for `text`. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

const page = '<!doctype html><html><head><title>Please wait</title></head><body>Checking…</body></html>';

/** What is answered in place of a picture; undefined where the fault is another. */
export function faultAnswer(fault: Fault | undefined, key: string): Answer | undefined {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  switch (fault) {
    case 'html':
      return { status: 200, headers: html, body: page };
    case 'gateway':
      return { status: 502, headers: html, body: page };
    case 'error500':
      return apiError(500, 'The server had an error while processing your request.', null, 'server_error');
    case 'overloaded':
      return apiError(
        503,
        'The engine is currently overloaded.',
        'server_is_overloaded',
        'service_unavailable_error',
      );
    case 'quota':
      return apiError(429, 'You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota');
    case 'unauthorized':
      return apiError(401, `Incorrect API key provided: ${key}.`, 'invalid_api_key');
    case 'moderation':
      return apiError(
        ...([400, 'Your request was rejected by the safety system.', 'moderation_blocked'] as const),
        'image_generation_user_error',
      );
    default:
      return undefined;
  }
}

/** Sends a whole 200 the way the fault has it. */
export async function sendBody(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  fault: Fault | undefined,
  slow: { readonly clock: Clock; readonly ms: number },
): Promise<void> {
  const half = body.subarray(0, Math.floor(body.length / 2));
  const sent = fault === 'malformed' ? half : body;
  response.writeHead(200, { ...headers, 'content-length': sent.length });
  if (fault === 'slow-body') {
    response.write(half);
    await slow.clock.sleep(slow.ms);
    response.end(body.subarray(half.length));
  } else if (fault === 'short-body') {
    response.write(half, () => response.destroy());
  } else if (fault === 'stalled-body') {
    response.write(half);
  } else {
    response.end(sent);
  }
}
