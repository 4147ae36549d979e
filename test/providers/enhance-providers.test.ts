import { describe, expect, it } from 'vitest';
import { enhanceProviders, findEnhanceProvider } from '../../src/providers/enhance-providers.ts';
import { findKeyProvider } from '../../src/providers/key-providers.ts';

describe('the services that make pictures for money', () => {
  it('are found by the names their keys have', () => {
    expect(enhanceProviders.map(({ id }) => id)).toEqual(['openai', 'openai-compatible']);
    for (const provider of enhanceProviders) {
      expect(findEnhanceProvider(provider.id)).toBe(provider);
      const { label, defaultModel } = findKeyProvider(provider.id);
      expect({ label, defaultModel }).toEqual({ label: provider.label, defaultModel: provider.defaultModel });
    }
  });

  it('have a default model and quality that they have', () => {
    for (const { defaultModel, defaultQuality, findModel } of enhanceProviders) {
      const { qualities } = findModel(defaultModel, '2026-11-21');
      if (defaultQuality !== undefined) expect(qualities).toContain(defaultQuality);
      expect(defaultQuality).not.toBe('auto');
    }
  });

  it('are named when another is asked for', () => {
    expect(() => findEnhanceProvider('opnai')).toThrow(
      expect.objectContaining({ hint: 'did you mean openai?' }),
    );
    expect(() => findEnhanceProvider('x\u001b[31m')).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('x\\e[31m') }),
    );
  });
});
