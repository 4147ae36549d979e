import type { DatabaseSync } from 'node:sqlite';
import { spendingFromAttempts } from './spending-schema.ts';

/**
 * Counts calls that were booked on days after `today` (a clock was wrong) on `today`, so that no limit forgets them and none
 * remembers them for years. Answers how many. Belongs into a transaction.
 */
export function rebook(db: DatabaseSync, today: string): number {
  const later = 'local_day > :today';
  const { changes } = db.prepare(`UPDATE attempts SET local_day = :today WHERE ${later}`).run({ today });
  db.prepare(`UPDATE reuses SET local_day = :today WHERE ${later}`).run({ today });
  db.prepare('DELETE FROM spending WHERE local_day >= :today').run({ today });
  db.prepare(`INSERT INTO spending SELECT * FROM (${spendingFromAttempts}) WHERE local_day = :today`).run({
    today,
  });
  return Number(changes);
}
