import { sweepLeftovers } from '../outputs/sweep.ts';
import type { RunLedger } from './ledger.ts';

export interface Sweeper {
  /** Removes the temporary files that dead runs left in `folder`, once a run. */
  sweep(folder: string): Promise<void>;
}

// Folders remembered at most: beyond, a folder may be swept again, which costs one listing.
const mostFolders = 10_000;

export function createSweeper(ledger: Pick<RunLedger, 'tokenState'>): Sweeper {
  const swept = new Map<string, Promise<unknown>>();
  return {
    async sweep(folder) {
      const known = swept.get(folder);
      if (known !== undefined) return void (await known);
      if (swept.size >= mostFolders) swept.clear();
      const sweeping = sweepLeftovers(folder, (token) => ledger.tokenState(token));
      swept.set(folder, sweeping);
      await sweeping;
    },
  };
}
