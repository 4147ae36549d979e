import type { Size } from '../../providers/model.ts';

/** A legal size to send, and where in it the picture lies; the rest is padding. All in whole pixels. */
export interface Fit extends Size {
  readonly content: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/** A picture in the middle of a size, as large as it goes in, though not above `mostScale`. */
export function place({ width, height }: Size, size: Size, mostScale = Number.POSITIVE_INFINITY): Fit {
  const scale = Math.min(size.width / width, size.height / height, mostScale);
  const across = Math.min(size.width, Math.max(1, Math.round(width * scale)));
  const down = Math.min(size.height, Math.max(1, Math.round(height * scale)));
  const left = Math.floor((size.width - across) / 2);
  const top = Math.floor((size.height - down) / 2);
  return { width: size.width, height: size.height, content: { left, top, width: across, height: down } };
}
