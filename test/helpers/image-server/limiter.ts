// Leaky buckets that refill continuously: strict, and the truth a client is measured by.

export interface Allowance {
  readonly name: string;
  readonly perMinute: number;
  readonly burst: number;
}

export interface BucketState {
  readonly name: string;
  readonly perMinute: number;
  /** Whole units that may be taken now. */
  readonly remaining: number;
  /** Until the bucket is full. */
  readonly resetMs: number;
  /** Until what was asked for is there; 0 where it is. */
  readonly waitMs: number;
}

export interface Taken {
  readonly granted: boolean;
  readonly buckets: readonly BucketState[];
}

interface Bucket {
  level: number;
  atMs: number;
}

/** Buckets by owner and name, full when they are first asked. */
export class Limiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Takes `cost` of every allowance, or of none. A refusal takes `refusalCost`, down to an empty bucket. */
  take(owner: string, allowances: readonly Allowance[], cost = 1, refusalCost = 0): Taken {
    const found = allowances.map((allowance) => this.#refilled(owner, allowance));
    const granted = found.every(({ level }) => level >= cost);
    const spent = granted ? cost : refusalCost;
    const buckets = allowances.map((allowance, at) => {
      const bucket = found[at] as Bucket;
      const missing = cost - bucket.level;
      bucket.level = granted ? bucket.level - spent : Math.max(0, bucket.level - spent);
      return stateOf(allowance, bucket.level, granted ? 0 : missing);
    });
    return { granted, buckets };
  }

  /** What is there now; takes nothing. */
  look(owner: string, allowances: readonly Allowance[], cost = 1): Taken {
    const levels = allowances.map((allowance) => this.#refilled(owner, allowance).level);
    const buckets = allowances.map((allowance, at) =>
      stateOf(allowance, levels[at] ?? 0, cost - (levels[at] ?? 0)),
    );
    return { granted: levels.every((level) => level >= cost), buckets };
  }

  #refilled(owner: string, { name, perMinute, burst }: Allowance): Bucket {
    const nowMs = this.#nowMs();
    const id = `${owner} ${name}`;
    const bucket = this.#buckets.get(id) ?? { level: burst, atMs: nowMs };
    bucket.level = Math.min(burst, bucket.level + ((nowMs - bucket.atMs) / 60_000) * perMinute);
    bucket.atMs = nowMs;
    this.#buckets.set(id, bucket);
    return bucket;
  }
}

function stateOf({ name, perMinute, burst }: Allowance, level: number, missing: number): BucketState {
  const msPerUnit = 60_000 / perMinute;
  return {
    name,
    perMinute,
    remaining: Math.floor(level),
    resetMs: (burst - level) * msPerUnit,
    waitMs: Math.max(0, missing * msPerUnit),
  };
}
