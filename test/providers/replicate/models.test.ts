import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../src/errors.ts';
import { fitSize } from '../../../src/images/upload/fit-size.ts';
import { builtInPrices } from '../../../src/prices/built-in.ts';
import { createPriceTable } from '../../../src/prices/table.ts';
import type { CostQuestion } from '../../../src/providers/enhance.ts';
import { ratioOf } from '../../../src/providers/gemini/sizes.ts';
import { replicateEdits } from '../../../src/providers/replicate/replicate-edits.ts';

const version = '0123456789abcdef'.repeat(4);
const find = (name?: string) => replicateEdits.findModel(name, '2026-11-21');

describe('the models of replicate', () => {
  it.each([
    [undefined, 'nightmareai/real-esrgan'],
    ['NightmareAI/Real-ESRGAN', 'nightmareai/real-esrgan'],
    [`nightmareai/real-esrgan:${version.toUpperCase()}`, `nightmareai/real-esrgan:${version}`],
    [`sczhou/codeformer:${version}`, `sczhou/codeformer:${version}`],
    ['Somebody/Some.Model-2', 'Somebody/Some.Model-2'],
    [`somebody/something:${version}`, `somebody/something:${version}`],
  ])('%s is %s', (name, id) => {
    expect(find(name).id).toBe(id);
  });

  it('of which nothing is known take any option, and make what one picture can be made of one', () => {
    const strange = find('somebody/something');
    expect(strange).toMatchObject({ takesAnyOption: true, prompt: 'welcome', mask: 'welcome', scales: [0] });
    expect(strange.operations).toContain('remove-background');
    expect(strange.operations).not.toContain('expand');
  });

  it.each([
    ['real-esrgan', 'did you mean nightmareai/real-esrgan?'],
    ['clarity-upscalr', 'did you mean philz1337x/clarity-upscaler?'],
    ['a/b:abc', 'with a version of 64 digits'],
    ['../account', 'owner/name'],
    ['a/..', 'owner/name'],
    ['a/b/c', 'owner/name'],
    ['', 'owner/name'],
    ['sczhou/codeformer', '--model sczhou/codeformer:VERSION'],
    ['allenhooo/lama', 'https://replicate.com/allenhooo/lama/versions'],
  ])('%s is refused, with what to do: %s', (name, hint) => {
    const error = (() => {
      try {
        return find(name);
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).hint).toContain(hint);
  });

  it('do what they are named for', () => {
    for (const [operation, name] of Object.entries(replicateEdits.modelFor)) {
      expect(find(name).operations).toContain(operation);
    }
  });

  it('that paint get sizes of their own, whole', () => {
    for (const size of [
      { width: 6000, height: 4000 },
      { width: 900, height: 1600 },
    ]) {
      const banana = fitSize(size, find('google/nano-banana-2').sizes);
      expect(ratioOf(banana)).toMatch(/^\d+:\d+$/);
      const kontext = fitSize(size, find('black-forest-labs/flux-kontext-pro').sizes);
      expect(kontext.width * kontext.height).toBeLessThan(1.1e6);
      expect(kontext.content.width / kontext.content.height).toBeCloseTo(size.width / size.height, 1);
    }
  });

  const question: Omit<CostQuestion, 'model'> = {
    ...{ quality: undefined, prompt: '', masked: false, size: undefined },
    ...{ upload: { width: 900, height: 600 }, wish: { operation: 'upscale', scale: 2 } },
  };
  it('have a price where one was seen, reserved with room', () => {
    for (const model of ['nightmareai/real-esrgan', `nightmareai/real-esrgan:${version}`]) {
      expect(replicateEdits.estimate({ ...question, model }, builtInPrices)).toEqual({
        ...{ lowMicrousd: 2_500, highMicrousd: 2_500, mostMicrousd: 25_000, tokens: 0 },
      });
    }
    for (const model of ['google/nano-banana-2', `somebody/something:${version}`]) {
      expect(replicateEdits.estimate({ ...question, model }, builtInPrices)).toBeUndefined();
    }
  });

  it('cost what the user states', () => {
    const row = {
      provider: 'replicate',
      unit: 'picture',
      asOf: '2026-11',
      source: 'mine',
      status: 'stated',
    } as const;
    const stated = createPriceTable([], {
      file: { shown: 'prices.json', sha256: 'x' },
      rows: [{ ...row, model: 'somebody/something', microusd: 4_000 }],
    });
    const model = `somebody/something:${version}`;
    expect(replicateEdits.estimate({ ...question, model }, stated)).toMatchObject({ mostMicrousd: 4_000 });
  });
});
