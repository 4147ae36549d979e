// The promises of `auto` on a few photographs; bench/quality measures all of them, at twice the size.
import { describe, expect, it } from 'vitest';
import { meanDeltaE } from '../../bench/quality/difference.ts';
import { faults } from '../../bench/quality/faults.ts';
import { enhance } from '../../bench/quality/measure.ts';
import { loadPhoto } from '../../bench/quality/photos.ts';
import { presetNamed } from '../../bench/quality/presets.ts';
import { ssim } from '../../bench/quality/ssim.ts';
import type { Raster } from '../../src/images/raster.ts';
import { hasShared, sharedPath } from '../helpers/shared.ts';

const names = ['jolla.jpg', 'rocket.jpg', 'coffee.png', 'iphone_hdr_YES.jpg'];
const tried = [
  ...['exposure -1 EV', 'exposure +1 EV', 'tungsten cast', 'cool cast'],
  ...['haze by depth', 'low contrast', 'noise 10', '-1 EV, warm, noise 8'],
];

const load = async (name: string) => (await loadPhoto(sharedPath(`corpora/photos/${name}`), 320)).raster;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const auto = (raster: Raster) => enhance(raster, presetNamed('auto'));

describe.skipIf(!hasShared)('auto', () => {
  it.each(tried)('brings photographs closer after: %s', async (fault) => {
    const make = faults.find(({ name }) => name === fault)?.make;
    if (make === undefined) throw new Error(`there is no fault ${fault}`);
    const rows = [];
    for (const name of names) {
      const original = await load(name);
      const faulty = make(original);
      const { after, text } = auto(faulty);
      const [from, to] = [meanDeltaE(original, faulty), meanDeltaE(original, after)];
      expect(to, `${name}: ${text}`).toBeLessThan(from + 1);
      rows.push({ from, to, likeBefore: ssim(original, faulty), likeAfter: ssim(original, after) });
    }
    expect(mean(rows.map(({ to }) => to))).toBeLessThan(mean(rows.map(({ from }) => from)));
    const like = mean(rows.map(({ likeAfter }) => likeAfter));
    expect(like).toBeGreaterThan(mean(rows.map(({ likeBefore }) => likeBefore)) - 0.001);
  });

  it('hardly moves what is good', async () => {
    const moved = [];
    for (const name of [...names, 'sunset_by_Aitzol_Berasategi.jpg', 'Landscape_1.jpg', 'astronaut.png']) {
      const original = await load(name);
      moved.push(meanDeltaE(original, auto(original).after));
    }
    expect(mean(moved)).toBeLessThan(1);
    expect(Math.max(...moved)).toBeLessThan(3);
  });
});
