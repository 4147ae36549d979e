import type { Metadata } from 'sharp';
import type { ItemError } from '../../errors.ts';
import type { Size } from '../../providers/model.ts';
import { damaged } from '../damage.ts';
import { convertToSrgb } from '../fit.ts';
import { openImage } from '../open.ts';
import { turn } from '../orient.ts';
import { readProfile } from '../profile.ts';
import type { Raster } from '../raster.ts';
import { sniff, sniffBytes } from '../sniff.ts';
import { unusable } from './unusable.ts';

/** The most bytes an answer may have; more for what a service has enlarged. */
export function maxAnswerBytes(scale: number): number {
  return (scale === 1 ? 64 : 256) * 2 ** 20;
}

/** What is known of an answer before it is looked at. */
export interface Expected {
  /** Of its ratio. */
  readonly canvas: Size;
  readonly maxPixels: number;
}

/**
 * Decodes what a service made, whole and strictly: 8-bit sRGB, with alpha (RGB + alpha) only where it is not opaque all
 * over. Its type and size are known before a pixel is decoded. Throws ItemError `answer-unusable`.
 */
export async function readAnswer(bytes: Buffer, expected: Expected): Promise<Raster> {
  const header = await readStrictly(bytes, expected.maxPixels);
  const { data, info } = await turn(openStrictly(bytes), header.orientation ?? 1)
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw broken(error);
    });
  const { width, height } = info;
  checkShape(width, height, expected.canvas);
  const raster: Raster = {
    ...{ data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height },
    ...{ pages: 1, channels: info.channels as Raster['channels'], depth: 8 },
  };
  return inSrgb(toRgb(raster), header.icc);
}

// Damage that is tolerated in a photograph somebody owns is not in an answer that was just sent.
function openStrictly(bytes: Buffer) {
  return openImage(bytes, { failOn: 'warning', ignoreIcc: true });
}

async function readStrictly(bytes: Buffer, most: number): Promise<Metadata> {
  if (bytes.length === 0) throw unusable('the answer is empty', 'no-picture');
  const sniffed = sniff(bytes.subarray(0, sniffBytes));
  const format = sniffed.kind === 'image' ? sniffed.format : undefined;
  if (format !== 'png' && format !== 'jpeg' && format !== 'webp') {
    throw unusable(
      format === undefined ? 'the answer is no picture' : `the answer is ${format.toUpperCase()}`,
      format === undefined ? 'no-picture' : 'undecodable',
    );
  }
  const header = await openStrictly(bytes)
    .metadata()
    .catch((error) => {
      throw broken(error);
    });
  const pixels = header.width * header.height;
  if (pixels > most) {
    throw unusable(`the answer has ${header.width} x ${header.height} pixels, more than ${most}`, 'shape');
  }
  if ((header.pages ?? 1) > 1) throw unusable('the answer is animated', 'undecodable');
  return header;
}

function broken(error: unknown): ItemError {
  return unusable(`the answer ${damaged(error).message}`, 'undecodable', error);
}

// The size asked for, or one of the same ratio to one part in a hundred: some services make one size alone.
function checkShape(width: number, height: number, asked: Size): void {
  const expected = (width * asked.height) / asked.width;
  if (Math.abs(height - expected) <= Math.max(1, expected / 100)) return;
  throw unusable(
    `the answer has ${width} x ${height} pixels, ${asked.width} x ${asked.height} were asked for`,
    'shape',
  );
}

// Services answer in sRGB without a profile; what one does name is believed.
async function inSrgb(raster: Raster, icc: Buffer | undefined): Promise<Raster> {
  const profile = readProfile(icc);
  const isOther = profile?.space === 'rgb' && !/sRGB/i.test(profile.description);
  return icc && isOther ? convertToSrgb(raster, icc) : raster;
}

function toRgb(raster: Raster): Raster {
  const { data, channels } = raster;
  if (channels === 3) return raster;
  const pixels = data.length / channels;
  const colours = channels === 4 ? 3 : 1;
  let opaque = true;
  if (channels > colours)
    for (let at = colours; at < data.length && opaque; at += channels) opaque = data[at] === 255;
  if (channels === 4 && !opaque) return raster;
  const wide = opaque ? 3 : 4;
  const rgb = new Uint8Array(pixels * wide);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < 3; c++)
      rgb[pixel * wide + c] = data[pixel * channels + (colours === 3 ? c : 0)] as number;
    if (!opaque) rgb[pixel * wide + 3] = data[pixel * channels + colours] as number;
  }
  return { ...raster, data: rgb, channels: wide };
}
