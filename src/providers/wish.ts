import type { Edges, OperationName } from '../operations.ts';

/** What is wanted of a service besides words: the same for all of them; each sends it in its own way. */
export interface Wish {
  readonly operation: OperationName;
  /** `upscale`: how many times as wide and high the result will be. */
  readonly scale?: 2 | 4;
  /** `upscale`: detail may be invented. */
  readonly creative?: boolean;
  /** `replace-background`: the new one in words. */
  readonly background?: string;
  /** `expand`: pixels beyond the edges of what is sent. */
  readonly edges?: Edges;
  /** `retouch` without a mask: what is to go. */
  readonly thing?: string;
  /** 0 to 4 294 967 294: the same number gives about the same picture. */
  readonly seed?: number;
  /** One of the model's own styles. */
  readonly style?: string;
  /** What is not to be seen. */
  readonly negative?: string;
}
