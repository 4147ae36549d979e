import type { Raster } from '../../images/raster.ts';
import { type Pixels, resample } from '../../lanczos.ts';
import type { Edges } from '../../operations.ts';
import type { Plan } from './plan.ts';

/** What is added beyond the edges, in pixels. */
export interface ExpandStep extends Edges {
  readonly name: 'expand';
  readonly why: string;
}

/** A plan that also adds edges to a picture of this size: last of all, but before it is enlarged. */
export function withEdges(
  { steps, skipped }: Plan,
  edges: Edges | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): Plan {
  if (edges === undefined) return { steps, skipped };
  const { left, right, top, bottom } = edges;
  if (left + right + top + bottom === 0) {
    return { steps, skipped: [...skipped, { name: 'expand', why: 'nothing is missing at the edges' }] };
  }
  const [across, down] = [width + left + right, height + top + bottom];
  const expand: ExpandStep = { name: 'expand', ...edges, why: `asked for: ${across} x ${down} pixels` };
  const before = steps.filter((step) => step.name !== 'upscale');
  const after = steps.filter((step) => step.name === 'upscale');
  const enlarged = after.map((step) => {
    const why = `asked for: ${across * step.factor} x ${down * step.factor} pixels`;
    return { ...step, why };
  });
  return { steps: [...before, expand, ...enlarged], skipped };
}

/**
 * A picture with edges that mirror it, the softer the further out, and no detail of their own: nothing is invented. What was
 * there keeps its values; alpha goes on like colours. Pages do not see one another.
 */
export function expand(raster: Raster, edges: Edges): Raster {
  const width = raster.width + edges.left + edges.right;
  const height = raster.height + edges.top + edges.bottom;
  const [values, grown] = [raster.width * raster.height * raster.channels, width * height * raster.channels];
  const length = grown * raster.pages;
  const data = raster.depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let page = 0; page < raster.pages; page++) {
    const one = { ...raster, data: raster.data.subarray(page * values, (page + 1) * values), pages: 1 };
    const made = { ...one, data: data.subarray(page * grown, (page + 1) * grown), width, height };
    mirror(one, edges, made);
    soften(made, one, edges);
  }
  return { ...raster, data, width, height };
}

function mirror(from: Pixels, { left, top }: Edges, { data, width, height, channels }: Pixels): void {
  const columns = Int32Array.from({ length: width }, (_, x) => reflected(x - left, from.width) * channels);
  for (let y = 0; y < height; y++) {
    const row = reflected(y - top, from.height) * from.width * channels;
    for (let x = 0; x < width; x++) {
      const at = row + (columns[x] as number);
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = from.data[at + c] as number;
    }
  }
}

// Back and forth between the two ends, each of them twice in a row.
function reflected(at: number, length: number): number {
  const place = ((at % (2 * length)) + 2 * length) % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

// The blur of the outermost pixels, as a part of the widest edge.
const softest = 1 / 12;

function soften(made: Pixels, { width, height }: Pixels, edges: Edges): void {
  const { left, right, top, bottom } = edges;
  const reduction = Math.max(4, Math.round(Math.max(left, right, top, bottom) * softest));
  const soft = resample(made, {
    width: Math.ceil(made.width / reduction),
    height: Math.ceil(made.height / reduction),
  });
  const across = Float32Array.from({ length: made.width }, (_, x) => farness(x, left, width, right));
  const down = Float32Array.from({ length: made.height }, (_, y) => farness(y, top, height, bottom));
  for (let y = 0; y < made.height; y++) {
    for (let x = 0; x < made.width; x++) {
      const share = Math.max(across[x] as number, down[y] as number);
      if (share > 0) mixIn(made, soft, x, y, share);
    }
  }
}

// 0 within the picture, rising without a kink to 1 at the end of an edge.
function farness(at: number, before: number, length: number, after: number): number {
  const out =
    at < before ? (before - at) / before : at >= before + length ? (at - before - length + 1) / after : 0;
  return out * out * (3 - 2 * out);
}

// Between the four pixels of the small copy that lie around one of the large.
function mixIn(made: Pixels, soft: Pixels, x: number, y: number, share: number): void {
  const { channels } = made;
  const place = (at: number, of: number, to: number) =>
    Math.max(0, Math.min(to - 1, ((at + 0.5) * to) / of - 0.5));
  const [u, v] = [place(x, made.width, soft.width), place(y, made.height, soft.height)];
  const [x0, y0] = [Math.floor(u), Math.floor(v)];
  const [x1, y1] = [Math.min(soft.width - 1, x0 + 1), Math.min(soft.height - 1, y0 + 1)];
  const [dx, dy] = [u - x0, v - y0];
  for (let c = 0; c < channels; c++) {
    const value = (column: number, row: number) =>
      soft.data[(row * soft.width + column) * channels + c] as number;
    const upper = value(x0, y0) * (1 - dx) + value(x1, y0) * dx;
    const lower = value(x0, y1) * (1 - dx) + value(x1, y1) * dx;
    const at = (y * made.width + x) * channels + c;
    const own = made.data[at] as number;
    made.data[at] = Math.round(own + (upper * (1 - dy) + lower * dy - own) * share);
  }
}
