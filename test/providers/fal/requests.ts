// What tests of fal share.
import { afterAll } from 'vitest';
import type { EnhanceCall, EnhanceRequest } from '../../../src/providers/enhance.ts';
import { redactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';
import { type FalPlan, type FalServer, startFalServer } from '../../helpers/fal-server.ts';
import { callTo, type Steps } from '../service/server.ts';

export const falKey = 'CANARY-fal-id:CANARY-fal-secret-0123456789';

const secret = new Secret(falKey);
// As whoever reads a key does.
redactor.learn(secret);

export const request: EnhanceRequest = {
  ...{ model: 'fal-ai/nafnet/denoise', prompt: '', wish: { operation: 'denoise' }, options: {} },
  image: { bytes: Buffer.alloc(50_001, 'photo'), type: 'image/jpeg', width: 1264, height: 848 },
};

const servers: FalServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** A server that ends with the tests. */
export async function start(plan: FalPlan = {}): Promise<FalServer> {
  const server = await startFalServer(plan);
  servers.push(server);
  return server;
}

/** A call with fal's kind of key. */
export function falCall(baseUrl: string, parts: Partial<EnhanceCall> = {}): Steps {
  return callTo(baseUrl, { secret, ...parts });
}
