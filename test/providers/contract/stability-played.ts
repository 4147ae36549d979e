import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { stability } from '../../../src/providers/stability/stability.ts';
import { stabilityEdits } from '../../../src/providers/stability/stability-edits.ts';
import { stabilityPlay } from '../../helpers/plays/stability.ts';
import type { Reply } from '../service/server.ts';
import { mask, type Played, photo } from './played.ts';

const key = 'sk-CANARY-stability-0123456789abcdef';

function problem(status: number, name: string, ...errors: string[]): Reply {
  return { status, body: { id: 'ff54b236a3acdde1522cb1ba641c43ed', name, errors } };
}
const older = (status: number, name: string, message: string): Reply => ({
  ...{ status, body: { id: '9160aa70', name, message: `${message} ${key}` } },
});

const tooOften = problem(
  ...([429, 'rate_limit_exceeded'] as const),
  'You have exceeded the rate limit of 150 requests within a 10 second period, and have been timed out for 60 seconds.',
);
const noCredits = problem(402, 'payment_required', 'You lack sufficient credits to make this request.');
const base: Omit<EnhanceRequest, 'model' | 'wish'> = { prompt: '', image: photo, options: {} };

export const stabilityPlayed: Played = {
  ...{ edits: stabilityEdits, keys: stability, play: stabilityPlay, key },
  keyHeaders: { authorization: `Bearer ${key}` },
  request: { ...base, model: 'erase', wish: { operation: 'retouch' }, mask },
  job: {
    ...base,
    model: 'upscale-creative',
    wish: { operation: 'upscale', creative: true },
    prompt: 'a house',
  },
  refusals: [
    [problem(400, 'bad_request', 'some-field: is required', key), 'invalid'],
    [problem(400, 'bad_request', 'image: every side must be at least 64 pixels'), 'refused'],
    [problem(401, 'unauthorized', `authorization: invalid or missing header value ${key}`), 'auth'],
    [noCredits, 'quota'],
    [
      problem(403, 'content_moderation', 'Your request was flagged by our content moderation system'),
      'refused',
    ],
    [problem(403, 'permission_denied', 'no'), 'permission'],
    [problem(404, 'not_found', 'no'), 'invalid'],
    [problem(413, 'payload_too_large', 'body: payloads cannot be larger than 10MiB in size'), 'refused'],
    [problem(422, 'invalid_language', 'English is the only supported language for this service.'), 'invalid'],
    [problem(422, 'public_figure', 'Our system detected the likeness of a public figure'), 'refused'],
    [tooOften, 'rate'],
    [problem(500, 'internal_error', 'An unexpected server error has occurred'), 'busy'],
    [older(503, 'unavailable', 'later'), 'busy'],
  ],
  waits: [[tooOften, 60_000]],
  verdicts: [
    [{ body: { credits: 0 } }, 'no-funds'],
    [{ body: { credits: -0.4 } }, 'no-funds'],
    [older(401, 'unauthorized', 'missing authorization header'), 'invalid'],
    [older(403, 'permission_denied', 'no'), 'no-permission'],
    [older(402, 'payment_required', 'no'), 'no-funds'],
    [older(429, 'insufficient_balance', 'no'), 'no-funds'],
    [older(429, 'rate_limit_exceeded', 'slower'), 'limited'],
    [older(404, 'not_found', 'no'), 'unknown'],
    [older(500, 'internal_error', 'oops'), 'unknown'],
    [{ body: { credits: '12' } }, 'unknown'],
  ],
};
