// How often a property is tried, and from which seed: few and always the same in tests, many and others in bench/fuzz.

const { IMGSYS_FUZZ_TIMES = '1', IMGSYS_FUZZ_SEED = '20261121' } = process.env;

/** Parameters of `fc.assert` for a property that a test tries `usual` times. */
export function tries(usual: number): { numRuns: number; seed: number; endOnFailure: boolean } {
  return {
    numRuns: Math.round(usual * Number(IMGSYS_FUZZ_TIMES)),
    seed: Number(IMGSYS_FUZZ_SEED),
    endOnFailure: true,
  };
}

/** How long the property may take: a sweep tries it for longer. */
export const patienceMs = 60_000 * Math.max(1, Number(IMGSYS_FUZZ_TIMES));
