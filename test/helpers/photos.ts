import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Writes `count` small photographs, no two alike, as `000.jpg`, `001.jpg` … below `folder`. */
export async function writePhotos(folder: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, at) => `${at.toString().padStart(3, '0')}.jpg`);
  await Promise.all(names.map((name, at) => writePhoto(join(folder, name), at)));
  return names;
}

export async function writePhoto(path: string, seed: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const [width, height] = [120, 90];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = (Math.floor(at / 3) * (seed + 3) + (at % 3) * 70 + ((at * at) >> (9 - (seed >> 8)))) & 255;
  }
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .blur(2)
    .jpeg()
    .toFile(path);
}
