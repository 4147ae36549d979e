// The text of a new preset file.
import { isDeepStrictEqual } from 'node:util';
import { operations } from '../../operations.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import { toleranceFor } from '../../presets/drift-tolerances.ts';
import { remark } from '../../presets/fields.ts';
import { mostShare, sharesOf, stepWords, withShares } from '../../presets/own-look.ts';
import type { GenerativeAction, LocalAction, Preset } from '../../presets/preset.ts';

/** A preset file that does what `base` does, with every word and number of it to be changed. */
export function presetText(name: string, base: Preset): string {
  const { local, generative } = base;
  const summary = base.file === undefined ? `${base.name}, my own way` : base.summary;
  const fields = {
    [remark]: explained(base),
    ...{ name, version: 1, summary },
    ...(generative && asked(generative)),
    ...(local && {
      look: begunWith(local, base.name).name,
      strength: local.strength,
      steps: sharesOf(local.look),
    }),
  };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}

// The operation is said also where it is the usual one: it is what decides who can do it.
function asked({ operation = 'enhance', prompt, prompts, quality, drift }: GenerativeAction) {
  const { structure, colour, edges, mustChange } = toleranceFor({ operation }, drift);
  return { operation, prompt, prompts, quality, drift: { structure, colour, edges, mustChange } };
}

function explained({ local, generative }: Preset): string[] {
  return [
    'This text is for you: imgsys does not read it.',
    ...(generative ? aboutPrompt : []),
    ...(generative?.prompts ? [aboutPrompts] : []),
    ...(local ? aboutSteps : []),
    ...(local && generative
      ? ['Without prompt only local does it; without look, strength and steps only AI.']
      : []),
  ];
}

const aboutPrompts = 'prompts: the same by the name of a provider whose models want other words.';
const aboutPrompt = [
  `operation: ${operations.map(({ name }) => name).join(', ')}; imgsys providers shows who can do which.`,
  'prompt: what AI providers are asked for.',
  'drift: how far a result may move before --on-drift acts: structure and edges at least (0 to 1),',
  '  colour at most (0 to 100); mustChange: whether one that is the picture as it was is told of.',
  'quality: low, medium, high, xhigh or max, as far as the model has them; others take what they have.',
];
const aboutSteps = [
  'look: the built-in preset whose thresholds and sizes local takes.',
  'strength: how far local goes in all, 0 to 1.',
  `steps: what local mends, as a share of what is measured to be wrong: 0 none, 1 the usual, at most ${mostShare}:`,
  ...Object.entries(stepWords).map(([step, words]) => `  ${step}: ${words}`),
];

// A look is that of a built-in preset with other shares; its own name first, where it is one.
function begunWith({ look, sizes, expands }: LocalAction, name: string): Preset {
  const [own, others] = [builtInPresets.filter((preset) => preset.name === name), builtInPresets];
  const found = [...own, ...others].find(
    ({ local }) =>
      local &&
      local.expands === expands &&
      isDeepStrictEqual(local.sizes, sizes) &&
      isDeepStrictEqual(withShares(local.look, sharesOf(look)), look),
  );
  if (found === undefined) throw new Error(`the look of ${name} is that of no built-in preset`);
  return found;
}
