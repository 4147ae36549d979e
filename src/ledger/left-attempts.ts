// Calls that nobody is making any more: their process died, or their run ended without them.
import { ItemError } from '../errors.ts';
import type { AttemptRow, AttemptState, PaidFacts } from './attempts.ts';
import type { Connection } from './connection.ts';
import { hasNoEnd } from './opening.ts';
import type { Tables } from './tables.ts';

/** Looks into the store of paid pictures: what it holds whole of a call. Throws ItemError when it cannot be looked at. */
export type FindPaid = (attemptId: string) => Promise<PaidFacts | undefined>;

/** Where nothing is bought. */
export const noStore: FindPaid = () => {
  throw new Error('the ledger was opened without the store of paid pictures');
};

/**
 * Settles those of `choose` that have no end: a `reserved` one is released; a `sent` one is paid where its bytes are in
 * the store, else unsettled. The store is asked first, since that takes time, and then everything is written at once.
 * With `leave`, one that cannot be looked up now stays as it is until somebody asks again.
 */
export async function settleAttempts(
  connection: Connection,
  findPaid: FindPaid,
  onFault: 'throw' | 'leave',
  choose: (tables: Tables) => readonly AttemptRow[],
): Promise<void> {
  // A run that ends while it is looked at has settled its calls just before.
  const left = connection.readAtOnce(choose).filter(hasNoEnd);
  const found = new Map<string, PaidFacts | undefined>();
  for (const { id, state } of left) {
    try {
      found.set(id, state === 'sent' ? await findPaid(id) : undefined);
    } catch (error) {
      if (onFault === 'throw' || !(error instanceof ItemError)) throw error;
    }
  }
  if (found.size === 0) return;
  await connection.write('durable', (tables) => {
    for (const { id, state } of left) {
      // Somebody else may have settled it meanwhile.
      if (!found.has(id) || tables.attempts.get(id)?.state !== state) continue;
      conclude(tables, id, state, found.get(id), connection.clock.now());
    }
  });
}

/** Calls without an end whose run has ended or whose process died. */
export function leftByDead(tables: Tables, nowMs: number): AttemptRow[] {
  const open = [...tables.attempts.open('reserved'), ...tables.attempts.open('sent')];
  const live = new Map<string, boolean>();
  for (const { runId } of open) {
    if (!live.has(runId)) live.set(runId, tables.runs.get(runId, nowMs)?.live ?? false);
  }
  return open.filter(({ runId }) => !live.get(runId));
}

function conclude(
  { attempts }: Tables,
  id: string,
  state: AttemptState,
  facts: PaidFacts | undefined,
  nowMs: number,
): void {
  if (state === 'reserved') {
    attempts.change(id, { state: 'released', reason: ended }, nowMs);
    return;
  }
  if (facts === undefined) attempts.change(id, { state: 'unsettled', reason: ended }, nowMs);
  else attempts.change(id, { state: 'paid', facts }, nowMs);
  attempts.supersede(id);
}

const ended = 'imgsys ended before the answer was there';
