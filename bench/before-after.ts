// The before/after sheet of the README, from the example photographs as the program makes them.
// Run: npm run build && node bench/before-after.ts [PHOTOS] [SHEET]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const photos = process.argv[2] ?? here('../examples/photos');
const sheet = process.argv[3] ?? here('../examples/before-after.jpg');
const tile = { width: 320, height: 240 };
const gap = 6;
const pairsAcross = 2;

const folder = mkdtempSync(join(tmpdir(), 'imgsys-sheet-'));
try {
  const env = { ...process.env, IMGSYS_HOME: join(folder, 'home') };
  const run = spawnSync(
    process.execPath,
    [here('../bin/imgsys.js'), 'enhance', photos, '-o', join(folder, 'out')],
    { env },
  );
  if (run.status !== 0 && run.status !== 3) throw new Error(String(run.stderr));
  const made = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' });
  const names = made.filter((name) => /\.(jpe?g|png|webp|avif)$/i.test(name)).sort();
  const tiles = await Promise.all(
    names
      .flatMap((name) => [join(photos, name), join(folder, 'out', name)])
      .map((path) => {
        return sharp(path)
          .rotate()
          .resize({ ...tile, fit: 'cover' })
          .flatten()
          .toColourspace('srgb')
          .toBuffer();
      }),
  );
  const across = pairsAcross * 2;
  const rows = Math.ceil(tiles.length / across);
  const background = { r: 255, g: 255, b: 255 };
  const canvas = {
    width: across * (tile.width + gap) - gap,
    height: rows * (tile.height + gap) - gap,
    channels: 3 as const,
  };
  const place = (at: number) => ({
    left: (at % across) * (tile.width + gap),
    top: Math.floor(at / across) * (tile.height + gap),
  });
  await sharp({ create: { ...canvas, background } })
    .composite(tiles.map((input, at) => ({ input, ...place(at) })))
    .toFile(sheet);
  console.log(`${sheet}: ${names.join(', ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
