// A sheet on the disk for tests, of pictures and files as each test wants them.
import { join } from 'node:path';
import sharp from 'sharp';
import type { PictureCost } from '../../src/report/money.ts';
import type { SheetHead, SheetPicture } from '../../src/sheet/data.ts';
import type { Presented } from '../../src/sheet/present.ts';
import { writeSheet } from '../../src/sheet/write.ts';

export const head: SheetHead = {
  ...{
    run: '2026-11-21T0412-k3f',
    folders: ['photos'],
    provider: 'openai',
    preset: 'listing',
    output: '/out',
    state: 'finished',
  },
  ...{ startedMs: 1_795_000_000_000, left: 0, skipped: {} },
  again: { before: 'imgsys enhance --files-from ', after: ' -o again', note: 'change the prompt' },
};

export function aPicture(more: Partial<SheetPicture> = {}): SheetPicture {
  return {
    ...{ name: 'a.jpg', path: '/photos/a.jpg', state: 'enhanced', review: false, provider: 'openai' },
    ...{ preset: 'listing', text: 'exposure +0.5 EV', warnings: [], atMs: 1_795_000_000_000 },
    ...more,
  };
}

export const drifted = (structure: number, ...reasons: ('structure' | 'colour')[]) => ({
  measures: { structure, colour: 3, edges: 0.9, blank: false, unchanged: false },
  reasons,
});

export function paid(microusd: number | null): PictureCost {
  return { provider: 'openai', model: 'gpt-image-2', microusd, kind: 'measured', reused: false };
}

/** Writes a sheet whose thumbnails are plain colours by the paths they would be of; none for an absent path. */
export async function sheetOf(
  folder: string,
  pictures: readonly Presented[],
  more: Partial<SheetHead> = {},
): Promise<string> {
  const file = join(folder, 'sheet.html');
  const small = new Map<string, Promise<Buffer>>();
  const make = (path: string) => {
    const known = small.get(path) ?? webp(path.includes('after') ? '#d08040' : '#4080d0');
    small.set(path, known);
    return known;
  };
  await writeSheet(file, { ...head, ...more }, pictures, {
    token: 'test',
    thumbnailer: { make },
    onProgress() {},
  });
  return file;
}

function webp(background: string): Promise<Buffer> {
  return sharp({ create: { width: 48, height: 32, channels: 3, background } })
    .webp()
    .toBuffer();
}
