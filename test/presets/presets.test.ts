import { describe, expect, it } from 'vitest';
import { findPreset, presets } from '../../src/presets/presets.ts';

describe('findPreset', () => {
  it.each(presets.map(({ name }) => name))('knows %s', (name) => {
    expect(findPreset(name).name).toBe(name);
  });

  it.each([
    ['shapren', 'did you mean sharpen?'],
    ['up', 'did you mean upscale?'],
    ['portrait', 'the presets are: auto, upscale, sharpen'],
    ['', 'the presets are: auto, upscale, sharpen'],
    ['constructor', 'the presets are: auto, upscale, sharpen'],
  ])('refuses %j with a hint', (name, hint) => {
    expect(() => findPreset(name)).toThrow(expect.objectContaining({ exitCode: 2, hint }));
  });
});
