// What can be done to a picture: the words that commands, presets, providers and the ledger share.

export type OperationName =
  | 'enhance'
  | 'upscale'
  | 'denoise'
  | 'restore'
  | 'relight'
  | 'remove-background'
  | 'replace-background'
  | 'fill'
  | 'expand'
  | 'retouch';

export interface OperationFacts {
  readonly name: OperationName;
  /** What a provider does with it, as a clause that follows "can": lower case, no full stop. */
  readonly words: string;
  /** What the user has to give besides pictures; `mask or thing`: either will do. */
  readonly needs: 'nothing' | 'mask' | 'mask or thing' | 'background' | 'edges';
}

/** In the order they are shown. */
export const operations: readonly OperationFacts[] = [
  { name: 'enhance', words: 'make the whole picture better', needs: 'nothing' },
  { name: 'upscale', words: 'enlarge it two or four times', needs: 'nothing' },
  { name: 'denoise', words: 'take noise and grain away', needs: 'nothing' },
  { name: 'restore', words: 'mend old and damaged photographs', needs: 'nothing' },
  { name: 'relight', words: 'change the light', needs: 'nothing' },
  { name: 'remove-background', words: 'make the background transparent', needs: 'nothing' },
  { name: 'replace-background', words: 'put another background behind it', needs: 'background' },
  { name: 'fill', words: 'paint within a mask', needs: 'mask' },
  { name: 'expand', words: 'add to the edges', needs: 'edges' },
  { name: 'retouch', words: 'remove what is masked or named', needs: 'mask or thing' },
];

/** Pixels beyond the four edges of a picture. */
export interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
