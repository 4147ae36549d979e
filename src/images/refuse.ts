import { ItemError } from '../errors.ts';

/** A picture, or almost one, in a format that is not read. */
export function unsupported(name: string): ItemError {
  return new ItemError('unsupported-format', `is in the format ${name}, which cannot be read`, {
    hint: 'convert it with another program to JPEG, PNG or TIFF first',
  });
}

/** A camera's raw file: its embedded preview is never taken for the photograph. */
export function cameraRaw(name: string): ItemError {
  return new ItemError('camera-raw', `is a camera raw file (${name})`, {
    hint: 'develop it with a raw converter and enhance the exported JPEG or TIFF',
  });
}

export function notAnImage(): ItemError {
  return new ItemError('not-an-image', 'its content is not a picture');
}

export function emptyFile(): ItemError {
  return new ItemError('empty', 'the file is empty');
}

export function vectorNotAsked(): ItemError {
  return new ItemError('svg-not-asked', 'is a vector picture (SVG)', {
    hint: 'add --svg to draw it as pixels',
  });
}

/** A picture of `pixels` in all over the limit of `maxPixels`; found before it is decoded. */
export function tooManyPixels(width: number, height: number, pages: number, maxPixels: number): ItemError {
  const pixels = width * height * pages;
  const size = `${width} x ${height}${pages > 1 ? ` x ${pages} frames` : ''}`;
  return new ItemError(
    'too-many-pixels',
    `has ${size} = ${inMillions(pixels)} million pixels, the limit is ${inMillions(maxPixels)} million`,
    { hint: `raise the limit with --max-pixels ${Math.ceil(pixels / 1e6)}, if there is memory for it` },
  );
}

/** A picture whose result would be over the limit. */
export function tooManyInResult(
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number,
): ItemError {
  const pixels = width * height;
  return new ItemError(
    'too-many-pixels',
    `would become ${width} x ${height} = ${inMillions(pixels)} million pixels, the limit is ${inMillions(maxPixels)} million`,
    { hint: `raise the limit with --max-pixels ${Math.ceil(pixels / 1e6)}, if there is memory for it` },
  );
}

function inMillions(count: number): string {
  const millions = count / 1e6;
  return millions >= 10
    ? Math.ceil(millions).toLocaleString('en-US')
    : String(Math.ceil(millions * 100) / 100);
}
