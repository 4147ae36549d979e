import { describe, expect, it } from 'vitest';
import { type Choice, chooseModel } from '../../../src/commands/enhance/choose-model.ts';
import { demandsOf, type Given } from '../../../src/commands/enhance/demands.ts';
import type { EnhanceProvider } from '../../../src/providers/enhance.ts';
import type { EditModel } from '../../../src/providers/model.ts';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import type { Wish } from '../../../src/providers/wish.ts';

const plain = openaiEdits.findModel(undefined, '');

function model(id: string, parts: Partial<EditModel>): EditModel {
  return { ...plain, id, prompt: 'none', mask: 'none', isCreative: false, ...parts };
}

function provider(
  id: string,
  modelFor: EnhanceProvider['modelFor'],
  models: readonly EditModel[],
): EnhanceProvider {
  const findModel: EnhanceProvider['findModel'] = (name) => {
    const found = models.find((one) => one.id === (name ?? models[0]?.id));
    if (found === undefined) throw new Error(`no model ${name}`);
    return found;
  };
  return { ...openaiEdits, id, modelFor, models, findModel };
}

const takes = { seed: true, negative: true, styles: ['photographic'] };
const works = provider('works', { upscale: 'fast', retouch: 'erase' }, [
  model('fast', { operations: ['upscale'], scales: [4] }),
  model('old', { operations: ['upscale'], scales: [2], takes, shutdownDate: '2026-11-21' }),
  model('rich', { operations: ['upscale'], scales: [2], isCreative: true, prompt: 'needed' }),
  model('erase', { operations: ['retouch'], mask: 'needed' }),
  model('search', { operations: ['retouch', 'enhance'], prompt: 'welcome' }),
]);
const other = provider('other', { upscale: 'all', enhance: 'all' }, [
  model('all', { operations: ['upscale', 'enhance'], scales: [0], takes, mask: 'welcome' }),
]);
const server = provider('server', { enhance: '' }, [model('', { operations: ['enhance'] })]);

function choose(given: Partial<Given> & Pick<Given, 'wish'>, parts: Partial<Choice> = {}) {
  const demands = demandsOf({ hasMask: false, hasPrompt: false, ...given });
  return chooseModel(works, {
    ...{ operation: given.wish.operation, named: undefined, suggested: undefined, today: '2026-11-21' },
    ...{ demands, providers: [works, other, server], locally: false, ...parts },
  });
}

const upscale = { operation: 'upscale', scale: 2 } as const;

describe('the model that is taken', () => {
  it.each<[string, Partial<Given> & Pick<Given, 'wish'>, Partial<Choice>]>([
    ['fast', { wish: upscale }, {}],
    ['fast', { wish: { ...upscale, scale: 4 } }, {}],
    ['rich', { wish: upscale }, { named: 'rich' }],
    ['rich', { wish: { ...upscale, creative: true } }, {}],
    ['rich', { wish: { ...upscale, creative: true }, hasPrompt: true }, {}],
    ['rich', { wish: upscale, hasPrompt: true }, { named: 'rich' }],
    ['rich', { wish: { ...upscale, creative: true } }, { suggested: 'fast' }],
    ['fast', { wish: upscale }, { suggested: 'rich' }],
    ['erase', { wish: { operation: 'retouch' }, hasMask: true }, {}],
    ['search', { wish: { operation: 'retouch', thing: 'x' } }, {}],
  ])('is %s for %j, %j', (id, given, parts) => {
    expect(choose(given, parts).id).toBe(id);
  });
});

const styled = provider('styled', { upscale: 'plain' }, [
  model('plain', { operations: ['upscale'], scales: [0] }),
  model('painter', { operations: ['upscale'], scales: [0], isCreative: true, takes }),
]);

