import type { KeyProvider } from '../provider.ts';

// Its service has no request about a key or an account that is known: only a picture, which costs, shows what a key is worth.
export const imagine: KeyProvider = {
  id: 'imagine',
  label: 'Imagine API Studio',
  vendorVariables: [],
  baseUrl: 'https://api.vyro.ai/v2',
  keyIsOptional: false,
  canVerify: false,
  async verify(call) {
    call.signal?.throwIfAborted();
    return {
      kind: 'unknown',
      sentence: 'Imagine API Studio has no free way to ask whether it accepts a key',
      nextStep:
        'try it with one picture: imgsys enhance PHOTO -p remove-background --provider imagine -o DIR',
    };
  },
};
