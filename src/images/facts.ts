/** Picture formats by content. `heic` is HEIF with HEVC pixels; HEIF with AV1 pixels is `avif`. */
export type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif' | 'heic' | 'svg';

/** Formats that can be written. */
export type TargetFormat = Exclude<Format, 'heic' | 'svg'>;

/** What is known of a picture before its pixels are decoded. */
export interface ImageFacts {
  readonly format: Format;
  /** Pixels of one page as displayed: after orientation. */
  readonly width: number;
  readonly height: number;
  /** Frames or pages in the file. */
  readonly pages: number;
  /** Frames that play in time (GIF, WebP, APNG), as against pages of a document. */
  readonly animated: boolean;
  /** EXIF orientation 1 to 8 as stored; 1 where the container itself turns the pixels. */
  readonly orientation: number;
  readonly space: 'rgb' | 'grey' | 'cmyk' | 'lab' | 'float';
  /** Bits per channel of the decoded raster. */
  readonly depth: 8 | 16;
  readonly alpha: boolean;
  /** Description of the embedded ICC profile, undefined without one. */
  readonly profile: string | undefined;
  readonly gainMap: boolean;
}

/** Something a picture lost or that its owner should know; printed once per picture. */
export interface ImageWarning {
  readonly code: string;
  readonly message: string;
}

export interface DecodeLimits {
  /** Width x height x decoded pages of a picture, default 100 million. */
  readonly maxPixels: number;
  /** Vector pictures are decoded only when asked for. */
  readonly svg: boolean;
}

/** How many pages decoding yields: all frames of GIF and WebP, else the first (or primary) picture. */
export function decodedPages(facts: Pick<ImageFacts, 'format' | 'pages'>): number {
  return facts.format === 'gif' || facts.format === 'webp' ? facts.pages : 1;
}
