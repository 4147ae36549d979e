// Orthonormal 8-point discrete cosine transform (type II); cK is cos(K pi / 16) / 2, and c4 also scales the mean.
const [c1, c2, c3, c4, c5, c6, c7] = [1, 2, 3, 4, 5, 6, 7].map((k) => Math.cos((k * Math.PI) / 16) / 2) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Transforms an 8 x 8 block (row by row, 64 values) in place; orthonormal, so noise keeps its deviation. */
export function forwardDct(block: Float32Array): void {
  for (let at = 0; at < 64; at += 8) forward8(block, at, 1, block, at, 1);
  for (let at = 0; at < 8; at++) forward8(block, at, 8, block, at, 8);
}

/** Transforms the 8 values of `from` at `at`, `at + step` ... into `to`. `from` and `to` may be the same place. */
export function forward8(
  from: Float32Array,
  at: number,
  step: number,
  to: Float32Array,
  toAt: number,
  toStep: number,
): void {
  const v0 = from[at] as number;
  const v1 = from[at + step] as number;
  const v2 = from[at + 2 * step] as number;
  const v3 = from[at + 3 * step] as number;
  const v4 = from[at + 4 * step] as number;
  const v5 = from[at + 5 * step] as number;
  const v6 = from[at + 6 * step] as number;
  const v7 = from[at + 7 * step] as number;
  // Even and odd halves of the basis are handled apart, which halves the multiplications.
  const e0 = v0 + v7;
  const e1 = v1 + v6;
  const e2 = v2 + v5;
  const e3 = v3 + v4;
  const o0 = v0 - v7;
  const o1 = v1 - v6;
  const o2 = v2 - v5;
  const o3 = v3 - v4;
  const outer = e0 + e3;
  const inner = e1 + e2;
  to[toAt] = c4 * (outer + inner);
  to[toAt + 4 * toStep] = c4 * (outer - inner);
  to[toAt + 2 * toStep] = c2 * (e0 - e3) + c6 * (e1 - e2);
  to[toAt + 6 * toStep] = c6 * (e0 - e3) - c2 * (e1 - e2);
  to[toAt + toStep] = c1 * o0 + c3 * o1 + c5 * o2 + c7 * o3;
  to[toAt + 3 * toStep] = c3 * o0 - c7 * o1 - c1 * o2 - c5 * o3;
  to[toAt + 5 * toStep] = c5 * o0 - c1 * o1 + c7 * o2 + c3 * o3;
  to[toAt + 7 * toStep] = c7 * o0 - c5 * o1 + c3 * o2 - c1 * o3;
}

/** Undoes `forward8`, and adds the 8 values to what is in `to`. */
export function addInverse8(
  from: Float32Array,
  at: number,
  step: number,
  to: Float32Array,
  toAt: number,
  toStep: number,
): void {
  const k1 = from[at + step] as number;
  const k2 = from[at + 2 * step] as number;
  const k3 = from[at + 3 * step] as number;
  const k5 = from[at + 5 * step] as number;
  const k6 = from[at + 6 * step] as number;
  const k7 = from[at + 7 * step] as number;
  const sum = c4 * ((from[at] as number) + (from[at + 4 * step] as number));
  const difference = c4 * ((from[at] as number) - (from[at + 4 * step] as number));
  const outer = c2 * k2 + c6 * k6;
  const inner = c6 * k2 - c2 * k6;
  const e0 = sum + outer;
  const e1 = difference + inner;
  const e2 = difference - inner;
  const e3 = sum - outer;
  const o0 = c1 * k1 + c3 * k3 + c5 * k5 + c7 * k7;
  const o1 = c3 * k1 - c7 * k3 - c1 * k5 - c5 * k7;
  const o2 = c5 * k1 - c1 * k3 + c7 * k5 + c3 * k7;
  const o3 = c7 * k1 - c5 * k3 + c3 * k5 - c1 * k7;
  to[toAt] = (to[toAt] as number) + e0 + o0;
  to[toAt + toStep] = (to[toAt + toStep] as number) + e1 + o1;
  to[toAt + 2 * toStep] = (to[toAt + 2 * toStep] as number) + e2 + o2;
  to[toAt + 3 * toStep] = (to[toAt + 3 * toStep] as number) + e3 + o3;
  to[toAt + 4 * toStep] = (to[toAt + 4 * toStep] as number) + e3 - o3;
  to[toAt + 5 * toStep] = (to[toAt + 5 * toStep] as number) + e2 - o2;
  to[toAt + 6 * toStep] = (to[toAt + 6 * toStep] as number) + e1 - o1;
  to[toAt + 7 * toStep] = (to[toAt + 7 * toStep] as number) + e0 - o0;
}
