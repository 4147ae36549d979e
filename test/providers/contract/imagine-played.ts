import { imagine } from '../../../src/providers/imagine/imagine.ts';
import { imagineEdits } from '../../../src/providers/imagine/imagine-edits.ts';
import { imaginePlay } from '../../helpers/plays/imagine.ts';
import type { Reply } from '../service/server.ts';
import { type Played, photo } from './played.ts';

const key = 'vk-CANARY-imagine-0123456789abcdef';
const refused = (status: number): Reply => ({ status, body: { error: `no ${key}` } });

/** How it says that its moderation refuses is not known. */
export const imaginePlayed: Played = {
  ...{ edits: imagineEdits, keys: imagine, play: imaginePlay, key },
  keyHeaders: { authorization: `Bearer ${key}` },
  request: {
    ...{ model: 'enhance', prompt: '', wish: { operation: 'upscale', scale: 2 }, image: photo, options: {} },
  },
  refusals: [
    [refused(400), 'invalid'],
    [refused(401), 'auth'],
    [refused(402), 'quota'],
    [refused(403), 'permission'],
    [refused(404), 'invalid'],
    [refused(413), 'refused'],
    [refused(429), 'rate'],
    [refused(500), 'busy'],
    [refused(503), 'busy'],
  ],
  waits: [[{ ...refused(429), headers: { 'retry-after': '7' } }, 7_000]],
  verdicts: undefined,
};
