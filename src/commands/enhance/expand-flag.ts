import type { EdgeLength, EdgesWish } from '../../images/edges.ts';
import { printable } from '../../text.ts';
import { usage } from './usage.ts';

const sides = ['left', 'right', 'top', 'bottom'] as const;
const none: EdgeLength = { px: 0 };
const mostPixels = 30_000;
const mostPercent = 400;

/**
 * What `--expand` adds: `200` or `20%` at each edge, `left=200,right=10%` at some, or as much as makes it `16:9`. Throws
 * CommandError (2).
 */
export function edgesOf(text: string): EdgesWish {
  const ratio = /^(\d{1,4}):(\d{1,4})$/.exec(text.trim());
  if (ratio !== null) {
    const [width, height] = [Number(ratio[1]), Number(ratio[2])];
    if (width > 0 && height > 0) return { kind: 'ratio', width, height };
    throw wrong(text);
  }
  const edges = text.includes('=') ? namedEdges(text) : allEdges(lengthOf(text, text));
  const isNothing = sides.every((side) => Object.values(edges[side])[0] === 0);
  if (isNothing) throw usage(`--expand ${printable(text)} adds nothing`, examples);
  return { kind: 'edges', ...edges };
}

function allEdges(length: EdgeLength) {
  return { left: length, right: length, top: length, bottom: length };
}

function namedEdges(text: string) {
  const edges: Record<(typeof sides)[number], EdgeLength> = allEdges(none);
  const given = new Set<string>();
  for (const part of text.split(',')) {
    const [name = '', value = '', ...more] = part.split('=').map((piece) => piece.trim());
    const side = sides.find((one) => one === name);
    if (side === undefined || more.length > 0) throw wrong(text);
    if (given.has(side)) throw usage(`--expand names ${side} twice`, examples);
    given.add(side);
    edges[side] = lengthOf(value, text);
  }
  return edges;
}

function lengthOf(value: string, text: string): EdgeLength {
  const found = /^(\d+(?:\.\d+)?)(px|%)?$/.exec(value.trim());
  if (found === null) throw wrong(text);
  const number = Number(found[1]);
  if (found[2] === '%') {
    if (number <= mostPercent) return { percent: number };
    throw usage(`--expand ${printable(text)} is more than ${mostPercent} % of the picture`, examples);
  }
  if (!Number.isInteger(number)) throw wrong(text);
  if (number <= mostPixels) return { px: number };
  throw usage(`--expand ${printable(text)} is more than ${mostPixels} pixels`, examples);
}

function wrong(text: string) {
  return usage(`--expand ${printable(text)} is not understood`, examples);
}

const examples = 'for example 200 (pixels at each edge), 20%, left=200,right=10%, or 16:9';
