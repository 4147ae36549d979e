import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import { openai } from '../../../src/providers/openai/openai.ts';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import { compatibleEdits } from '../../../src/providers/openai-compatible/compatible-edits.ts';
import { openaiCompatible } from '../../../src/providers/openai-compatible/openai-compatible.ts';
import { startContractServer } from '../../helpers/openai-contract.ts';
import { openaiPlay } from '../../helpers/plays/openai.ts';
import type { Reply } from '../service/server.ts';
import { type Played, photo } from './played.ts';

const key = 'sk-proj-CANARY-contract-0123456789abcdef';
const request: EnhanceRequest = {
  ...{ model: 'gpt-image-2.5-sunburst', prompt: 'brighter', wish: { operation: 'enhance' }, image: photo },
  ...{ size: { width: 1024, height: 1024 }, quality: 'high', options: {} },
};

function refused(
  status: number,
  code: string | null,
  message: string,
  type = 'invalid_request_error',
): Reply {
  return { status, body: { error: { message: `${message} ${key}`, type, param: null, code } } };
}

const perMinute = 'Rate limit reached (for limit gpt-image) on input-images per min: Limit 5, Used 5.';
const tooFast = refused(429, 'rate_limit_exceeded', perMinute, 'input-images');

/** Every other refusal of OpenAI's, and what they mean: openai/answers.test.ts. */
export const openaiPlayed: Played = {
  ...{ edits: openaiEdits, keys: openai, play: openaiPlay, key, request },
  keyHeaders: { authorization: `Bearer ${key}` },
  refusals: [
    [refused(400, 'moderation_blocked', 'blocked', 'image_generation_user_error'), 'refused'],
    [refused(400, 'invalid_value', 'no such size'), 'invalid'],
    [refused(401, 'invalid_api_key', 'Incorrect API key provided:'), 'auth'],
    [refused(403, 'insufficient_scope', 'Missing scopes: api.model.images.request'), 'permission'],
    [refused(429, 'insufficient_quota', 'You exceeded your current quota', 'insufficient_quota'), 'quota'],
    [tooFast, 'rate'],
    [refused(500, 'server_error', 'The server had an error', 'server_error'), 'busy'],
    [refused(503, 'server_is_overloaded', 'Slow down', 'service_unavailable_error'), 'busy'],
  ],
  waits: [
    [{ ...tooFast, headers: { 'retry-after': '12' } }, 12_000],
    [{ ...tooFast, headers: { 'retry-after': '1', 'retry-after-ms': '534' } }, 534],
    [refused(429, 'rate_limit_exceeded', `${perMinute} Please try again in 12s.`), 12_000],
  ],
  verdicts: [
    [refused(401, 'invalid_api_key', 'Incorrect API key provided:'), 'invalid'],
    [refused(403, 'insufficient_scope', 'Missing scopes: api.model.read'), 'no-permission'],
    [refused(429, 'rate_limit_exceeded', 'Rate limit reached', 'requests'), 'limited'],
    [refused(429, 'insufficient_quota', 'no', 'insufficient_quota'), 'no-funds'],
    [refused(500, 'server_error', 'oops'), 'unknown'],
  ],
  addressed: {
    isIt: openaiPlay.isOrder,
    at: (url) => ({ body: { created: 1, data: [{ url }] } }),
  },
  checker: () => startContractServer(({ path }) => answerTo(path)),
};

const answerTo = (path: string) => ({ status: 200, body: path.endsWith('/edits') ? { data: [] } : {} });

/** Its copies answer alike. */
export const compatiblePlayed: Played = {
  ...{ ...openaiPlayed, edits: compatibleEdits, keys: openaiCompatible },
  request: { ...request, model: 'flux-kontext' },
};
