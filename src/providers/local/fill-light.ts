/**
 * Factor on all channels of a pixel that lights dark surroundings: 1 + amount * (1 - base)^3 * (1 - largest channel). By the
 * surroundings, so that detail in shadows keeps its contrast; by the largest channel, so that nothing reaches white and
 * grey keeps its order up to an amount of 1. `base` and `most` are code values 0 to 1.
 */
export function fillLightFactor(base: number, most: number, amount: number): number {
  const dark = base < 0 ? 1 : base > 1 ? 0 : 1 - base;
  return 1 + amount * dark * dark * dark * (1 - most);
}
