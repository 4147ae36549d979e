import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { examples, imgsys, jsonLines, lines, newHome, withoutProgress } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

const photos = [
  'cat-hazy.jpg',
  'coffee-tungsten-cast.jpg',
  'field-underexposed.jpg',
  'night/field-noisy.jpg',
  'portrait-exif-rotated.jpg',
  'rocket-fine.jpg',
];

describe('the first minute', () => {
  it('enhances the example photographs into a mirrored tree, without a key', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'enhanced');
    const ran = await imgsys(home, ['enhance', examples, '-o', out]);
    expect(withoutProgress(ran.stderr)).not.toContain('failed');
    expect(ran.code).toBe(0);
    expect(lines(ran.stdout).sort()).toEqual(photos.map((name) => join(out, name)));
    expect((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort()).toEqual(
      photos,
    );
    for (const name of photos) {
      const before = (await sharp(join(examples, name)).metadata()).autoOrient;
      expect((await sharp(join(out, name)).metadata()).autoOrient, name).toEqual(before);
      // Node sets times to the microsecond.
      expect((await stat(join(out, name))).mtimeMs, name).toBeCloseTo(
        (await stat(join(examples, name))).mtimeMs,
        2,
      );
    }
  });

  it('does nothing the second time', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'enhanced');
    await imgsys(home, ['enhance', examples, '-o', out]);
    const again = await imgsys(home, ['enhance', examples, '-o', out, '--json']);
    expect(again.code).toBe(0);
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({
      type: 'summary',
      skippedBy: { done: 6, 'not-an-image': 1 },
      enhanced: 0,
      exitCode: 0,
    });
  });

  it('tells the same in JSON Lines, summary last', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'enhanced');
    const ran = await imgsys(home, ['enhance', examples, '-o', out, '--json']);
    const events = jsonLines(ran.stdout);
    expect(events[0]).toMatchObject({ type: 'run', provider: 'local', preset: 'auto', dryRun: false });
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(6);
    expect(events.at(-1)).toMatchObject({
      type: 'summary',
      failed: 0,
      left: 0,
      exitCode: 0,
      stoppedBy: null,
    });
    expect(ran.stderr).toBe('');
  });

  it('writes nothing in a dry run', async () => {
    const home = await newHome();
    const out = join(await tempFolder(), 'enhanced');
    const ran = await imgsys(home, ['enhance', examples, '-o', out, '--dry-run', '--json']);
    expect(ran.code).toBe(0);
    expect(jsonLines(ran.stdout).filter(({ type }) => type === 'planned')).toHaveLength(6);
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});
