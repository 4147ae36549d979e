import sharp from 'sharp';
import type { Raster } from '../../src/images/raster.ts';

const gap = 8;

export interface SheetOptions {
  /** The most pixels each picture is wide and high. */
  readonly side?: number;
  /** Marks the left picture A and the right one B. */
  readonly letters?: boolean;
}

/** Writes two versions of a picture beside each other as one PNG: the whole above, a piece of full size below. */
export async function writeSheet(
  left: Raster,
  right: Raster,
  path: string,
  { side = 900, letters = false }: SheetOptions = {},
): Promise<void> {
  const sides = [left, right];
  const wholes = await Promise.all(sides.map((raster) => whole(raster, side)));
  const pieces = await Promise.all(sides.map((raster) => piece(raster, side)));
  const top = letters ? band : 0;
  const below = top + Math.max(...wholes.map(({ info }) => info.height)) + gap;
  const tiles = [0, 1].flatMap((at) => {
    const from = at * (side + gap);
    const [above, under] = [wholes[at], pieces[at]] as [Encoded, Encoded];
    return [
      { input: above.data, left: from, top },
      { input: under.data, left: from, top: below },
      ...(letters ? [{ input: Buffer.from(letterShapes[at] as string), left: from + 4, top: 4 }] : []),
    ];
  });
  await sharp({
    create: {
      width: 2 * side + gap,
      height: below + Math.max(...pieces.map(({ info }) => info.height)),
      channels: 3,
      background: '#404040',
    },
  })
    .composite(tiles)
    .png({ compressionLevel: 3 })
    .toFile(path);
}

type Encoded = Awaited<ReturnType<typeof whole>>;

const band = 48;

// Drawn and not written, so that no font is needed.
const letterShapes = [
  'M4 36 L18 4 L32 36 M9 25 H27',
  'M8 4 V36 H20 A8 8 0 0 0 20 19 H8 H18 A7.5 7.5 0 0 0 18 4 H8',
].map(
  (shape) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><path d="${shape}" fill="none" stroke="#fff" stroke-width="4"/></svg>`,
);

function whole(raster: Raster, side: number) {
  return open(raster)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
}

// The middle of the picture, pixel for pixel.
function piece(raster: Raster, side: number) {
  const width = Math.min(raster.width, side);
  const height = Math.min(raster.height, side / 2);
  const left = (raster.width - width) >> 1;
  const top = (raster.height - height) >> 1;
  return open(raster).extract({ left, top, width, height }).png().toBuffer({ resolveWithObject: true });
}

function open({ data, width, height, channels }: Raster) {
  return sharp(data, { raw: { width, height, channels } });
}
