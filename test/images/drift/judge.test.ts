import { describe, expect, it } from 'vitest';
import type { DriftMeasures, DriftTolerance } from '../../../src/images/drift/drift.ts';
import { inWords, judge } from '../../../src/images/drift/judge.ts';

const good: DriftMeasures = { structure: 0.9, colour: 2, edges: 1, blank: false, unchanged: false };
const tolerance: DriftTolerance = { structure: 0.6, colour: 10, edges: 0.5, of: 'picture', mustChange: true };

describe('judge', () => {
  it.each([
    [{}, []],
    [{ structure: 0.6, colour: 10, edges: 0.5 }, []],
    [{ structure: 0.59 }, ['structure']],
    [{ colour: 10.1 }, ['colour']],
    [{ edges: 0.49 }, ['edges']],
    [{ structure: -0.1, colour: 30, edges: 0 }, ['structure', 'edges', 'colour']],
    [{ blank: true, structure: 0, edges: 0 }, ['blank']],
    [{ unchanged: true }, ['unchanged']],
  ])('%j', (measured, reasons) => {
    expect(judge({ ...good, ...measured }, tolerance)).toEqual(reasons);
  });

  it('tells of nothing that is tolerated whatever it is', () => {
    const anything = { ...tolerance, structure: 0, colour: 100, edges: 0, mustChange: false };
    const far = { structure: -0.2, colour: 120, edges: 0, blank: false, unchanged: true };
    expect(judge(far, anything)).toEqual([]);
  });
});

it('is told with its numbers', () => {
  const measures = { ...good, structure: 0.41, colour: 12.34 };
  expect(inWords({ measures, reasons: ['structure', 'colour'] }, tolerance)).toBe(
    'does not look like its picture (structure 0.41, expected at least 0.60); its colours differ (colour 12.3, expected at most 10.0)',
  );
});

it('is told without a number below nothing', () => {
  const measures = { ...good, structure: -0.004 };
  expect(inWords({ measures, reasons: ['structure'] }, tolerance)).toBe(
    'does not look like its picture (structure 0.00, expected at least 0.60)',
  );
});
