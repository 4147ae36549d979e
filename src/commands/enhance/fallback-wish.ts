// What of a wish goes on to a provider that stands in: not every model takes a seed, a style, or what is not to be seen.
import type { EditModel } from '../../providers/model.ts';
import type { Wish } from '../../providers/wish.ts';
import { printable } from '../../text.ts';
import { nameOf } from './demands.ts';

type Passed = Pick<Wish, 'seed' | 'style' | 'negative'>;

/** What `model` takes of them, and a sentence for each that it is not told. */
export function passOn(
  { seed, style, negative }: Passed,
  model: Pick<EditModel, 'id' | 'takes'>,
): { readonly passed: Passed; readonly leftOut: readonly string[] } {
  const { takes } = model;
  const hasStyle = style !== undefined && takes.styles.includes(style);
  return {
    passed: {
      ...(seed !== undefined && takes.seed && { seed }),
      ...(hasStyle && { style }),
      ...(negative !== undefined && takes.negative && { negative }),
    },
    leftOut: [
      ...(seed !== undefined && !takes.seed ? ['--seed'] : []),
      ...(style !== undefined && !hasStyle ? [`--style ${printable(style)}`] : []),
      ...(negative !== undefined && !takes.negative ? ['--negative'] : []),
    ].map((flag) => `--fallback: ${nameOf(model)} takes no ${flag}, so that it is left out there`),
  };
}

/** The same for this processor, which makes of one picture always the same. */
export function leftOutByLocal({ style, negative }: Passed): readonly string[] {
  const takes = { seed: true, negative: false, styles: [] };
  const wish = { ...(style !== undefined && { style }), ...(negative !== undefined && { negative }) };
  return passOn(wish, { id: 'local', takes }).leftOut;
}
