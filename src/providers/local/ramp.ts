/** 0 at `from`, 1 at `to`, straight between, level beyond. */
export function ramp(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}
