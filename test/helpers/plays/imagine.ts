import { lastOf, type Play, readForm } from './play.ts';

/** Imagine API Studio: a form in, the picture out. */
export const imaginePlay: Play = {
  base: '/v2',
  isOrder: ({ method, path }) => method === 'POST' && path.startsWith('/image/'),
  read: (request) => readForm(request, 'image'),
  async answer({ method, path }, { orders, make }) {
    if (method !== 'POST' || !path.startsWith('/image/')) return undefined;
    return { body: await make(lastOf(orders)), headers: { 'content-type': 'image/png' } };
  },
};
