// Whether pictures can really be read and written here.
import type Sharp from 'sharp';
import type { Finding } from './finding.ts';

const side = 16;
const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const;
const reinstall = 'install imgsys again on this machine: npm install -g imgsys';
// A lossy codec may be off by this much (0 to 255) on average over a smooth picture.
const lossyError = 12;

/** Sends a small picture through each codec and back, and loads the HEIC decoder. */
export async function examineCodecs(): Promise<Finding[]> {
  return [...(await examineSharp()), await examineHeic()];
}

async function examineSharp(): Promise<Finding[]> {
  let sharp: typeof Sharp;
  try {
    sharp = (await import('sharp')).default;
  } catch (error) {
    return [
      {
        name: 'sharp',
        state: 'problem',
        text: `sharp cannot be loaded: ${reasonOf(error)}`,
        hint: reinstall,
      },
    ];
  }
  const { sharp: own, vips, heif } = sharp.versions;
  const text = `sharp ${own}, libvips ${vips}${heif === undefined ? '' : `, libheif ${heif}`}`;
  const findings: Finding[] = [{ name: 'sharp', state: 'ok', text }];
  for (const format of formats) findings.push(await examineCodec(sharp, format));
  return findings;
}

async function examineCodec(sharp: typeof Sharp, format: (typeof formats)[number]): Promise<Finding> {
  const name = `codec-${format}`;
  const pixels = gradient();
  try {
    const written = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    const read = await sharp(written).removeAlpha().toColourspace('srgb').raw().toBuffer();
    const error = meanError(pixels, read);
    if (error <= lossyError) return { name, state: 'ok', text: `${format} is written and read` };
    const text = `${format} comes back wrong (mean error ${error.toFixed(1)} of 255)`;
    return { name, state: 'problem', text, hint: reinstall };
  } catch (error) {
    const text = `${format} cannot be written and read: ${reasonOf(error)}`;
    return { name, state: 'problem', text, hint: reinstall };
  }
}

async function examineHeic(): Promise<Finding> {
  try {
    const { default: createLibheif } = await import('libheif-js/libheif-wasm/libheif-bundle.js');
    if (createLibheif().heif_context_alloc() === 0) throw new Error('no memory for a decoder');
    return { name: 'heic', state: 'ok', text: 'HEIC is read (libheif as WebAssembly)' };
  } catch (error) {
    return {
      name: 'heic',
      state: 'problem',
      text: `the HEIC decoder cannot be loaded: ${reasonOf(error)}`,
      hint: reinstall,
    };
  }
}

function gradient(): Buffer {
  const pixels = Buffer.alloc(side * side * 3);
  for (let index = 0; index < side * side; index++) {
    const [x, y] = [index % side, Math.floor(index / side)];
    pixels.set([40 + x * 10, 40 + y * 10, 120], index * 3);
  }
  return pixels;
}

function meanError(one: Buffer, other: Buffer): number {
  if (one.length !== other.length) return 255;
  let sum = 0;
  for (const [index, value] of one.entries()) sum += Math.abs(value - (other[index] ?? 0));
  return sum / one.length;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? 'unknown';
}
