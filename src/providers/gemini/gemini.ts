import type { KeyProvider } from '../provider.ts';

export const gemini: KeyProvider = {
  id: 'gemini',
  label: 'Google Gemini',
  vendorVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  keyPage: 'https://aistudio.google.com/apikey',
  limitPage: 'https://aistudio.google.com/usage',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  keyIsOptional: false,
  defaultModel: 'gemini-3.1-flash-image',
  // Loaded when it is used: a list of keys asks nobody.
  async verify(call, model = gemini.defaultModel) {
    const { verifyGemini } = await import('./verify.ts');
    return verifyGemini(call, model);
  },
};
