import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '../../src/images/facts.ts';
import { estimateMemory, estimatePrepare, estimateRestore } from '../../src/images/memory.ts';
import { encoderQuality } from '../../src/images/quality.ts';
import { plainShape } from '../../src/images/restore/shape.ts';

const photo: ImageFacts = {
  format: 'jpeg',
  width: 6000,
  height: 4000,
  pages: 1,
  animated: false,
  orientation: 1,
  space: 'rgb',
  depth: 8,
  alpha: false,
  profile: undefined,
  gainMap: false,
};

describe('estimateMemory', () => {
  // Peaks measured with 24-megapixel photographs, in MB: the process with its file, and bytes a pixel.
  it.each([
    [{}, 'jpeg', 109 + 18.9 * 24],
    [{}, 'png', 107 + 8.5 * 24],
    [{}, 'webp', 108 + 22.2 * 24],
    [{}, 'avif', 108 + 43.7 * 24],
    [{}, 'gif', 108 + 18.7 * 24],
    [{ format: 'png', depth: 16 }, 'png', 164 + 18 * 24],
    [{ format: 'png', depth: 16 }, 'avif', 164 + 68.5 * 24],
    [{ format: 'avif', depth: 16 }, 'jpeg', 106 + 24.9 * 24],
  ] as const)('is above what was measured (%o to %s)', (facts, target, measured) => {
    const estimate = estimateMemory({ ...photo, ...facts }, target, 1) / 1e6;
    expect(estimate).toBeGreaterThan(measured);
    expect(estimate).toBeLessThan(measured * 2);
  });

  it('grows with the result and with the frames that are decoded', () => {
    const once = estimateMemory(photo, 'jpeg', 1);
    expect(estimateMemory(photo, 'jpeg', 2)).toBeGreaterThan(2.5 * once);
    const frames = { ...photo, format: 'webp', pages: 10 } as const;
    expect(estimateMemory(frames, 'webp', 1)).toBeGreaterThan(
      9 * estimateMemory({ ...frames, pages: 1 }, 'webp', 1) - 9 * 120e6,
    );
    expect(estimateMemory({ ...photo, format: 'tiff', pages: 10 }, 'tiff', 1)).toBe(
      estimateMemory({ ...photo, format: 'tiff' }, 'tiff', 1),
    );
  });
});

describe('estimatePrepare and estimateRestore', () => {
  // Peaks measured with 24-megapixel photographs and the largest upload, in MB, without the bytes of the source's file.
  const upload = 8_294_400;

  it.each([
    [{}, 314],
    [{ profile: 'Display P3' }, 342],
    [{ format: 'png' }, 335],
    [{ format: 'png', alpha: true }, 375],
    [{ format: 'webp' }, 348],
    [{ format: 'avif' }, 552],
    [{ format: 'png', depth: 16 }, 488],
    [{ format: 'png', depth: 16, alpha: true }, 503],
  ] as const)('is above what preparing took (%o)', (facts, measured) => {
    const estimate = estimatePrepare({ ...photo, ...facts }, upload) / 1e6;
    expect(estimate).toBeGreaterThan(measured);
    expect(estimate).toBeLessThan(measured * 2);
  });

  it.each([
    [{}, 'jpeg', 600],
    [{}, 'png', 283],
    [{ space: 'grey' }, 'jpeg', 513],
    [{ format: 'png', alpha: true }, 'png', 550],
    [{ format: 'webp' }, 'webp', 602],
    [{ format: 'avif' }, 'avif', 1119],
    [{ format: 'png', depth: 16 }, 'png', 748],
    [{ format: 'png', depth: 16, alpha: true }, 'png', 1063],
    [{ format: 'png', depth: 16, alpha: true }, 'avif', 2455],
  ] as const)('is above what restoring took (%o to %s)', (facts, target, measured) => {
    const estimate = estimateRestore({ ...photo, ...facts }, target, upload, plainShape) / 1e6;
    expect(estimate).toBeGreaterThan(measured);
    expect(estimate).toBeLessThan(measured * 2);
  });

  // Answers of 8 megapixels (64 for what is enlarged), in MB, as above.
  const edge = { left: 173, right: 173, top: 173, bottom: 173 };
  const file = { path: '', sha256: '' };
  const cut = { alpha: 'answer', colours: 'source' } as const;
  it.each([
    ['outside a mask', {}, 'jpeg', { keepOutside: file }, 8, 664],
    ['outside a mask', { format: 'png', depth: 16 }, 'png', { keepOutside: file }, 8, 641],
    ['in a cut-out', {}, 'png', cut, 8, 609],
    ['in a cut-out', { format: 'png', depth: 16 }, 'png', cut, 8, 1211],
    ['before a colour', {}, 'jpeg', { ...cut, background: { kind: 'colour', rgb: [1, 2, 3] } }, 8, 816],
    ['within edges', {}, 'jpeg', { edges: edge }, 8.7, 674],
    ['of an enlargement', { width: 2500, height: 1600 }, 'jpeg', { scale: 4 }, 64, 1452],
    ['of an enlargement', { width: 2500, height: 1600 }, 'png', { scale: 4 }, 64, 763],
  ] as const)('is above what the pixels %s took (%o to %s)', (_, facts, target, shape, megapixels, measured) => {
    const whole = { ...plainShape, ...shape };
    const estimate = estimateRestore({ ...photo, ...facts }, target, megapixels * 1e6, whole) / 1e6;
    expect(estimate).toBeGreaterThan(measured);
    expect(estimate).toBeLessThan(measured * 2);
  });

  it('counts the alpha that an answer brings', () => {
    expect(estimateRestore(photo, 'png', upload, { ...plainShape, alpha: 'answer' })).toBeGreaterThan(
      estimateRestore(photo, 'png', upload, plainShape),
    );
  });
});

describe('encoderQuality', () => {
  it('leaves JPEG and WebP alone and maps AVIF steadily', () => {
    expect(encoderQuality('jpeg', 92)).toBe(92);
    expect(encoderQuality('webp', 92)).toBe(92);
    const mapped = Array.from({ length: 100 }, (_, at) => encoderQuality('avif', at + 1));
    expect([mapped[0], mapped[79], mapped[99]]).toEqual([1, 61, 98]);
    expect(mapped.every((value, at) => at === 0 || value >= (mapped[at - 1] ?? 0))).toBe(true);
  });
});
