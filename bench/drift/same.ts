// How far apart a picture and what comes back of it are, sent and scaled alone, and edited: node bench/drift/same.ts [long side] [photographs].
import sharp, { type Sharp } from 'sharp';
import { differenceOf, isSame } from '../../src/images/drift/same.ts';
import { shrink } from '../../src/images/drift/small.ts';
import type { Raster } from '../../src/images/raster.ts';
import { examplePhotos, loadPhoto, untouchedPhotos } from '../quality/photos.ts';
import { type Edit, legitimate, small } from './edits.ts';
import { open, smallOf } from './small-of.ts';

const [longSide = 1000, most = 8] = process.argv.slice(2).map(Number);

/** A service that hands back what it was sent, in `answer` pixels where it makes one size alone. */
const sent: readonly Edit[] = [
  { name: 'as it was', make: (one) => one },
  { name: 'sent as PNG of 768', make: (one) => returned(one, 768, 768, (image) => image.png()) },
  { name: 'sent as JPEG of 1024', make: (one) => returned(one, 1024, 1024, jpeg) },
  { name: 'sent as JPEG of 512', make: (one) => returned(one, 512, 512, jpeg) },
  { name: 'sent as 1024, back as 832', make: (one) => returned(one, 1024, 832, jpeg) },
];

const paths = [...examplePhotos, ...untouchedPhotos].filter(
  (path) => !/Landscape_[2-8]|Canon_40D/.test(path),
);
const loaded = await Promise.all(
  paths.slice(0, most).map(async (path) => (await loadPhoto(path, longSide)).raster),
);
const photos = loaded.filter(({ channels }) => channels === 3);
if (photos.length === 0) throw new Error('no photographs: set IMGSYS_SHARED');
console.log(`${photos.length} photographs of ${longSide} pixels: least and most, on average and of one part`);
for (const edit of [...sent, ...legitimate, ...small]) await tell(edit);

async function tell({ name, make }: Edit): Promise<void> {
  const rows: { mean: number; most: number; same: boolean }[] = [];
  for (const [at, one] of photos.entries()) {
    const before = await smallOf(one);
    const after = shrink(await make(one, photos[(at + 1) % photos.length] as Raster), before);
    rows.push({ ...differenceOf(before, after), same: isSame(before, after) });
  }
  const spread = (of: readonly number[]) =>
    `${Math.min(...of).toFixed(2)} to ${Math.max(...of).toFixed(2)}`.padStart(18);
  const numbers = spread(rows.map(({ mean }) => mean)) + spread(rows.map((row) => row.most));
  console.log(`${name.padEnd(28)}${numbers}   unchanged ${rows.filter(({ same }) => same).length}`);
}

function jpeg(image: Sharp): Sharp {
  return image.jpeg({ quality: 85 });
}

async function returned(
  one: Raster,
  longest: number,
  answer: number,
  as: (image: Sharp) => Sharp,
): Promise<Raster> {
  const to = (side: number) => {
    const share = Math.min(1, side / Math.max(one.width, one.height));
    return {
      width: Math.round(one.width * share),
      height: Math.round(one.height * share),
      fit: 'fill',
    } as const;
  };
  const upload = await as(open(one).resize(to(longest))).toBuffer();
  const made = await as(sharp(upload).resize(to(answer))).toBuffer();
  const { width, height } = one;
  const data = await sharp(made).resize({ width, height, fit: 'fill' }).removeAlpha().raw().toBuffer();
  return { ...one, data: new Uint8Array(data) };
}
