import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations.ts';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { isPresetName } from '../../src/presets/fields.ts';
import { loadPreset } from '../../src/presets/load.ts';
import { needsAI, presetForLocal, presetForProvider } from '../../src/presets/preset.ts';

const presetNames = builtInPresets.map(({ name }) => name);
const nowhere = { folder: '/nonexistent', cwd: '/nonexistent' };

function builtIn(name: string) {
  const found = builtInPresets.find((preset) => preset.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('a preset by name', () => {
  it.each(['auto', 'upscale', 'sharpen'])('%s is done by local', async (name) => {
    const found = presetForLocal(await loadPreset(name, nowhere));
    expect(found).toEqual({ name, version: 1, ...builtIn(name).local });
  });

  it.each([
    ['shapren', 'did you mean sharpen?'],
    ['up', 'did you mean upscale?'],
    ['enhance', 'did you mean auto?'],
    ['zebra', `the presets are: ${presetNames.join(', ')}`],
    ['', `the presets are: ${presetNames.join(', ')}`],
    ['constructor', `the presets are: ${presetNames.join(', ')}`],
  ])('refuses %j with a hint', async (name, hint) => {
    await expect(loadPreset(name, nowhere)).rejects.toThrow(expect.objectContaining({ exitCode: 2, hint }));
  });
});

describe('a preset for one provider', () => {
  it('has no part for local where it needs an AI provider', () => {
    expect(presetForLocal(builtIn('food'))).toBeUndefined();
  });

  it('is refused by local with those that do it', () => {
    const able = { id: 'painter', modelFor: { enhance: 'brush' } };
    const unable = { id: 'cutter', modelFor: { 'remove-background': 'knife' } };
    expect(needsAI(builtIn('food'), [unable, able])).toMatchObject({
      exitCode: 2,
      message: 'local cannot do the preset food: it is a prompt for AI providers',
      hint: expect.stringMatching(/: --provider painter -p food$/),
    });
    expect(needsAI({ ...builtIn('food'), file: '/mine.json' }, []).hint).toBe(
      'no provider of this version can; or say in its file what local does: "steps"',
    );
  });

  it('is refused to AI providers where only local can promise it', () => {
    const { generative: _, ...sharpening } = builtIn('sharpen');
    expect(() => presetForProvider(sharpening, 'openai')).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining('--provider local') }),
    );
  });

  it('describes the light to the model that paints one, and instructs the others', () => {
    const words = (provider: string) => presetForProvider(builtIn('relight'), provider).prompt;
    expect(words('stability')).toMatch(/^The same scene in a soft/);
    expect(words('replicate')).toMatch(/^Improve the light/);
    expect(words('fal')).toBe(words('openai'));
  });

  it('names a model only at the provider whose model it is', () => {
    expect(presetForProvider(builtIn('draft'), 'openai')).toMatchObject({
      quality: 'low',
      model: 'gpt-image-2.5-flare',
    });
    expect(presetForProvider(builtIn('draft'), 'constructor').model).toBeUndefined();
    expect(presetForProvider(builtIn('auto'), 'openai').model).toBeUndefined();
  });
});

describe('the built-in presets', () => {
  const asked = builtInPresets.flatMap(({ name, generative }) =>
    generative ? [{ name, ...generative }] : [],
  );

  it('are one to a name, and each is done by somebody', () => {
    expect(new Set(presetNames).size).toBe(presetNames.length);
    expect(presetNames.filter((name) => !isPresetName(name))).toEqual([]);
    expect(builtInPresets.filter(({ local, generative }) => !local && !generative)).toEqual([]);
  });

  it('name what they ask for, each operation at least once', () => {
    const asking = Map.groupBy(asked, ({ operation = 'enhance' }) => operation);
    expect([...asking.keys()].sort()).toEqual(operations.map(({ name }) => name).sort());
    for (const { name } of operations) {
      if (name !== 'enhance') expect(builtIn(name).generative?.operation).toBe(name);
    }
    for (const name of ['auto', 'listing', 'real-estate', 'product', 'portrait', 'food']) {
      expect(presetForProvider(builtIn(name), 'openai').operation).toBe('enhance');
    }
    expect(presetForProvider(builtIn('old-photo'), 'fal').operation).toBe('restore');
  });

  it('describe to models that want no instruction', () => {
    const { prompt } = presetForProvider(builtIn('upscale'), 'openai');
    for (const provider of ['stability', 'replicate', 'fal']) {
      expect(presetForProvider(builtIn('upscale'), provider).prompt).toMatch(/^A clear, sharp photograph/);
    }
    expect(prompt).toMatch(/^Enlarge this photograph/);
    expect(presetForProvider(builtIn('upscale'), 'constructor').prompt).toBe(prompt);
  });

  it.each(asked)('$name asks in few and plain words', ({ prompt }) => {
    expect(prompt.length).toBeLessThan(1500);
    expect(prompt).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it.each(asked)('$name says what has to stay', ({ prompt }) => {
    for (const promise of [
      'add nothing, remove nothing, move nothing',
      'same framing, crop, perspective and geometry',
      'straight lines stay straight',
      'place, shape, size and number',
      'letter for letter',
      'identity',
      'skin texture',
      'Natural colours',
      'No borders',
    ]) {
      expect(prompt.toLowerCase()).toContain(promise.toLowerCase());
    }
  });

  it('differ from one another, but for the draft of auto', () => {
    const tasks = new Map(asked.map(({ name, prompt }) => [name, prompt]));
    expect(tasks.get('draft')).toBe(tasks.get('auto'));
    expect(new Set(tasks.values()).size).toBe(tasks.size - 1);
  });
});
