/** Lets pictures begin until `limit` of them were made; one that fails or is skipped gives its place back. */
export interface Gate {
  /** Waits while the pictures in work may still fill the limit; false once it is filled. */
  enter(): Promise<boolean>;
  /** To be called once for each `enter` that said true. */
  leave(made: boolean): void;
}

export function createGate(limit: number | undefined): Gate {
  let made = 0;
  let inWork = 0;
  let waiting: (() => void)[] = [];
  return {
    async enter() {
      while (limit !== undefined && made + inWork >= limit) {
        if (made >= limit) return false;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      inWork += 1;
      return true;
    },
    leave(wasMade) {
      inWork -= 1;
      if (wasMade) made += 1;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
