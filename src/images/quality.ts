import type { TargetFormat } from './facts.ts';

// JPEG quality → AVIF quality of the same PSNR, measured on a photograph of 1200 x 800 pixels (JPEG 80, 90 and 95 give
// 35.4, 39.3 and 43.2 dB; files are about 0.65 times as large). Between the points it is a straight line.
const avifPoints: readonly (readonly [number, number])[] = [
  [1, 1],
  [50, 47],
  [80, 61],
  [90, 78],
  [95, 89],
  [100, 98],
];

/** The encoder's own quality for a quality on the JPEG scale, 1 to 100. PNG, TIFF and GIF have none. */
export function encoderQuality(format: TargetFormat, quality: number): number {
  if (format !== 'avif') return quality;
  const above = avifPoints.findIndex(([jpeg]) => jpeg >= quality);
  const [jpegTo, avifTo] = avifPoints[above] ?? [100, 95];
  const [jpegFrom, avifFrom] = avifPoints[Math.max(0, above - 1)] ?? [1, 1];
  const share = jpegTo === jpegFrom ? 1 : (quality - jpegFrom) / (jpegTo - jpegFrom);
  return Math.round(avifFrom + share * (avifTo - avifFrom));
}

/** From this quality on colour is kept at full resolution (4:4:4), below it is halved (4:2:0). */
export const fullChromaQuality = 90;
