// Small pictures, no two alike, a hundred a folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const perFolder = 100;
const [width, height] = [48, 32];

export async function growTree(root: string, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    const folder = join(root, String(Math.floor(n / perFolder)));
    if (n % perFolder === 0 || n === from) mkdirSync(folder, { recursive: true });
    const pixels = Buffer.alloc(width * height * 3);
    for (let at = 0; at < pixels.length; at += 1)
      pixels[at] = (at * 7 + n * ((at % 251) + 1) + (n >> 8) * at) & 255;
    const picture = sharp(pixels, { raw: { width, height, channels: 3 } }).blur(1.5);
    writeFileSync(join(folder, `${n}.jpg`), await picture.jpeg().toBuffer());
  }
}
