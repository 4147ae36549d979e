// The built program with every service and what it does: what comes out, what is written down, and that a second run buys
// nothing.

import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { examples, imgsys, jsonLines } from '../helpers/cli.ts';
import { playedHome } from '../helpers/played-home.ts';
import { cutOut, enlarged, isPainted, painted, widened } from '../helpers/plays/makes.ts';
import type { Make } from '../helpers/plays/play.ts';
import { tempFolder } from '../helpers/temp.ts';
import { table } from '../providers/contract/table.ts';

let folder: string;
let size: { readonly width: number; readonly height: number };

beforeAll(async () => {
  folder = await tempFolder();
  await mkdir(join(folder, 'photos'));
  await cp(join(examples, 'cat-hazy.jpg'), join(folder, 'photos/cat.jpg'));
  const { width, height } = await sharp(join(folder, 'photos/cat.jpg')).metadata();
  size = { width, height };
  await mkdir(join(folder, 'drawn'));
  await sharp(join(folder, 'photos/cat.jpg')).png().toFile(join(folder, 'drawn/cat.png'));
  await sharp({ create: { ...size, channels: 3, background: 'black' } })
    .composite([{ input: await square(), left: 100, top: 50 }])
    .png()
    .toFile(join(folder, 'mask.png'));
});

const side = 120;
const square = () =>
  sharp({ create: { width: side, height: side, channels: 3, background: 'white' } })
    .png()
    .toBuffer();

const pixelsOf = async (path: string) => {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)],
    info,
  };
};

interface Case {
  readonly provider: string;
  readonly args: readonly string[];
  readonly make: Make;
  /** `photos` has a JPEG, `drawn` the same as PNG. */
  readonly from?: 'photos' | 'drawn';
  readonly out: string;
  check(path: string): Promise<void>;
}

async function check(path: string, facts: object): Promise<void> {
  expect(await sharp(path).metadata()).toMatchObject(facts);
}
const same = async (path: string) => {
  await check(path, { ...size, format: 'jpeg', hasAlpha: false });
  // As far as JPEG keeps it.
  const [red = 0, green = 255] = (await pixelsOf(path)).at(200, 150);
  expect([red > 215, green < 40]).toEqual([true, true]);
};
const doubled = (path: string) =>
  check(path, { width: 2 * size.width, height: 2 * size.height, format: 'jpeg' });
const transparent = async (path: string) => {
  await check(path, { ...size, format: 'png', hasAlpha: true });
  const { at } = await pixelsOf(path);
  expect([at(20, 150)[3], at(size.width - 20, 150)[3]]).toEqual([255, 0]);
};
const onColour = async (path: string) => {
  await check(path, { ...size, format: 'jpeg', hasAlpha: false });
  const [r = 0, g = 0, b = 0] = (await pixelsOf(path)).at(size.width - 20, 150);
  for (const [is, wanted] of [
    [r, 0x20],
    [g, 0x80],
    [b, 0x40],
  ] as const) {
    expect(Math.abs(is - wanted)).toBeLessThanOrEqual(3);
  }
};
// Bit for bit but for the seam around the mask, of 4 pixels where nothing is scaled up.
const filled = async (path: string) => {
  await check(path, { ...size, format: 'png' });
  const before = await pixelsOf(join(folder, 'drawn/cat.png'));
  const after = await pixelsOf(path);
  const near = (at: number, from: number) => at >= from - 4 && at < from + side + 4;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      if (near(x, 100) && near(y, 50)) continue;
      const isSame = before.at(x, y).every((value, channel) => value === after.at(x, y)[channel]);
      if (!isSame) throw new Error(`${x}, ${y} lies outside of the mask and changed`);
    }
  }
  for (const [x, y] of [
    [104, 54],
    [100 + side / 2, 50 + side / 2],
    [96 + side, 46 + side],
  ] as const) {
    expect(isPainted(after.at(x, y))).toBe(true);
  }
};
const expanded = async (path: string) => {
  const [left, top] = [Math.round(size.width * 0.2), Math.round(size.height * 0.2)];
  await check(path, { width: size.width + 2 * left, height: size.height + 2 * top, format: 'png' });
  const [before, after] = await Promise.all([join(folder, 'drawn/cat.png'), path].map(pixelsOf));
  if (before === undefined || after === undefined) throw new Error('no pixels');
  for (const [x, y] of [
    [0, 0],
    [size.width - 1, size.height - 1],
    [200, 150],
  ] as const) {
    // At the seam, what is new may be blended in.
    const inset = x === 0 ? 30 : x === 200 ? 0 : -30;
    expect(after.at(x + left + inset, y + top + inset)).toEqual(before.at(x + inset, y + inset));
  }
  expect(isPainted(after.at(2, 2))).toBe(true);
};

