import type { Edges } from '../../operations.ts';
import type { Size } from '../../providers/model.ts';
import type { Fit } from './place.ts';

/** Edges in pixels of the source as pixels of what is sent of it; never less than what was asked for. */
export function sentEdges({ left, right, top, bottom }: Edges, source: Size, { content }: Fit): Edges {
  const [across, down] = [content.width / source.width, content.height / source.height];
  // What floating point adds is no pixel.
  const scaled = (edge: number, scale: number) => Math.max(0, Math.ceil(edge * scale - 1e-6));
  return {
    left: scaled(left, across),
    right: scaled(right, across),
    top: scaled(top, down),
    bottom: scaled(bottom, down),
  };
}
