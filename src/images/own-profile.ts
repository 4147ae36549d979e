// Between a picture's own colours and sRGB, in which services see and answer.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metadata } from 'sharp';
import { describeWriteError } from '../system-errors.ts';
import { isConverted } from './decode.ts';
import type { ImageFacts } from './facts.ts';
import { colourSpaceOf } from './fit.ts';
import { openRaster } from './open.ts';
import { readProfile } from './profile.ts';
import type { Raster } from './raster.ts';

/** The profile that decoded pixels are in, where that is another encoding than sRGB. */
export function ownProfile(facts: ImageFacts, header: Metadata): Buffer | undefined {
  const profile = readProfile(header.icc);
  if (profile === undefined || isConverted(facts) || /sRGB/i.test(profile.description)) return undefined;
  return profile.space === facts.space ? header.icc : undefined;
}

/**
 * The same colours in the encoding of a profile of the raster's own kind (RGB or grey), without alpha, in the same depth;
 * undefined where the profile is made for reading alone or broken.
 */
export async function convertFromSrgb(raster: Raster, icc: Buffer): Promise<Raster | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'imgsys-')).catch((error) => {
    throw describeWriteError(error);
  });
  try {
    // The colour engine takes profiles by path only.
    const path = join(folder, 'profile.icc');
    await writeFile(path, icc).catch((error) => {
      throw describeWriteError(error);
    });
    return await transform(raster, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function transform(raster: Raster, profilePath: string): Promise<Raster | undefined> {
  const { width, height, depth } = raster;
  try {
    const image = openRaster(raster);
    // The engine takes 16-bit colours for Display P3 unless they come by way of scRGB (lovell/sharp, pipeline.cc).
    const known = depth === 16 && raster.channels === 3 ? image.pipelineColourspace('scrgb') : image;
    const { data, info } = await known
      .toColourspace(colourSpaceOf(raster))
      .withIccProfile(profilePath, { attach: false })
      .raw({ depth: depth === 8 ? 'uchar' : 'ushort' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== raster.channels) return undefined;
    const values = width * height * info.channels;
    const pixels =
      depth === 8
        ? new Uint8Array(data.buffer, data.byteOffset, values)
        : new Uint16Array(data.buffer, data.byteOffset, values);
    return { ...raster, data: pixels };
  } catch (error) {
    if (error instanceof Error && /icc|profile/i.test(error.message)) return undefined;
    throw error;
  }
}