const enhance = { args: [], make: painted, out: 'cat.jpg', check: same };
const twice = { args: ['-p', 'upscale', '--size', '2x'], out: 'cat.jpg', check: doubled };
const alone = { args: ['-p', 'remove-background'], make: cutOut, out: 'cat.png', check: transparent };
const colour = {
  ...{ args: ['-p', 'replace-background', '--background', '#208040'], make: cutOut, out: 'cat.jpg' },
  check: onColour,
};
const fill = {
  ...{
    args: ['-p', 'fill', '--mask', 'mask.png', '--prompt', 'grass'],
    make: painted,
    from: 'drawn' as const,
  },
  ...{ out: 'cat.png', check: filled },
};
const expand = {
  ...{ args: ['-p', 'expand', '--expand', '20%'], make: widened, from: 'drawn' as const, out: 'cat.png' },
  check: expanded,
};
const retouch = {
  args: ['-p', 'retouch', '--remove', 'the whiskers'],
  make: painted,
  out: 'cat.jpg',
  check: same,
};
const erase = { ...fill, args: ['-p', 'retouch', '--mask', 'mask.png'] };

const cases: readonly Case[] = [
  { provider: 'openai', ...enhance },
  { provider: 'openai', ...fill },
  { provider: 'openai', ...retouch },
  { provider: 'gemini', ...enhance },
  { provider: 'gemini', ...retouch },
  { provider: 'stability', ...twice, make: enlarged(3) },
  { provider: 'stability', ...alone },
  { provider: 'stability', ...colour },
  { provider: 'stability', ...fill },
  { provider: 'stability', ...expand },
  { provider: 'stability', ...retouch },
  { provider: 'stability', ...erase },
  // A job, that is looked for after ten seconds.
  { provider: 'stability', ...enhance, args: ['-p', 'relight', '--prompt', 'evening sun'] },
  { provider: 'replicate', ...twice, make: enlarged(2) },
  { provider: 'replicate', ...retouch },
  { provider: 'fal', ...twice, make: enlarged(2) },
  { provider: 'fal', ...alone },
  { provider: 'fal', ...fill },
  { provider: 'fal', ...expand },
  { provider: 'imagine', ...twice, make: enlarged(4) },
  { provider: 'imagine', ...alone },
  { provider: 'imagine', ...fill },
  { provider: 'openai-compatible', ...enhance, args: ['--prompt', 'brighter'] },
  { provider: 'openai-compatible', ...fill },
];

describe.concurrent('the built program', () => {
  it.each(
    cases.map((one) => [one.provider, one.args.join(' '), one] as const),
  )('%s %s', async (provider, _args, { args, make, from = 'photos', out, check }) => {
    const played = table.find(({ edits }) => edits.id === provider);
    if (played === undefined) throw new Error(`${provider} is not in the table`);
    const home = await playedHome(provider, played.play, played.key, make);
    const [to, elsewhere] = [await tempFolder(), await tempFolder()];
    const run = async (folderOut: string) => {
      const command = ['enhance', from, '-o', folderOut, '--provider', provider, ...args, '--json'];
      const ran = await imgsys(home, command, { cwd: folder });
      expect(ran, ran.stdout).toMatchObject({ code: 0 });
      expect(ran.stdout + ran.stderr).not.toContain('CANARY');
      return jsonLines(ran.stdout).at(-1);
    };
    expect(await run(to)).toMatchObject({ enhanced: 1, failed: 0, charges: { paid: 1, reused: 0 } });
    expect((await readdir(to)).filter((name) => !name.startsWith('.'))).toEqual([out]);
    await check(join(to, out));
    expect(home.server.orders).toHaveLength(1);

    expect(await run(elsewhere)).toMatchObject({ failed: 0, charges: { paid: 0, reused: 1 } });
    expect(readFileSync(join(elsewhere, out)).equals(readFileSync(join(to, out)))).toBe(true);
    expect(home.server.orders).toHaveLength(1);

    const usage = await imgsys(home, ['usage', '--by', 'provider', '--json']);
    const rows = jsonLines(usage.stdout);
    const bought = { paid: 1, useless: 0, refused: 0, underway: 0, unsettled: 0, reused: 1 };
    expect(rows).toEqual([
      expect.objectContaining({ type: 'usage', name: provider, ...bought }),
      expect.objectContaining({ type: 'total', ...bought }),
    ]);
  });
});
