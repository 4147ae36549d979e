// How a model of fal is asked and what it is charged by: data beside that of every model.
import type { EditModel } from '../model.ts';

export interface FalModel extends EditModel {
  readonly input: FalInput;
  readonly bills: FalBills;
}

/** The names a model has for what is sent; what has none is not sent. */
export interface FalInput {
  /** `image_urls` is a list of one. */
  readonly image: 'image_url' | 'image_urls';
  readonly mask?: 'mask_url';
  readonly prompt?: 'prompt';
  readonly scale?: 'upscale_factor' | 'scale';
  readonly seed?: 'seed';
  readonly negative?: 'negative_prompt';
  readonly style?: 'lighting_style';
  /** The new background, in words. */
  readonly background?: 'prompt';
  readonly thing?: 'object_to_remove';
  /** `canvas`: the size of the result and where the picture lies in it. `sides`: pixels for each, `most` of them. */
  readonly edges?: { readonly as: 'canvas' } | { readonly as: 'sides'; readonly most: number };
  /** `pixels`: width and height. `ratio`: its name alone, as text or within an object. */
  readonly size?: 'pixels' | 'ratio' | 'ratio-within';
  readonly quality?: 'resolution';
  /** Sent unless an option of the user's says otherwise. */
  readonly fixed?: Readonly<Record<string, string | number | boolean>>;
}

export interface FalBills {
  /** Whether megapixels are counted of the result alone, or of what is sent as well. */
  readonly pixels: 'result' | 'both';
  /** By how much a quality costs more than the price of one picture that fal tells. */
  readonly factors?: Readonly<Record<string, number>>;
  /** Whether a picture has several prices by its megapixels, of which fal tells one. */
  readonly hasTiers?: true;
}
