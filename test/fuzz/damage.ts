// Files damaged in known ways.
import fc from 'fast-check';

export type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly by: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'swap'; readonly at: number; readonly with: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'number'; readonly at: number; readonly to: number }
  | { readonly kind: 'zero'; readonly at: number; readonly length: number };

const at = fc.oneof(fc.nat(400), fc.nat(400_000));
const length = fc.constantFrom(1, 4, 12, 64, 1_000);
const numbers = fc.constantFrom(0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x00010000);

export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('flip' as const), at, by: fc.integer({ min: 1, max: 255 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('number' as const), at, to: numbers }) },
    fc.record({ kind: fc.constant('cut' as const), at }),
    fc.record({ kind: fc.constant('swap' as const), at, with: at, length }),
    fc.record({ kind: fc.constant('repeat' as const), at, length }),
    fc.record({ kind: fc.constant('zero' as const), at, length }),
  ),
  { minLength: 1, maxLength: 4 },
);

export function damaged(whole: Buffer, list: readonly Damage[]): Buffer {
  let bytes: Buffer = Buffer.from(whole);
  for (const damage of list) if (bytes.length >= 8) bytes = apply(bytes, damage);
  return bytes;
}

function apply(bytes: Buffer, damage: Damage): Buffer {
  const from = damage.at % (bytes.length - 4);
  const copy = Buffer.from(bytes);
  if (damage.kind === 'cut') return copy.subarray(0, from);
  if (damage.kind === 'flip') copy[from] = (copy[from] ?? 0) ^ damage.by;
  else if (damage.kind === 'number') copy.writeUInt32BE(damage.to, from);
  else if (damage.kind === 'zero') copy.fill(0, from, Math.min(copy.length, from + damage.length));
  else if (damage.kind === 'swap') {
    const to = damage.with % (bytes.length - 4);
    bytes.copy(copy, to, from, from + damage.length);
    bytes.copy(copy, from, to, to + damage.length);
  } else return Buffer.concat([copy.subarray(0, from + damage.length), copy.subarray(from)]);
  return copy;
}
