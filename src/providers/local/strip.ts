/**
 * Pixels on their way through the tone steps, in no particular order: code values 0 to 1 by channel, with the luma of each
 * pixel and the base and veil that the light map gives for it. Luma, base and veil go through the same curves as grey.
 */
export interface Strip {
  readonly count: number;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  readonly luma: Float32Array;
  readonly base: Float32Array;
  readonly veil: Float32Array;
}

/** Room for `count` pixels. */
export function makeStrip(count: number): Strip {
  const empty = () => new Float32Array(count);
  return {
    count,
    red: empty(),
    green: empty(),
    blue: empty(),
    luma: empty(),
    base: empty(),
    veil: empty(),
  };
}

export function copyStrip({ count, red, green, blue, luma, base, veil }: Strip): Strip {
  return {
    count,
    red: red.slice(),
    green: green.slice(),
    blue: blue.slice(),
    luma: luma.slice(),
    base: base.slice(),
    veil: veil.slice(),
  };
}
