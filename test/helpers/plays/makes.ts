// What services make of pictures, so that what was done here can be told from what was done there.
import sharp from 'sharp';
import type { Make, Order } from './play.ts';

/** Stripes of a colour that no photograph has, in the size that was sent. */
export const painted: Make = async ({ picture }) => {
  const { width, height } = await sharp(picture).metadata();
  return striped(width, height);
};

/** The picture in another size. */
export function enlarged(factor: number): Make {
  return async ({ picture }) => {
    const { width, height } = await sharp(picture).metadata();
    return sharp(picture)
      .resize(width * factor, height * factor)
      .png()
      .toBuffer();
  };
}

/** The left half of the picture; the right one is transparent. */
export const cutOut: Make = async ({ picture }) => {
  const { width, height } = await sharp(picture).metadata();
  const right = { left: Math.ceil(width / 2), top: 0, width: Math.floor(width / 2), height };
  const { left, top, ...size } = right;
  const hole = await sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 1 } } })
    .png()
    .toBuffer();
  const whole = sharp(picture).ensureAlpha();
  return whole
    .composite([{ input: hole, left, top, blend: 'dest-out' }])
    .png()
    .toBuffer();
};

/** The same stripes, in the size of the canvas that was asked for. */
export const widened: Make = async ({ picture, fields }) => {
  const { width, height } = await sharp(picture).metadata();
  if (Array.isArray(fields.canvas_size)) return striped(fields.canvas_size[0], fields.canvas_size[1]);
  return striped(width + sum(fields, 'left', 'right'), height + sum(fields, 'up', 'down'));
};

const sum = (fields: Order['fields'], ...names: string[]) =>
  names.reduce((all, name) => all + Number(fields[name] ?? 0), 0);

/** Whether a pixel was painted by `painted` or `widened`. */
export function isPainted([red, green, blue]: readonly number[]): boolean {
  return red === 255 && green === 0 && (blue ?? 0) >= 100;
}

// Of one colour alone, an answer is of no use.
async function striped(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    pixels.set([255, 0, (at % width) % 40 < 20 ? 255 : 120], at * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
