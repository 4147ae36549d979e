// What a wish demands of a model, and in which words a model is refused that does not give it.
import type { EditModel } from '../../providers/model.ts';
import type { Wish } from '../../providers/wish.ts';
import { printable } from '../../text.ts';

export interface Demand {
  /** What is wrong with a model that does not hold it. */
  readonly refusal: (model: EditModel) => string;
  /** What to leave out, or to give, where no other model is taken. */
  readonly way: string | ((model: EditModel) => string);
  readonly holds: (model: EditModel) => boolean;
  /** Whether this processor holds it, too; it takes no words, masks or numbers meant for a model. */
  readonly locally?: true;
  /** That no detail is made up, which who names a model leaves to it. */
  readonly faithful?: true;
}

export interface Given {
  readonly wish: Wish;
  readonly hasMask: boolean;
  /** Whether the user says it in their own words. */
  readonly hasPrompt: boolean;
}

/** In the order in which they are told. */
export function demandsOf({ wish, hasMask, hasPrompt }: Given): readonly Demand[] {
  const { operation, scale, creative, seed, style, negative } = wish;
  const no = (what: string) => (model: EditModel) => `${nameOf(model)} takes no ${what}`;
  return [
    {
      refusal: (model) => `${nameOf(model)} does not ${operation}`,
      way: 'leave --model out',
      holds: ({ operations }) => operations.includes(operation),
      locally: true,
    },
    ...given(hasMask, {
      refusal: no('mask'),
      way: 'leave --mask out',
      holds: ({ mask }) => mask !== 'none',
    }),
    ...given(!hasMask, {
      refusal: (model) => `${nameOf(model)} needs a mask for ${operation}`,
      way: 'give one: --mask FILE',
      holds: ({ mask }) => mask !== 'needed',
      locally: true,
    }),
    ...given(hasPrompt, {
      refusal: no('prompt'),
      way: 'leave --prompt out',
      holds: ({ prompt }) => prompt !== 'none',
    }),
    ...given(creative === true, {
      refusal: (model) => `${nameOf(model)} invents no detail`,
      way: 'leave --creative out',
      holds: ({ isCreative }) => isCreative,
    }),
    ...given(operation === 'upscale' && creative !== true, {
      refusal: (model) => `${nameOf(model)} invents detail`,
      way: 'allow it with --creative',
      holds: ({ isCreative }) => !isCreative,
      locally: true,
      faithful: true,
    }),
    ...given(scale !== undefined, {
      refusal: (model) => `${nameOf(model)} does not enlarge ${scale} times`,
      way: 'choose another --size',
      holds: ({ scales }) => reaches(scales, scale ?? 1),
      locally: true,
    }),
    ...given(seed !== undefined, {
      refusal: no('--seed'),
      way: 'leave --seed out',
      holds: ({ takes }) => takes.seed,
    }),
    ...given(negative !== undefined, {
      refusal: no('--negative'),
      way: (model) =>
        model.prompt === 'none' ? 'leave --negative out' : 'say in --prompt what must not be there',
      holds: ({ takes }) => takes.negative,
    }),
    ...given(style !== undefined, {
      refusal: (model) => `${nameOf(model)} has no style ${printable(style ?? '')}`,
      way: 'leave --style out',
      holds: ({ takes }) => takes.styles.includes(style ?? ''),
    }),
  ];
}

/** A server's own model has no name that is known. */
export function nameOf({ id }: Pick<EditModel, 'id'>): string {
  return id === '' ? 'the model' : printable(id);
}

function given(isGiven: boolean, demand: Demand): Demand[] {
  return isGiven ? [demand] : [];
}

// What is enlarged further is brought back to the size asked for.
function reaches(scales: readonly number[], scale: number): boolean {
  return scales.length === 0 || scales.some((one) => one === 0 || one >= scale);
}
