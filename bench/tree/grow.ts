// A tree of tiny pictures: hard links to a few, in folders of every shape.
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Ext4 takes 65,000 links to a file. */
const linksEach = 50_000;
const perFolder = 1_000;
const levels = 60;

/** Grows `count` pictures below `root`: a tenth in one folder, a tenth 60 folders deep, a tenth under odd names. */
export async function growTree(root: string, count: number): Promise<number> {
  mkdirSync(root, { recursive: true });
  const tenth = Math.floor(count / 10);
  const folders = new Set<string>();
  const originals = `${root}-originals`;
  mkdirSync(originals, { recursive: true });
  let original = '';
  for (let n = 0; n < count; n += 1) {
    if (n % linksEach === 0) original = await newOriginal(originals, n / linksEach);
    const [folder, name] = placeOf(n, tenth);
    const path = join(root, folder);
    if (!folders.has(folder)) {
      folders.add(folder);
      mkdirSync(path, { recursive: true });
    }
    linkSync(original, join(path, name));
  }
  return count;
}

function placeOf(n: number, tenth: number): readonly [string, string] {
  const tenthOf = tenth === 0 ? 9 : Math.floor(n / tenth);
  if (tenthOf === 0) return ['wide', `${n}.jpg`];
  if (tenthOf === 1) return [deep(n % levels), `${n}.jpg`];
  if (tenthOf === 2) return [`odd/${odd[n % odd.length]}`, `${odd[(n >> 3) % odd.length]}${n}.JPG`];
  return [`part-${Math.floor((n - 3 * tenth) / perFolder)}`, `${n}.jpg`];
}

function deep(level: number): string {
  return Array.from({ length: level + 1 }, (_, at) => `d${at}`).join('/');
}

const odd = [
  ' blank ',
  'line\nbreak',
  '-dash',
  '[0-9]*{a,b}?',
  'café',
  'cafe\u0301',
  '写真📷',
  '"quoted\'$(x)',
  'x'.repeat(180),
  '%2e%2e\\',
];

async function newOriginal(folder: string, n: number): Promise<string> {
  const path = join(folder, `${n}.jpg`);
  const noise = { type: 'gaussian', mean: 90 + (n % 50), sigma: 20 } as const;
  const picture = sharp({ create: { width: 24, height: 16, channels: 3, background: '#888', noise } });
  writeFileSync(path, await picture.jpeg().toBuffer());
  return path;
}
