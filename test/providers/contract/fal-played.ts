import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { fal } from '../../../src/providers/fal/fal.ts';
import { falEdits } from '../../../src/providers/fal/fal-edits.ts';
import { startFalServer } from '../../helpers/fal-server.ts';
import { falPlay, resultAt } from '../../helpers/plays/fal.ts';
import type { Reply } from '../service/server.ts';
import { type Played, photo } from './played.ts';

const key = 'CANARY-fal-id:CANARY-fal-secret-0123456789';

const model = (type: string, msg = 'no'): Reply => ({
  ...{ status: 422, body: { detail: [{ loc: ['body', 'image_url'], msg, type }] } },
});
const platform = (status: number, type: string, message = 'no'): Reply => ({
  ...{ status, body: { error: { type, message: `${message}, Key ${key}` } } },
});
const detail = (status: number, text: string): Reply => ({ status, body: { detail: text } });

const foreign = detail(401, `Authorization token=${key.split(':')[1]} is invalid`);
const exhausted = detail(403, 'User is locked. Reason: Exhausted balance. Top up your balance');
const lockedOut = detail(403, 'User is locked. Reason: Admin lock. Please contact support@fal.ai');

const request: EnhanceRequest = {
  ...{ model: 'fal-ai/nafnet/denoise', prompt: '', wish: { operation: 'denoise' } },
  ...{ image: photo, options: {} },
};

export const falPlayed: Played = {
  ...{ edits: falEdits, keys: fal, play: falPlay, key, request, job: request },
  keyHeaders: { authorization: `Key ${key}` },
  refusals: [
    [platform(401, 'authorization_error'), 'auth'],
    [foreign, 'auth'],
    [exhausted, 'quota'],
    [detail(401, 'User is locked. Reason: TOP_UP.'), 'quota'],
    [detail(402, 'no'), 'quota'],
    [lockedOut, 'permission'],
    [detail(403, 'no'), 'permission'],
    [detail(404, 'Application not found'), 'invalid'],
    [model('missing'), 'invalid'],
    [detail(422, 'no such field'), 'invalid'],
    [model('content_policy_violation'), 'refused'],
    [model('image_too_small'), 'refused'],
    [platform(429, 'rate_limited'), 'rate'],
    [detail(500, 'Internal Server Error'), 'busy'],
    [platform(503, 'server_error'), 'busy'],
  ],
  waits: [[{ ...platform(429, 'rate_limited'), headers: { 'retry-after': '4' } }, 4_000]],
  verdicts: [
    [platform(401, 'authorization_error', 'Authentication required'), 'invalid'],
    [foreign, 'invalid'],
    [platform(403, 'authorization_error'), 'no-permission'],
    [lockedOut, 'no-permission'],
    [exhausted, 'no-funds'],
    [platform(429, 'rate_limited', 'slower'), 'limited'],
    [platform(503, 'server_error'), 'unknown'],
  ],
  addressed: {
    isIt: ({ method, path }) => method === 'GET' && /\/requests\/job-\d+$/.test(path),
    at: (address) => ({ body: resultAt(address) }),
  },
  // The queue is not described there; the questions of `verify` are.
  checker: startFalServer,
};
