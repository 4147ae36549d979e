import type { Raster } from '../raster.ts';

const neutral = 128;

// From an eighth of opacity on a pixel's own colour is known well enough; below it fades into those beside it.
const wellKnown = 8;

/**
 * An 8-bit RGB picture without alpha, for a service that sees none: where a picture is transparent the colours beside it
 * are spread out, weighted with their alpha (pull-push, Gortler et al. 1996). The answer's colours are those of the object
 * up to its rim, so that with its alpha back no halo of a background shows. What is wholly transparent becomes neutral
 * grey.
 */
export function spreadColours({ data, width, height, channels, ...rest }: Raster): Raster {
  if (channels !== 4) throw new Error('spreads the colours of RGB with alpha only');
  const opaque = new Uint8Array(width * height * 3);
  const coarse = pull(data, width, height);
  push(coarse);
  const half = coarse[0] as Level;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const trust = Math.min(1, ((data[pixel * 4 + 3] as number) / 255) * wellKnown);
      for (let c = 0; c < 3; c++) {
        const own = data[pixel * 4 + c] as number;
        const beside = trust < 1 ? between(half, x, y, c) : own;
        opaque[pixel * 3 + c] = Math.round(own * trust + beside * (1 - trust));
      }
    }
  }
  return { ...rest, data: opaque, width, height, channels: 3 };
}

// A reduced picture: colours times alpha, and alpha, each from 0 to 1 or 255.
interface Level {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

// Halves the picture until one pixel is left; the first level is half as large as the picture.
function pull(data: Raster['data'], width: number, height: number): Level[] {
  const levels: Level[] = [];
  const at = (pixel: number, c: number) => {
    const alpha = (data[pixel * 4 + 3] as number) / 255;
    return c === 3 ? alpha : (data[pixel * 4 + c] as number) * alpha;
  };
  let level = halve(width, height, at);
  levels.push(level);
  while (level.width * level.height > 1) {
    const { values } = level;
    level = halve(level.width, level.height, (pixel, c) => values[pixel * 4 + c] as number);
    levels.push(level);
  }
  return levels;
}

function halve(width: number, height: number, at: (pixel: number, c: number) => number): Level {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const values = new Float32Array(across * down * 4);
  for (let y = 0; y < down; y++) {
    const [upper, lower] = [2 * y * width, Math.min(2 * y + 1, height - 1) * width];
    for (let x = 0; x < across; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      for (let c = 0; c < 4; c++) {
        const sum = at(upper + left, c) + at(upper + right, c) + at(lower + left, c) + at(lower + right, c);
        values[(y * across + x) * 4 + c] = sum / 4;
      }
    }
  }
  return { width: across, height: down, values };
}

// From coarse to fine: makes every level opaque with the colours of the one above it.
function push(levels: readonly Level[]): void {
  for (let index = levels.length - 1; index >= 0; index--) {
    const { width, height, values } = levels[index] as Level;
    const above = levels[index + 1];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * 4;
        const alpha = values[at + 3] as number;
        if (alpha >= 1) continue;
        for (let c = 0; c < 3; c++) {
          const own = values[at + c] as number;
          if (above) values[at + c] = own + (1 - alpha) * between(above, x, y, c);
          else values[at + c] = alpha === 0 ? neutral : own / alpha;
        }
        values[at + 3] = 1;
      }
    }
  }
}

// The value of an opaque level of half the size at a pixel of the finer one, between the centres of its pixels.
function between({ width, height, values }: Level, x: number, y: number, c: number): number {
  const [across, down] = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5];
  const [x0, y0] = [Math.max(0, Math.floor(across)), Math.max(0, Math.floor(down))];
  const [x1, y1] = [Math.min(width - 1, x0 + 1), Math.min(height - 1, y0 + 1)];
  const [dx, dy] = [Math.max(0, across - x0), Math.max(0, down - y0)];
  const value = (column: number, row: number) => values[(row * width + column) * 4 + c] as number;
  const upper = value(x0, y0) * (1 - dx) + value(x1, y0) * dx;
  const lower = value(x0, y1) * (1 - dx) + value(x1, y1) * dx;
  return upper * (1 - dy) + lower * dy;
}
