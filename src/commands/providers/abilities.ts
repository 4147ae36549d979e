import type { EditModel, Wanting } from '../../providers/model.ts';
import { printable } from '../../text.ts';

/** What a model does and what it wants, as a sentence. */
export function abilities({ operations, prompt, mask, ...model }: EditModel): string {
  const { scales, isCreative, takes, options, numbers } = model;
  const enlarges = operations.includes('upscale');
  const factors = scales.filter((scale) => scale > 0).map((scale) => `${scale}x`);
  const ranges = Object.entries(numbers).map(([name, { least, most }]) => `${name} ${least}..${most}`);
  const choices = Object.entries(options).map(([name, values]) => `${name} ${values.join('|')}`);
  return [
    operations.join(', '),
    ...(enlarges && factors.length > 0 ? [`enlarges ${factors.join(' or ')}`] : []),
    ...(enlarges ? [isCreative ? 'invents detail (--creative)' : 'invents no detail'] : []),
    ...wants('prompt', prompt),
    ...wants('mask', mask),
    ...(takes.seed ? ['--seed'] : []),
    ...(takes.negative ? ['--negative'] : []),
    ...(takes.styles.length > 0 ? [`--style ${takes.styles.map(printable).join('|')}`] : []),
    ...[...ranges, ...choices].map((option) => `--option ${printable(option)}`),
  ].join('; ');
}

function wants(what: string, wanting: Wanting): string[] {
  if (wanting === 'needed') return [`needs a ${what}`];
  return [wanting === 'none' ? `no ${what}` : `takes a ${what}`];
}
