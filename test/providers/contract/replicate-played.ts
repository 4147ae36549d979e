import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { replicate } from '../../../src/providers/replicate/replicate.ts';
import { replicateEdits } from '../../../src/providers/replicate/replicate-edits.ts';
import { predictionOf, replicatePlay } from '../../helpers/plays/replicate.ts';
import { startReplicateServer } from '../../helpers/replicate-server.ts';
import type { Reply } from '../service/server.ts';
import { type Played, photo } from './played.ts';

const key = 'r8_CANARYcontract0123456789abcdef';

const refused = (status: number, title: string, detail: string = title): Reply => ({
  ...{ status, body: { title, detail: `${detail} ${key}`, status } },
});
const granted =
  'Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~9s.';
const unauthenticated = refused(401, 'Unauthenticated', 'You did not pass a valid authentication token');
const noCredit = refused(402, 'Insufficient credit', 'You have insufficient credit to run this model.');

const request: EnhanceRequest = {
  ...{ model: 'nightmareai/real-esrgan', prompt: '', wish: { operation: 'upscale', scale: 4 } },
  ...{ image: photo, options: {} },
};

export const replicatePlayed: Played = {
  ...{ edits: replicateEdits, keys: replicate, play: replicatePlay, key, request, job: request },
  keyHeaders: { authorization: `Bearer ${key}` },
  refusals: [
    [refused(400, 'Bad request'), 'invalid'],
    [unauthenticated, 'auth'],
    [noCredit, 'quota'],
    [refused(403, 'Forbidden'), 'permission'],
    [refused(404, 'Not found', 'The requested resource could not be found.'), 'invalid'],
    [refused(413, 'Payload too large'), 'refused'],
    [refused(422, 'Input validation failed', '- input: image is required'), 'invalid'],
    [refused(422, 'Invalid version or not permitted', 'The specified version does not exist'), 'invalid'],
    [refused(429, 'Too many requests', 'Request was throttled.'), 'rate'],
    [refused(500, 'Internal server error', 'Something went wrong'), 'busy'],
    [refused(503, 'Service unavailable', 'later'), 'busy'],
    [{ status: 500, body: { title: 'Internal server error' } }, 'busy'],
  ],
  waits: [
    [refused(429, 'Too many requests', granted), 9_000],
    [{ status: 429, body: { detail: 'slower' }, headers: { 'retry-after': '3' } }, 3_000],
  ],
  verdicts: [
    [unauthenticated, 'invalid'],
    [noCredit, 'no-funds'],
    [refused(403, 'Forbidden'), 'no-permission'],
    [refused(403, 'Account disabled'), 'no-permission'],
    [refused(404, 'Not found'), 'unknown'],
    [refused(429, 'Too many requests'), 'limited'],
    [refused(500, 'Internal server error'), 'unknown'],
  ],
  addressed: {
    isIt: ({ method, path }) => method === 'GET' && path.startsWith('/predictions/'),
    at: (address) => ({ body: predictionOf(0, '', 'succeeded', address) }),
  },
  checker: async () => {
    const { baseUrl, breaches, close } = await startReplicateServer();
    return { baseUrl, breaches, stop: close };
  },
};
