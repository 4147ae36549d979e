// The difference from the surroundings that gains most; smaller ones are texture, larger ones edges.
const strongest = 0.12;

/**
 * Factor on all channels of a pixel that adds `amount` times its difference from the surroundings once more. The difference
 * is limited to d / (1 + (d / 0.12)^2), at most 0.06, so that edges get no halos, and weighted by 1 - (2 m - 1)^4 with the
 * largest channel m, so that nothing reaches black or white. Code values 0 to 1.
 */
export function localContrastFactor(difference: number, most: number, amount: number): number {
  const relative = difference / strongest;
  const limited = difference / (1 + relative * relative);
  const middle = 2 * most - 1;
  // The weight over m, without dividing by it.
  return 1 + amount * limited * 4 * (1 - most) * (1 + middle * middle);
}
