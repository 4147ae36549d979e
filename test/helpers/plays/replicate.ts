import { ofDataUrl, type Play } from './play.ts';

/** Replicate's predictions: taken on, asked for, fetched from where they say. */
export const replicatePlay: Play = {
  base: '/v1',
  isOrder: ({ method, path }) => method === 'POST' && path.endsWith('/predictions'),
  read({ path, body }) {
    const { input, version } = JSON.parse(body.toString());
    const fields: Record<string, unknown> = { ...input, ...(version && { version }) };
    const { mask, ...others } = fields;
    const found = Object.values(others).map(ofDataUrl).find(Boolean) ?? Buffer.alloc(0);
    return { path, picture: found, mask: ofDataUrl(mask), fields };
  },
  async answer({ method, path }, { orders, make, origin }) {
    if (path === '/account') return { body: { type: 'user', username: 'tester', name: 'Tester' } };
    if (method === 'POST' && path.endsWith('/predictions')) {
      return { status: 201, body: predictionOf(orders.length - 1, origin, 'starting') };
    }
    const at = /(?:predictions|delivery)\/job(\d+)/.exec(path)?.[1];
    const one = at === undefined ? undefined : orders[Number(at)];
    if (one !== undefined && path.startsWith('/delivery/')) {
      return { body: await make(one), headers: { 'content-type': 'image/png' } };
    }
    if (one !== undefined) return { body: predictionOf(Number(at), origin, 'succeeded') };
    return method === 'GET' && path.startsWith('/models/') ? { body: { visibility: 'public' } } : undefined;
  },
};

/** A prediction as it is told; `output` is where its picture lies. */
export function predictionOf(
  at: number,
  origin: string,
  status: string,
  output = `${origin}/delivery/job${at}.png`,
) {
  const url = `${origin}/v1/predictions/job${at}`;
  const isMade = status === 'succeeded';
  return {
    ...{ id: `job${at}`, model: 'owner/name', version: 'hidden', input: {}, logs: '', error: null, status },
    ...{ created_at: '2026-11-21T10:00:00.000Z', data_removed: false, source: 'api' },
    ...{ output: isMade ? output : null, metrics: isMade ? { predict_time: 1.25, total_time: 2.5 } : {} },
    urls: { web: 'https://replicate.com/p/x', get: url, cancel: `${url}/cancel` },
  };
}
