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
  for (let at = 0; at < 64; at += 8) forward8(block, at, 1);
  for (let at = 0; at < 8; at++) forward8(block, at, 8);
}

/** Undoes `forwardDct` in place. */
export function inverseDct(block: Float32Array): void {
  for (let at = 0; at < 8; at++) inverse8(block, at, 8);
  for (let at = 0; at < 64; at += 8) inverse8(block, at, 1);
}

// Even and odd halves of the basis are handled apart, which halves the multiplications.
function forward8(block: Float32Array, at: number, step: number): void {
  const v0 = block[at] as number;
  const v1 = block[at + step] as number;
  const v2 = block[at + 2 * step] as number;
  const v3 = block[at + 3 * step] as number;
  const v4 = block[at + 4 * step] as number;
  const v5 = block[at + 5 * step] as number;
  const v6 = block[at + 6 * step] as number;
  const v7 = block[at + 7 * step] as number;
  const e0 = v0 + v7;
  const e1 = v1 + v6;
  const e2 = v2 + v5;
  const e3 = v3 + v4;
  const o0 = v0 - v7;
  const o1 = v1 - v6;
  const o2 = v2 - v5;
  const o3 = v3 - v4;
  block[at] = c4 * (e0 + e1 + e2 + e3);
  block[at + 4 * step] = c4 * (e0 - e1 - e2 + e3);
  block[at + 2 * step] = c2 * (e0 - e3) + c6 * (e1 - e2);
  block[at + 6 * step] = c6 * (e0 - e3) - c2 * (e1 - e2);
  block[at + step] = c1 * o0 + c3 * o1 + c5 * o2 + c7 * o3;
  block[at + 3 * step] = c3 * o0 - c7 * o1 - c1 * o2 - c5 * o3;
  block[at + 5 * step] = c5 * o0 - c1 * o1 + c7 * o2 + c3 * o3;
  block[at + 7 * step] = c7 * o0 - c5 * o1 + c3 * o2 - c1 * o3;
}

function inverse8(block: Float32Array, at: number, step: number): void {
  const k0 = block[at] as number;
  const k1 = block[at + step] as number;
  const k2 = block[at + 2 * step] as number;
  const k3 = block[at + 3 * step] as number;
  const k4 = block[at + 4 * step] as number;
  const k5 = block[at + 5 * step] as number;
  const k6 = block[at + 6 * step] as number;
  const k7 = block[at + 7 * step] as number;
  const sum = c4 * (k0 + k4);
  const difference = c4 * (k0 - k4);
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
  block[at] = e0 + o0;
  block[at + 7 * step] = e0 - o0;
  block[at + step] = e1 + o1;
  block[at + 6 * step] = e1 - o1;
  block[at + 2 * step] = e2 + o2;
  block[at + 5 * step] = e2 - o2;
  block[at + 3 * step] = e3 + o3;
  block[at + 4 * step] = e3 - o3;
}
