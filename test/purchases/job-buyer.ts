// A process of its own that buys pictures from a service of jobs: job-buyer.ts FOLDER BASE_URL KEY COUNT. Ends with what
// each came to, as one line of JSON.

import sharp from 'sharp';
import { systemClock } from '../../src/clock.ts';
import { CommandError, ItemError } from '../../src/errors.ts';
import { replicateEdits } from '../../src/providers/replicate/replicate-edits.ts';
import { Secret } from '../../src/secret.ts';
import { purchase } from '../ledger/rows.ts';
import { customer, openJobShop } from './job-shop.ts';

const [folder = '', baseUrl = '', key = '', count = ''] = process.argv.slice(2);
const keys = Array.from({ length: Number(count) }, (_, at) => `k${at}`);
// Asks as fast as it may.
const clock = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(10, signal) };
const { shop, end } = await openJobShop(
  folder,
  { provider: replicateEdits },
  { clock, baseUrl, secret: new Secret(key) },
);
const ends = await Promise.all(keys.map((name, at) => buy(name, at)));
await end();
console.log(JSON.stringify(ends));

async function buy(name: string, seed: number): Promise<string> {
  const background = { r: seed * 10, g: 100, b: 200 };
  const create = { width: 8, height: 8, channels: 3 as const, background };
  const bytes = await sharp({ create }).png().toBuffer();
  const order = await customer.prepare();
  const request = {
    ...{
      ...order.request,
      model: 'nightmareai/real-esrgan',
      wish: { operation: 'upscale', scale: 2 } as const,
    },
    image: { bytes, type: 'image/png' as const, width: 8, height: 8 },
  };
  const own = { ...customer, prepare: async () => ({ ...order, request }) };
  try {
    const { isReused } = await shop.buy({ ...purchase(name), provider: 'replicate' }, own);
    return isReused ? 'collected' : 'bought';
  } catch (error) {
    if (error instanceof ItemError) return error.reason;
    throw error instanceof CommandError ? new Error(error.message, { cause: error }) : error;
  }
}
