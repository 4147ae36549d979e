import type { Reply } from '../../providers/service/server.ts';
import { lastOf, type Order, type Play, readForm } from './play.ts';

const root = '/v2beta/stable-image';
const jobs = [`${root}/upscale/creative`, `${root}/edit/replace-background-and-relight`];

/** Stability AI: most answer with the picture, two with the id of a job. */
export const stabilityPlay: Play = {
  base: '',
  isOrder: ({ method, path }) => method === 'POST' && path.startsWith(`${root}/`),
  read: (request) =>
    readForm(request, request.path.endsWith('/replace-background-and-relight') ? 'subject_image' : 'image'),
  async answer({ method, path }, { orders, make }) {
    if (path === '/v1/user/balance') return { body: { credits: balanceAfter(orders) } };
    const job = /^\/v2beta\/results\/([0-9a-f]+)$/.exec(path)?.[1];
    const one = orders.find((_, at) => job === jobOf(at));
    if (one !== undefined) return picture(await make(one));
    if (method !== 'POST') return undefined;
    if (jobs.includes(path)) return { body: { id: jobOf(orders.length - 1) } };
    return picture(await make(lastOf(orders)));
  },
};

function balanceAfter(orders: readonly Order[]): number {
  const taken = orders.map(({ path }) => prices[path.slice(root.length + 1)] ?? 5);
  return 1234.5 - taken.reduce((sum, credits) => sum + credits, 0);
}

// In credits; 5 for the rest.
const prices: Readonly<Record<string, number>> = {
  'upscale/fast': 2,
  'upscale/conservative': 40,
  'upscale/creative': 60,
  'edit/outpaint': 4,
  'edit/replace-background-and-relight': 8,
};

function picture(body: Buffer): Reply {
  const headers = { 'content-type': 'image/png', 'finish-reason': 'SUCCESS', seed: '343940597' };
  return { body, headers: { ...headers, 'x-request-id': 's-1' } };
}

// Ids have 64 hexadecimal digits.
const jobOf = (at: number) => at.toString(16).padStart(64, 'a');
