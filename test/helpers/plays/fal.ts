import { ofDataUrl, type Play } from './play.ts';

/** fal's queue and its list of prices at one origin, as a gateway would have them. */
export const falPlay: Play = {
  base: '',
  isOrder: ({ method, path }) => method === 'POST' && /^(?:\/[\w.-]+){2,}$/.test(path),
  read({ path, body }) {
    const fields: Record<string, unknown> = JSON.parse(body.toString());
    const { mask_url: mask, image_url: one, image_urls: several } = fields;
    return { path, picture: ofDataUrl(one ?? several) ?? Buffer.alloc(0), mask: ofDataUrl(mask), fields };
  },
  async answer({ method, path }, { orders, make, origin }) {
    const price = /^\/v1\/models\/pricing\?endpoint_id=(.+)$/.exec(path)?.[1];
    if (price !== undefined) return { body: priceOf(decodeURIComponent(price)) };
    const id = `job-${orders.length - 1}`;
    if (method === 'POST') return { body: { status: 'IN_QUEUE', request_id: id, queue_position: 0 } };
    const [, at, rest = ''] = /^\/[\w.-]+\/[\w.-]+\/requests\/job-(\d+)(\/.*)?$/.exec(path) ?? [];
    if (rest.startsWith('/status')) return { body: { status: 'COMPLETED', request_id: `job-${at}` } };
    if (at !== undefined) return { body: resultAt(`${origin}/made/${at}.png`), headers: idOf(at) };
    const made = /^\/made\/(\d+)\.png$/.exec(path)?.[1];
    const one = made === undefined ? undefined : orders[Number(made)];
    return one && { body: await make(one), headers: { 'content-type': 'image/png' } };
  },
};

const idOf = (at: string) => ({ 'x-fal-request-id': `job-${at}`, 'x-fal-billable-units': '1' });

/** A result whose picture lies at `url`. */
export function resultAt(url: string) {
  return { images: [{ url, content_type: 'image/png', width: 64, height: 64 }], seed: 1 };
}

function priceOf(id: string) {
  const price = { endpoint_id: id, unit_price: 0.08, unit: 'images', currency: 'USD' };
  return { prices: [price], next_cursor: null, has_more: false };
}
