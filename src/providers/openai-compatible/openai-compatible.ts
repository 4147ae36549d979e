import type { KeyProvider } from '../provider.ts';

/** Any server that speaks OpenAI's API: sd-server, Lemonade, vLLM-Omni, LiteLLM, a gateway. */
export const openaiCompatible: KeyProvider = {
  id: 'openai-compatible',
  label: 'the server',
  vendorVariables: [],
  keyIsOptional: true,
  async verify(call, model) {
    const { verifyByModels } = await import('../openai/verify.ts');
    return verifyByModels(openaiCompatible, call, { model, listIsPrivate: false });
  },
};
