import type { TargetFormat } from './facts.ts';

// JPEG quality → AVIF quality of about the same fidelity; between the points it is a straight line.
const avifPoints: readonly (readonly [number, number])[] = [
  [1, 1],
  [50, 34],
  [80, 57],
  [90, 70],
  [95, 80],
  [100, 95],
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
