// What a raster must give up to fit into a format.
import { attachToPng } from './metadata/png.ts';
import { openImage, openRaster } from './open.ts';
import type { Raster } from './raster.ts';

/** The first page of an animation, sharing its memory. */
export function firstPage(raster: Raster): Raster {
  const values = raster.width * raster.height * raster.channels;
  return { ...raster, data: raster.data.subarray(0, values), pages: 1 };
}

/** Whether any pixel is not fully opaque. */
export function isTransparent({ data, channels, depth }: Raster): boolean {
  if (channels === 1 || channels === 3) return false;
  const opaque = depth === 8 ? 255 : 65_535;
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== opaque) return true;
  return false;
}

/** The picture on white, without alpha. */
export function flatten(raster: Raster): Raster {
  const { data, channels, depth } = raster;
  if (channels === 1 || channels === 3) return raster;
  const colours = channels === 2 ? 1 : 3;
  const white = depth === 8 ? 255 : 65_535;
  const pixels = data.length / channels;
  const flat = depth === 8 ? new Uint8Array(pixels * colours) : new Uint16Array(pixels * colours);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const alpha = data[from + colours] ?? white;
    for (let colour = 0; colour < colours; colour++) {
      const value = data[from + colour] ?? 0;
      flat[pixel * colours + colour] = white + Math.round(((value - white) * alpha) / white);
    }
  }
  return { ...raster, data: flat, channels: colours };
}

/** 16 bits a channel rounded to 8. */
export function reduceDepth(raster: Raster): Raster {
  if (raster.depth === 8) return raster;
  const data = new Uint8Array(raster.data.length);
  for (let at = 0; at < data.length; at++) data[at] = Math.round((raster.data[at] ?? 0) / 257);
  return { ...raster, data, depth: 8 };
}

/** The same colours in sRGB, for formats that carry no profile or only RGB ones. Frames stay pages. */
export async function convertToSrgb(raster: Raster, icc: Buffer): Promise<Raster> {
  const tall = { ...raster, height: raster.height * raster.pages, pages: 1 };
  const carrier = attachToPng(await losslessPng(reduceDepth(tall)), { icc });
  const { data, info } = await openImage(carrier)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = info.channels as Raster['channels'];
  return { ...raster, data: new Uint8Array(data.buffer, data.byteOffset, data.length), channels, depth: 8 };
}

/** A PNG without compression: the form in which pixels and metadata reach the decoder together. */
export async function losslessPng(raster: Raster): Promise<Buffer> {
  return openRaster(raster)
    .toColourspace(colourSpaceOf(raster))
    .png({ compressionLevel: 0, palette: false })
    .toBuffer();
}

/** The name under which the encoder knows the colour space of a raster. */
export function colourSpaceOf({ channels, depth }: Raster): string {
  if (channels < 3) return depth === 16 ? 'grey16' : 'b-w';
  return depth === 16 ? 'rgb16' : 'srgb';
}
