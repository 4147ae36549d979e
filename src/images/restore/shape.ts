// What the result is to be, beside the picture that a service answers with.
import type { Edges } from '../../operations.ts';
import type { Size } from '../../providers/model.ts';
import { grown } from '../edges.ts';

export interface ResultShape {
  /** The result is exactly this many times as wide and high as the source, whatever the service made. */
  readonly scale: 1 | 2 | 4;
  /** What is added, in pixels of the source; over the rest the source's own pixels are put back. Only with a scale of 1. */
  readonly edges?: Edges;
  /** Whose transparency the result has; with `answer`, what is transparent in either is; `opaque` has none. */
  readonly alpha: 'source' | 'answer' | 'opaque';
  /** Whose colours: with `source` the answer gives its alpha alone, and colours only where it is neither clear nor opaque. */
  readonly colours: 'answer' | 'source';
  /** What is put behind what is transparent: the result is opaque. */
  readonly background?: Background;
  /** What may change; elsewhere the source's own pixels are put back. Only with a scale of 1 and without edges. */
  readonly keepOutside?: KnownFile;
}

export type Background =
  /** Code values of sRGB, 0 to 255. */
  | { readonly kind: 'colour'; readonly rgb: readonly [red: number, green: number, blue: number] }
  /** Scaled until it covers the result, in the middle. */
  | ({ readonly kind: 'picture' } & KnownFile);

/** A file with the SHA-256 of the bytes it must have. */
export interface KnownFile {
  readonly path: string;
  readonly sha256: string;
}

/** An enhanced picture and nothing else. */
export const plainShape: ResultShape = { scale: 1, alpha: 'source', colours: 'answer' };

const noEdges: Edges = { left: 0, right: 0, top: 0, bottom: 0 };

/** Pixels of the result of a source. */
export function resultSize(source: Size, { scale, edges = noEdges }: ResultShape): Size {
  const { width, height } = grown(source, edges);
  return { width: width * scale, height: height * scale };
}

/** Whether the result may be transparent where its source is not. */
export function bringsAlpha({ alpha, background }: ResultShape): boolean {
  return alpha === 'answer' && background === undefined;
}

/** Whether pixels of the source itself are in the result. */
export function takesSource({ edges, colours, keepOutside }: ResultShape): boolean {
  return edges !== undefined || colours === 'source' || keepOutside !== undefined;
}
