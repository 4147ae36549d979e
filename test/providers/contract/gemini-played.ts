import { gemini } from '../../../src/providers/gemini/gemini.ts';
import { geminiEdits } from '../../../src/providers/gemini/gemini-edits.ts';
import { geminiPlay } from '../../helpers/plays/gemini.ts';
import type { Reply } from '../service/server.ts';
import { type Played, photo } from './played.ts';

const key = 'AQ.CANARY-contract-0123456789abcdef';

function errorOf(code: number, status: string, message: string, details: unknown[] = []): Reply {
  return { status: code, body: { error: { code, message: `${message} ${key}`, status, details } } };
}
const reason = (name: string) => [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: name, domain: 'googleapis.com' },
];
const quota = (quotaId: string) => [
  { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12.5s' },
];
const perDay = quota('GenerateRequestsPerDayPerProjectPerModel');
const perMinute = quota('GenerateRequestsPerMinutePerProjectPerModel');
const exceeded = 'You exceeded your current quota';

const invalidKey = errorOf(400, 'INVALID_ARGUMENT', 'API key not valid.', reason('API_KEY_INVALID'));
const expired = errorOf(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.');
const leaked = errorOf(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.');
const tokenType = errorOf(401, 'UNAUTHENTICATED', 'no', reason('ACCESS_TOKEN_TYPE_UNSUPPORTED'));
const blocked = errorOf(403, 'PERMISSION_DENIED', 'blocked', reason('API_KEY_SERVICE_BLOCKED'));
const elsewhere = errorOf(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.');
const prepaid = errorOf(402, 'FAILED_PRECONDITION', 'prepaid');

// A 200 without a picture, that counts none.
const nothingMade = { promptTokenCount: 1190, totalTokenCount: 1190 };
const ended = (finishReason: string, parts: object[] = []): Reply => ({
  body: { candidates: [{ content: { parts }, finishReason }], usageMetadata: nothingMade },
});
const withheld: readonly Reply[] = [
  { body: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: nothingMade } },
  { body: { promptFeedback: { blockReason: 'SAFETY' } } },
  ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER', 'NO_IMAGE'].map((name) =>
    ended(name),
  ),
  ...['PROHIBITED_CONTENT', 'SAFETY', 'SPII', 'MAX_TOKENS'].map((name) => ended(name)),
  ended('STOP', [{ text: 'I cannot do that.' }]),
];

export const geminiPlayed: Played = {
  ...{ edits: geminiEdits, keys: gemini, play: geminiPlay, key },
  keyHeaders: { 'x-goog-api-key': key },
  request: {
    ...{ model: 'gemini-3.1-flash-image', prompt: 'brighter', wish: { operation: 'enhance' }, options: {} },
    ...{ image: photo, size: { width: 2048, height: 2048 }, quality: '2K' },
  },
  refusals: [
    [invalidKey, 'auth'],
    [expired, 'auth'],
    [leaked, 'auth'],
    [errorOf(400, 'INVALID_ARGUMENT', 'Unable to process input image'), 'refused'],
    [errorOf(400, 'INVALID_ARGUMENT', 'Invalid value at aspect_ratio'), 'invalid'],
    [elsewhere, 'permission'],
    [errorOf(400, 'FAILED_PRECONDITION', 'Please enable billing on your project'), 'quota'],
    [tokenType, 'permission'],
    [prepaid, 'quota'],
    [blocked, 'permission'],
    [errorOf(404, 'NOT_FOUND', 'models/x is not found'), 'permission'],
    [errorOf(429, 'RESOURCE_EXHAUSTED', exceeded, perMinute), 'rate'],
    [errorOf(429, 'RESOURCE_EXHAUSTED', exceeded, perDay), 'quota'],
    [errorOf(429, 'RESOURCE_EXHAUSTED', 'quota, limit: 0, model: x', perMinute), 'quota'],
    [errorOf(429, 'RESOURCE_EXHAUSTED', 'Your project has exceeded its spending cap.'), 'quota'],
    [errorOf(500, 'INTERNAL', 'An internal error has occurred.'), 'busy'],
    [errorOf(503, 'UNAVAILABLE', 'The model is overloaded.'), 'busy'],
    ...withheld.map((reply) => [reply, 'refused'] as const),
  ],
  // However much it says besides.
  waits: [
    [
      errorOf(429, 'RESOURCE_EXHAUSTED', 'For more, head to: https://ai.google.dev. '.repeat(8), perMinute),
      12_500,
    ],
  ],
  verdicts: [
    [invalidKey, 'invalid'],
    [errorOf(400, 'INVALID_ARGUMENT', 'API key expired. Renew it.', reason('API_KEY_INVALID')), 'invalid'],
    [leaked, 'invalid'],
    [tokenType, 'no-permission'],
    [blocked, 'no-permission'],
    [errorOf(403, 'PERMISSION_DENIED', 'not used before', reason('SERVICE_DISABLED')), 'no-permission'],
    [elsewhere, 'no-permission'],
    [errorOf(429, 'RESOURCE_EXHAUSTED', 'slower'), 'limited'],
    [prepaid, 'no-funds'],
    [errorOf(400, 'INVALID_ARGUMENT', 'something else'), 'unknown'],
    [errorOf(503, 'UNAVAILABLE', 'overloaded'), 'unknown'],
  ],
};
