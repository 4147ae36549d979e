import type { Edges } from '../operations.ts';

/** What is to be added to an edge: pixels of the picture, or percent of the side that grows by it. */
export type EdgeLength = { readonly px: number } | { readonly percent: number };

/** What is to be added beyond the edges of a picture, whatever its size. */
export type EdgesWish =
  | {
      readonly kind: 'edges';
      readonly left: EdgeLength;
      readonly right: EdgeLength;
      readonly top: EdgeLength;
      readonly bottom: EdgeLength;
    }
  /** As much as makes the picture this wide by this high, in equal parts on both sides; nothing is cut off. */
  | { readonly kind: 'ratio'; readonly width: number; readonly height: number };

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The edges of one picture in whole pixels, none below 0. */
export function edgesFor(wish: EdgesWish, { width, height }: Size): Edges {
  if (wish.kind === 'edges') {
    return {
      left: pixelsOf(wish.left, width),
      right: pixelsOf(wish.right, width),
      top: pixelsOf(wish.top, height),
      bottom: pixelsOf(wish.bottom, height),
    };
  }
  const across = Math.max(0, Math.round((height * wish.width) / wish.height) - width);
  const down = Math.max(0, Math.round((width * wish.height) / wish.width) - height);
  const [left, top] = [Math.floor(across / 2), Math.floor(down / 2)];
  return { left, right: across - left, top, bottom: down - top };
}

/** Whether nothing is added. */
export function isNone({ left, right, top, bottom }: Edges): boolean {
  return left + right + top + bottom === 0;
}

/** A size with its edges. */
export function grown({ width, height }: Size, { left, right, top, bottom }: Edges): Size {
  return { width: width + left + right, height: height + top + bottom };
}

/** How many times as wide and high a picture is on average with its edges, for what grows with it. */
export function growthOf(wish: EdgesWish | undefined, size: Size): number {
  if (wish === undefined) return 1;
  const { width, height } = grown(size, edgesFor(wish, size));
  return Math.sqrt((width * height) / (size.width * size.height));
}

function pixelsOf(length: EdgeLength, side: number): number {
  return Math.max(0, Math.round('px' in length ? length.px : (side * length.percent) / 100));
}
