// What is asked of Stability AI in tests, and how it answers.
import type { EnhanceRequest } from '../../../src/providers/enhance.ts';
import type { Wish } from '../../../src/providers/wish.ts';
import type { Reply } from '../service/server.ts';

export const picture = Buffer.from('not decoded here, so any bytes are a picture');
export const job = 'a6dc6c6e20acda010fe14d71f180658f2896ed9b4ec25aa99a6ff06c796987c4';

export const delivered: Reply = {
  headers: {
    'content-type': 'image/png',
    'finish-reason': 'SUCCESS',
    seed: '343940597',
    'x-request-id': 's-1',
  },
  body: picture,
};
export const accepted: Reply = { body: { id: job } };
export const inProgress: Reply = { status: 202, body: { id: job, status: 'in-progress' } };
export const blurred: Reply = {
  ...delivered,
  headers: { ...delivered.headers, 'finish-reason': 'CONTENT_FILTERED' },
};

/** An error as the service tells it; its text repeats whatever it is given. */
export function problem(status: number, name: string, ...errors: string[]): Reply {
  return {
    status,
    body: { id: 'ff54b236a3acdde1522cb1ba641c43ed', name, errors },
    headers: { 'x-kept': 'yes' },
  };
}

const size = { width: 1200, height: 800 };

export function asking(model: string, wish: Wish, parts: Partial<EnhanceRequest> = {}): EnhanceRequest {
  const image = { bytes: Buffer.from('photo'), type: 'image/jpeg', ...size } as const;
  return { model, wish, image, prompt: '', options: {}, ...parts };
}

export const mask = { bytes: Buffer.from('mask'), type: 'image/png', ...size } as const;
