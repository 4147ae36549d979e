// One call to OpenAI's own address with the proxy of the environment; prints what came of it.
import { systemClock } from '../../../src/clock.ts';
import { CallError } from '../../../src/providers/enhance.ts';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import { fetchThroughProxy } from '../../../src/providers/proxy.ts';
import { Secret } from '../../../src/secret.ts';

const request = {
  ...{ model: 'gpt-image-2.5-sunburst', prompt: 'brighter', options: {} },
  wish: { operation: 'enhance' } as const,
  image: { bytes: Buffer.alloc(1000), type: 'image/png' as const, width: 16, height: 16 },
};
const call = {
  secret: new Secret('sk-proj-CANARY-proxied-0123456789'),
  baseUrl: 'https://api.openai.com/v1',
  fetch: fetchThroughProxy(process.env),
  beforeSend: async () => {},
  onAccepted: async () => {},
  sleep: systemClock.sleep,
};
try {
  const { bytes, requestId } = await openaiEdits.enhance(request, call);
  console.log(JSON.stringify({ bytes: bytes.toString(), requestId }));
} catch (error) {
  if (!(error instanceof CallError)) throw error;
  const { kind, charge, code, message, uploadBroken } = error;
  console.log(JSON.stringify({ kind, charge, code, message, uploadBroken }));
}
