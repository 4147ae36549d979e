// fal answers at three hosts, a key is kept for one: the queue's. The others are its own only where that is fal's; at another
// address (a gateway, a server for tests) one origin answers for all three, whose paths do not meet.
import { fal } from './fal.ts';

/** Where prices are asked for, and the key is shown to count. */
export const pricesHost = 'https://api.fal.ai';
/** Where files are handed in. */
export const filesHost = 'https://rest.fal.ai';

/** The prices of one model. */
export function pricesAt(baseUrl: string, model: string): string {
  return at(baseUrl, pricesHost, `/v1/models/pricing?endpoint_id=${encodeURIComponent(model)}`);
}

/** Where an upload begins. */
export function uploadAt(baseUrl: string): string {
  return at(baseUrl, filesHost, '/storage/upload/initiate?storage_type=fal-cdn-v3');
}

function at(baseUrl: string, host: string, path: string): string {
  return baseUrl === fal.baseUrl ? `${host}${path}` : path;
}
