// Denoising beside what sharp offers: PSNR and SSIM of four crops with white noise, and the time for a megapixel.
// node bench/quality/denoise.ts. The photographs are found by IMGSYS_SHARED.
import sharp, { type Sharp } from 'sharp';
import type { Raster } from '../../src/images/raster.ts';
import { denoise } from '../../src/providers/local/denoise.ts';
import { estimateNoise } from '../../src/providers/local/noise.ts';
import { loadCrops } from '../../test/providers/local/crops.ts';
import { addNoise, psnr } from '../../test/providers/local/scene.ts';
import { ssim } from './ssim.ts';

type Method = (noisy: Raster, sigma: number) => Raster | Promise<Raster>;

const methods: Readonly<Record<string, Method>> = {
  noisy: (noisy) => noisy,
  'sharp median 3': (noisy) => bySharp(noisy, (picture) => picture.median(3)),
  'sharp median 5': (noisy) => bySharp(noisy, (picture) => picture.median(5)),
  'sharp blur 1': (noisy) => bySharp(noisy, (picture) => picture.blur(1)),
  'denoise, noise known': denoised,
  'denoise, noise estimated': (noisy) => denoised(noisy, estimateNoise(noisy)),
};
const sigmas = [5, 10, 15, 25];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

sharp.concurrency(1);
const clean = await loadCrops();
const large = addNoise(tiled(clean[0] as Raster, 8), 10);
console.log(`${''.padEnd(26)}${sigmas.map((sigma) => `noise ${sigma}`.padEnd(16)).join('')}s/MP`);
for (const [name, method] of Object.entries(methods)) {
  const cells: string[] = [];
  for (const sigma of sigmas) {
    const noisy = clean.map((crop) => addNoise(crop, sigma));
    const after = await Promise.all(noisy.map((crop) => method(crop, sigma)));
    const decibels = mean(clean.map((crop, at) => psnr(crop, after[at] as Raster)));
    const likeness = mean(clean.map((crop, at) => ssim(crop, after[at] as Raster)));
    cells.push(`${decibels.toFixed(2)} / ${likeness.toFixed(3)}`.padEnd(16));
  }
  console.log(`${name.padEnd(26)}${cells.join('')}${(await secondsPerMegapixel(method)).toFixed(3)}`);
}

// The best of three runs over a picture of 4.2 megapixels.
async function secondsPerMegapixel(method: Method): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await method(large, 10);
    times.push((performance.now() - start) / 1000);
  }
  return Math.min(...times) / ((large.width * large.height) / 1e6);
}

function denoised(noisy: Raster, sigma: number): Raster {
  const copy = { ...noisy, data: noisy.data.slice() };
  denoise(copy, sigma);
  return copy;
}

async function bySharp(raster: Raster, change: (picture: Sharp) => Sharp): Promise<Raster> {
  const { width, height, channels } = raster;
  const picture = sharp(Buffer.from(raster.data.buffer), { raw: { width, height, channels } });
  return { ...raster, data: new Uint8Array(await change(picture).raw().toBuffer()) };
}

// The same picture `times` times beside and below itself.
function tiled({ data, width, height, ...rest }: Raster, times: number): Raster {
  const row = width * 3;
  const large = new Uint8Array(data.length * times * times);
  for (let y = 0; y < height * times; y++) {
    const from = (y % height) * row;
    for (let x = 0; x < times; x++) large.set(data.subarray(from, from + row), (y * times + x) * row);
  }
  return { ...rest, data: large, width: width * times, height: height * times };
}
