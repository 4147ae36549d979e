import type { OperationName } from '../operations.ts';

// What is known of a paid model without asking anybody: data, no behaviour.

/** Which sizes a model makes. All in pixels; `any` means the model follows the picture it is sent. */
export type SizeRule =
  | {
      readonly kind: 'free';
      /** Both sides are multiples of it. */
      readonly multiple: number;
      readonly minPixels: number;
      /** What the model makes reliably, and at most. */
      readonly usualPixels: number;
      readonly maxPixels: number;
      readonly maxSide: number;
      /** Longer side by shorter side, at most. */
      readonly maxRatio: number;
    }
  | { readonly kind: 'list'; readonly sizes: readonly Size[] }
  | {
      readonly kind: 'any';
      readonly maxPixels: number;
      readonly minPixels?: number;
      /** Of the shorter side. */
      readonly minSide?: number;
      /** Of the longer side. */
      readonly maxSide?: number;
      /** Longer side by shorter side, at most. */
      readonly maxRatio?: number;
    };

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type UploadType = 'image/jpeg' | 'image/png' | 'image/webp';

/** Money in integer micro-dollars: 1 000 000 are one US dollar. */
export interface CostRange {
  /** The likely range, to be shown. */
  readonly lowMicrousd: number;
  readonly highMicrousd: number;
  /** The most the call can cost, to be reserved. */
  readonly mostMicrousd: number;
  /** Tokens that it likely takes in all, for limits a minute; 0 where the service counts none. */
  readonly tokens: number;
  /** Whether the user assumed it, since no price is known. */
  readonly assumed?: true;
}

/** What a model wants of something: `needed` must be given, `welcome` may be, `none` is not taken. */
export type Wanting = 'needed' | 'welcome' | 'none';

/** A model that edits pictures. */
export interface EditModel {
  readonly id: string;
  readonly operations: readonly OperationName[];
  readonly prompt: Wanting;
  readonly mask: Wanting;
  /** By how much it enlarges by itself, for `upscale`; 0 for a factor of the service's own, brought to what was asked. */
  readonly scales: readonly number[];
  /** The most pixels of what it makes where it enlarges; undefined where none are known. */
  readonly makesPixels?: number;
  /** Whether it invents detail where it enlarges. */
  readonly isCreative: boolean;
  /** Which wishes it takes: styles by their names, empty for none. */
  readonly takes: { readonly seed: boolean; readonly negative: boolean; readonly styles: readonly string[] };
  /** `YYYY-MM-DD`, the first day on which it is gone; undefined where none is announced. */
  readonly shutdownDate: string | undefined;
  /** From the cheapest to the dearest; empty where the model knows none. */
  readonly qualities: readonly string[];
  readonly sizes: SizeRule;
  readonly uploadTypes: readonly UploadType[];
  readonly outputTypes: readonly UploadType[];
  readonly maxUploadBytes: number;
  /** Names of further options it takes, as sent: `background`, `moderation` … with their legal values. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The same for options that are numbers. */
  readonly numbers: Readonly<Record<string, { readonly least: number; readonly most: number }>>;
  /** Whether options that are not named may be sent as well, with any value: the service is not known well enough. */
  readonly takesAnyOption: boolean;
}
