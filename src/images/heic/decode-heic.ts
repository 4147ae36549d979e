import type { HeifError, Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.js';
import type { ItemError } from '../../errors.ts';
import { printable } from '../../text.ts';
import { damagedBecause } from '../damage.ts';
import type { ImageFacts } from '../facts.ts';
import type { Raster } from '../raster.ts';
import { tooManyPixels } from '../refuse.ts';

/**
 * The primary picture of a HEIC file as 8-bit RGB or RGBA, turned upright by the container's own properties. Each
 * picture gets a WebAssembly instance of its own, since the memory of an instance never shrinks. Throws ItemError
 * `damaged`, or `too-many-pixels` where the file is larger than `maxPixels` after all.
 */
export async function decodeHeic(bytes: Buffer, facts: ImageFacts, maxPixels: number): Promise<Raster> {
  const { default: createLibheif } = await import('libheif-js/libheif-wasm/libheif-bundle.js');
  try {
    return await decodePrimary(createLibheif(), bytes, facts, maxPixels);
  } catch (error) {
    // A broken file can make the decoder abort, which surfaces as one of these.
    if (error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError')) {
      throw damagedBecause('its HEVC data is broken', error);
    }
    throw error;
  }
}

async function decodePrimary(
  lib: Libheif,
  bytes: Buffer,
  facts: ImageFacts,
  maxPixels: number,
): Promise<Raster> {
  const context = lib.heif_context_alloc();
  lib.heif_context_set_maximum_image_size_limit(context, Math.ceil(Math.sqrt(maxPixels)) * 4);
  const read = lib.heif_context_read_from_memory(context, bytes);
  if (read.code !== lib.heif_error_code.heif_error_Ok) throw failed(read);
  const handle = lib.heif_js_context_get_primary_image_handle(context);
  if (handle.code !== undefined) throw failed(handle);
  const width = lib.heif_image_handle_get_width(handle);
  const height = lib.heif_image_handle_get_height(handle);
  if (width * height > maxPixels) throw tooManyPixels(width, height, 1, maxPixels);
  const chroma = lib.heif_chroma;
  const layout = facts.alpha ? chroma.heif_chroma_interleaved_RGBA : chroma.heif_chroma_interleaved_RGB;
  const decoded = await lib.heif_js_decode_image2(handle, lib.heif_colorspace.heif_colorspace_RGB, layout);
  if (decoded.code !== undefined) throw failed(decoded);
  const plane = decoded.channels.find(({ id }) => id === lib.heif_channel.heif_channel_interleaved);
  if (plane === undefined) throw damagedBecause('it contains no picture');
  const channels = facts.alpha ? 4 : 3;
  const data = withoutPadding(plane.data, plane.width * channels, plane.stride, plane.height);
  return { data, width: plane.width, height: plane.height, pages: 1, channels, depth: 8 };
}

function failed(error: HeifError): ItemError {
  const reason = printable(error.message)
    .slice(0, 120)
    .replace(/^.*: (?=\S)/, '')
    .replace(/\.$/, '');
  return damagedBecause(
    reason === '' ? 'its HEVC data is broken' : reason[0]?.toLowerCase() + reason.slice(1),
  );
}

function withoutPadding(data: Uint8Array, rowBytes: number, stride: number, rows: number): Uint8Array {
  const packed = new Uint8Array(rowBytes * rows);
  for (let row = 0; row < rows; row++) {
    packed.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return packed;
}
