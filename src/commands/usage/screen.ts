import type { Context } from '../../context.ts';
import type { Screen } from './table.ts';

/** How wide a page may be, and whether blocks and rules may be drawn. What goes into a pipe or a file is not cut. */
export function screenOf({ streams, env }: Pick<Context, 'streams' | 'env'>): Screen {
  const width = streams.stdout.isTTY ? (streams.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  return { width, unicode: !env.NO_UNICODE && env.TERM !== 'dumb' && env.TERM !== 'linux' };
}
