import { resample } from '../../lanczos.ts';
import type { Size } from '../../providers/model.ts';
import { decode } from '../decode.ts';
import type { DecodeLimits } from '../facts.ts';
import { inspect } from '../inspect.ts';
import { convertFromSrgb } from '../own-profile.ts';
import type { Raster } from '../raster.ts';
import { toOpaqueSrgb } from '../upload/prepare.ts';
import type { Alpha } from './alpha.ts';
import { readKnown } from './known-file.ts';
import { type Coloured, inSrgb } from './own-colours.ts';
import type { Background } from './shape.ts';

/**
 * A cut-out in front of a background, opaque, in the profile and depth of the cut-out; a grey one becomes sRGB where the
 * background has colours. Throws ItemError `background-unusable`.
 */
export async function putBehind(
  cutOut: Coloured,
  alpha: Alpha | undefined,
  background: Background,
  { icc, limits }: { readonly icc: Buffer | undefined; readonly limits: DecodeLimits },
): Promise<Coloured> {
  if (alpha === undefined) return cutOut;
  const { width, height, depth } = cutOut.raster;
  const behind = await drawn(background, { width, height }, depth, limits);
  const front = await inColoursFor(cutOut, icc, isGrey(behind));
  const own = front.isSrgb ? undefined : icc;
  const fitting = front.raster.channels === 1 ? toOne(behind) : behind;
  const converted = own === undefined ? fitting : await convertFromSrgb(fitting, own);
  // The cut-out was converted to this very profile.
  if (converted === undefined) throw new Error('the profile took the picture, but not the background');
  compose(front.raster, alpha, converted);
  return front;
}

async function inColoursFor(
  front: Coloured,
  icc: Buffer | undefined,
  isGreyBehind: boolean,
): Promise<Coloured> {
  const { raster, isSrgb } = front;
  if (raster.channels === 3 || isGreyBehind) return front;
  const profile = isSrgb ? undefined : icc;
  return { raster: await inSrgb(raster, profile, { channels: 3, depth: raster.depth }), isSrgb: true };
}

// The background in the size of the result, in sRGB.
async function drawn(
  background: Background,
  size: Size,
  depth: Raster['depth'],
  limits: DecodeLimits,
): Promise<Raster> {
  if (background.kind === 'picture') return cover(await read(background, limits), size, depth);
  const values = size.width * size.height * 3;
  const data = depth === 8 ? new Uint8Array(values) : new Uint16Array(values);
  const gain = depth === 8 ? 1 : 257;
  for (let at = 0; at < values; at++) data[at] = (background.rgb[at % 3] as number) * gain;
  return { data, ...size, pages: 1, channels: 3, depth };
}

function read(file: Extract<Background, { kind: 'picture' }>, limits: DecodeLimits): Promise<Raster> {
  return readKnown(file, 'background', async (bytes) => {
    const facts = await inspect(bytes, limits, file.path);
    const { raster } = await decode(bytes, facts, limits);
    const { width, height, channels } = raster;
    // Of what moves, the first picture.
    const first = { ...raster, data: raster.data.subarray(0, width * height * channels), pages: 1 };
    return toOpaqueSrgb(first, { bytes, facts });
  });
}

function cover(raster: Raster, size: Size, depth: Raster['depth']): Raster {
  const scale = Math.max(size.width / raster.width, size.height / raster.height);
  const [width, height] = [size.width / scale, size.height / scale];
  const window = { left: (raster.width - width) / 2, top: (raster.height - height) / 2, width, height };
  return { ...raster, ...resample(raster, { ...size, window, depth }) };
}

function isGrey({ data }: Raster): boolean {
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
}

// A grey picture in three channels as one.
function toOne(raster: Raster): Raster {
  return { ...raster, data: raster.data.filter((_, at) => at % 3 === 0), channels: 1 };
}

function compose({ data, channels, depth }: Raster, alpha: Alpha, behind: Raster): void {
  const max = depth === 8 ? 255 : 65_535;
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const opacity = (alpha[pixel] as number) / max;
    if (opacity === 1) continue;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++) {
      const value = behind.data[at] as number;
      data[at] = value + Math.round(((data[at] as number) - value) * opacity);
    }
  }
}
