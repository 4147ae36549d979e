import { describe, expect, it } from 'vitest';
import { blueWeight, greenWeight, redWeight } from '../../../src/providers/local/statistics.ts';
import { largest, vibranceFactor } from '../../../src/providers/local/vibrance.ts';

const factorOf = (red: number, green: number, blue: number, vibrance = 0.5, max = 1) =>
  vibranceFactor(
    red,
    green,
    blue,
    largest(red, green, blue),
    redWeight * red + greenWeight * green + blueWeight * blue,
    max,
    vibrance,
  );

describe('vibranceFactor', () => {
  it('gives the palest colours its amount and vivid ones nothing', () => {
    expect(factorOf(0.49, 0.5, 0.5)).toBeCloseTo(1.5, 1);
    expect(factorOf(0.35, 0.5, 0.5)).toBeCloseTo(1.25, 2);
    expect(factorOf(0.2, 0.5, 0.5)).toBe(1);
    expect(factorOf(0.1, 0.2, 0.9)).toBe(1);
    expect(factorOf(0.5, 0.5, 0.5)).toBe(1);
  });

  it('gives skin a third', () => {
    expect(factorOf(0.5, 0.42, 0.38) - 1).toBeCloseTo((factorOf(0.38, 0.42, 0.5) - 1) / 3, 5);
  });

  it('does not depend on the scale', () => {
    expect(factorOf(0.6 * 255, 0.7 * 255, 0.9 * 255, 0.5, 255)).toBeCloseTo(factorOf(0.6, 0.7, 0.9), 10);
  });

  it('drives no channel to either end', () => {
    for (let red = 0.02; red < 1; red += 0.07) {
      for (let green = 0.02; green < 1; green += 0.07) {
        for (let blue = 0.02; blue < 1; blue += 0.07) {
          const luma = redWeight * red + greenWeight * green + blueWeight * blue;
          const factor = factorOf(red, green, blue, 1);
          for (const value of [red, green, blue]) {
            const moved = luma + factor * (value - luma);
            expect(moved).toBeGreaterThan(0);
            expect(moved).toBeLessThan(1);
          }
        }
      }
    }
  });
});
