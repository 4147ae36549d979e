import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations.ts';
import { toleranceFor } from '../../src/presets/drift-tolerances.ts';

describe('tolerances', () => {
  it.each(operations)('$name has one within its bounds', ({ name }) => {
    const { structure, colour, edges } = toleranceFor({ operation: name });
    for (const share of [structure, edges]) expect(share).toBeGreaterThan(0);
    for (const share of [structure, edges]) expect(share).toBeLessThan(1);
    expect(colour).toBeGreaterThan(0);
    expect(colour).toBeLessThanOrEqual(100);
  });

  it('are wider where detail may be invented, and as a preset says', () => {
    const faithful = toleranceFor({ operation: 'upscale' });
    expect(toleranceFor({ operation: 'upscale', creative: true }).edges).toBeLessThan(faithful.edges);
    expect(toleranceFor({ operation: 'upscale' }, { edges: 0.1 })).toEqual({ ...faithful, edges: 0.1 });
  });
});