describe('a model or provider that cannot', () => {
  const refusal = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return error;
    }
    return 'was taken';
  };

  it('is told how a background is asked for where none is cut out', () => {
    const paints = provider('paints', { 'replace-background': 'all' }, []);
    const wish = { operation: 'remove-background' } as const;
    const choice = { operation: wish.operation, named: undefined, suggested: undefined, today: '2026-11-21' };
    const demands = demandsOf({ wish, hasMask: false, hasPrompt: false });
    expect(
      refusal(() => chooseModel(paints, { ...choice, demands, providers: [paints], locally: false })),
    ).toMatchObject({
      hint: 'no provider can; paints does replace-background, and that in words: --background "a plain white wall"',
    });
  });

  it.each<[Partial<Wish>, string, string]>([
    [
      { style: 'photographic' },
      'plain has no style photographic',
      'with --creative, inventing detail: painter; leave --style out',
    ],
    [
      { style: 'photographic', negative: 'blur' },
      'painter invents detail',
      'with --creative, inventing detail: painter',
    ],
  ])('is not replaced by one that invents detail, for %j', (more, message, hint) => {
    const wish = { ...upscale, ...more };
    const demands = demandsOf({ wish, hasMask: false, hasPrompt: false });
    const choice = { operation: wish.operation, named: undefined, suggested: undefined, today: '2026-11-21' };
    expect(
      refusal(() => chooseModel(styled, { ...choice, demands, providers: [styled], locally: false })),
    ).toMatchObject({ exitCode: 2, message, hint });
  });

  it.each<[Partial<Given> & Pick<Given, 'wish'>, Partial<Choice>, string, string]>([
    [
      { wish: { operation: 'enhance' } },
      {},
      'works cannot make the whole picture better (enhance)',
      'these can: other (all), server; works does upscale, retouch',
    ],
    [
      { wish: { operation: 'enhance' } },
      { locally: true },
      'works cannot make the whole picture better (enhance)',
      'these can: other (all), server, local (free); works does upscale, retouch',
    ],
    [
      { wish: { operation: 'relight' } },
      {},
      'works cannot change the light (relight)',
      'no provider can; works does upscale, retouch',
    ],
    [
      { wish: { operation: 'retouch' } },
      { named: 'fast' },
      'fast does not retouch',
      'works has --model search; leave --model out',
    ],
    [
      { wish: upscale },
      { named: 'erase' },
      'erase does not upscale',
      'works has --model fast; also: other (all); leave --model out',
    ],
    [
      { wish: { ...upscale, scale: 4 } },
      { named: 'rich' },
      'rich does not enlarge 4 times',
      'works has --model fast; also: other (all); choose another --size',
    ],
    [
      { wish: { ...upscale, creative: true } },
      { named: 'fast' },
      'fast invents no detail',
      'works has --model rich; leave --creative out',
    ],
    [{ wish: upscale, hasMask: true }, {}, 'fast takes no mask', 'these can: other (all); leave --mask out'],
    [
      { wish: { operation: 'retouch', thing: 'x' } },
      { named: 'erase' },
      'erase needs a mask for retouch',
      'works has --model search; give one: --mask FILE',
    ],
    [
      { wish: { ...upscale, seed: 1 } },
      {},
      'fast takes no --seed',
      'these can: other (all); leave --seed out',
    ],
    [
      { wish: { ...upscale, negative: 'x' } },
      {},
      'fast takes no --negative',
      'these can: other (all); leave --negative out',
    ],
    [
      { wish: { ...upscale, negative: 'x' } },
      { named: 'rich' },
      'rich takes no --negative',
      'these can: other (all); say in --prompt what must not be there',
    ],
    // What this processor never takes is no reason to name it; what a model nearer by has is not what is wrong.
    [
      { wish: { ...upscale, seed: 1 } },
      { locally: true },
      'fast takes no --seed',
      'these can: other (all); leave --seed out',
    ],
    [{ wish: { ...upscale, creative: true, style: 'x' } }, {}, 'rich has no style x', 'leave --style out'],
    [{ wish: { ...upscale, style: 'anime\u001b' } }, {}, 'fast has no style anime\\e', 'leave --style out'],
    [
      { wish: upscale, hasPrompt: true },
      { named: 'fast' },
      'fast takes no prompt',
      'with --creative, inventing detail: rich; leave --prompt out',
    ],
    [
      { wish: upscale, hasPrompt: true },
      {},
      'fast takes no prompt',
      'with --creative, inventing detail: rich; leave --prompt out',
    ],
  ])('%j with %j is told, with those that can', (given, parts, message, hint) => {
    expect(refusal(() => choose(given, parts))).toMatchObject({ exitCode: 2, message, hint });
  });
});
