import { describe, expect, it } from 'vitest';
import { enhanceProviders, findEnhanceProvider } from '../../src/providers/enhance-providers.ts';
import { findKeyProvider, keyProviders } from '../../src/providers/key-providers.ts';
import { findProvider, providers } from '../../src/providers/providers.ts';

describe('the services that make pictures for money', () => {
  it('are found by the names their keys have', () => {
    const remote = providers.filter(({ isRemote }) => isRemote).map(({ id }) => id);
    expect(enhanceProviders.map(({ id }) => id)).toEqual(remote);
    expect(keyProviders.map(({ id }) => id)).toEqual(remote);
    for (const provider of enhanceProviders) {
      expect(findEnhanceProvider(provider.id)).toBe(provider);
      const { label, defaultModel } = findKeyProvider(provider.id);
      expect(label).toBe(provider.label);
      // Not all are asked about a model when a key is checked.
      if (defaultModel !== undefined) expect(defaultModel).toBe(provider.defaultModel);
    }
  });

  it('have a default model and quality that they have', () => {
    for (const { defaultModel, defaultQuality, findModel, modelFor } of enhanceProviders) {
      const names = [defaultModel, ...Object.values(modelFor).filter((name) => name !== '')];
      const qualities = names.flatMap((name) => findModel(name, '2026-11-21').qualities);
      if (defaultQuality !== undefined) expect(qualities).toContain(defaultQuality);
      expect(defaultQuality).not.toBe('auto');
    }
  });

  it('take a model for each operation that does it', () => {
    for (const { id, modelFor, findModel } of enhanceProviders) {
      for (const [operation, name] of Object.entries(modelFor)) {
        const { operations, shutdownDate } = findModel(name === '' ? undefined : name, '2026-11-21');
        expect([id, operations], operation).toEqual([id, expect.arrayContaining([operation])]);
        expect(shutdownDate).toBeUndefined();
      }
    }
  });

  it.each([
    ['google', 'gemini'],
    ['Nano_Banana', 'gemini'],
    ['dalle', 'openai'],
    ['chatgpt', 'openai'],
    ['sd', 'stability'],
    ['stable-diffusion', 'stability'],
    ['opnai', 'openai'],
  ])('are suggested by other names of theirs: %s', (name, id) => {
    const hint = `did you mean ${id}?`;
    const hints = [() => findProvider(name), () => findKeyProvider(name)].map((find) => {
      try {
        return find();
      } catch (error) {
        return error;
      }
    });
    expect(hints).toEqual([expect.objectContaining({ hint }), expect.objectContaining({ hint })]);
  });

  it('are one for a run', () => {
    expect(() => findProvider('openai, gemini')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: 'one provider a run, not 2: openai, gemini',
        hint: expect.stringContaining('--provider openai --fallback gemini'),
      }),
    );
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
