import { describe, expect, it } from 'vitest';
import { ItemError } from '../../src/errors.ts';
import { hasShared, sharedBytes, sharedNames } from '../helpers/shared.ts';
import { open, roundTrip } from './pictures.ts';

const names = sharedNames('corpora/hostile').filter((name) => name !== 'MANIFEST.tsv');

describe.skipIf(!hasShared)('hostile files', () => {
  it('each decode, or end with a short reason', async () => {
    const reasons = new Map<string, number>();
    for (const name of names) {
      const result = await open(sharedBytes(`corpora/hostile/${name}`), name).catch((error) => error);
      if (!(result instanceof Error)) continue;
      expect(result, name).toBeInstanceOf(ItemError);
      expect(result.message.length, name).toBeLessThan(160);
      expect(result.message, name).not.toMatch(/vips|libvips|bad seek|\n|source:|\.$/i);
      const { reason } = result as ItemError;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect([...reasons.keys()].sort()).toEqual([
      'damaged',
      'empty',
      'not-an-image',
      'svg-not-asked',
      'too-many-pixels',
      'unsupported-format',
    ]);
  });

  it.each([
    'exif_gps_typeerror.jpg',
    'hopper_bad_exif.jpg',
    'icc-after-SOF.jpg',
    'image00971.jpg',
    'invalid-exif.jpg',
    'issue_1918_poc1.jpg',
    'issue_828_poc.png',
    'jpeg_ff00_header.jpg',
    'photoshop-200dpi-broken.jpg',
    'test_ifd_loop_to_first.tif',
    'truncated_app14.jpg',
  ])('%s comes through every format with its metadata', async (name) => {
    for (const format of ['jpeg', 'png', 'webp', 'tiff', 'gif'] as const) {
      for (const gps of ['keep', 'strip'] as const) {
        const { result } = await roundTrip(sharedBytes(`corpora/hostile/${name}`), { format, gps });
        expect(result.facts).toMatchObject({ format, orientation: 1 });
      }
    }
  });
});
