// Under which names a model takes what it is sent: data. Whatever is not certain is left to `--option NAME=VALUE`.

export type InputValue = string | number | boolean;

/** The input of a model. A field that is undefined is one that the model does not have, or that is not known. */
export interface InputFields {
  readonly image: string;
  /** Whether it takes pictures as a list. */
  readonly isList?: boolean;
  readonly prompt?: string | undefined;
  /** White is what changes. */
  readonly mask?: string | undefined;
  readonly seed?: string | undefined;
  readonly negative?: string;
  readonly quality?: string;
  /** Takes the ratio by its name: `3:2`. */
  readonly ratio?: string;
  /** Takes the factor: `2`, or `2x`. */
  readonly scale?: { readonly field: string; readonly isTimes?: boolean };
  /** What is sent where nothing is enlarged. */
  readonly unscaled?: Readonly<Record<string, InputValue>>;
  /** What is sent unless an option says otherwise: where the model's own default would change more than is asked for. */
  readonly always?: Readonly<Record<string, InputValue>>;
}

/**
 * Names by which an option is not sent but says under what name something else is: `image-name=input_image`, with `[]` at
 * the end for a list (`image-name=image_input[]`); `prompt-name=` without a value sends none.
 */
export const nameOptions = {
  image: 'image-name',
  prompt: 'prompt-name',
  mask: 'mask-name',
  scale: 'scale-name',
  seed: 'seed-name',
} as const;

/** What is sent to a model of which nothing is known but that it makes a picture of a picture. */
export const usualFields: InputFields = { image: 'image', prompt: 'prompt', mask: 'mask', seed: 'seed' };
