// Sums over `attempts`, kept by the database itself with every change, so that neither a limit nor a report reads them all.

/** What one attempt adds to its sums, by column. Money in micro-dollars. */
const parts: Readonly<Record<string, (row: string) => string>> = {
  // Charged and answered; those whose answer was no picture; what they cost as far as it is known.
  paid: (row) => `${row}.state = 'paid'`,
  useless: (row) => `${row}.state = 'paid' AND ${row}.useless`,
  paid_microusd: (row) => `iif(${row}.state = 'paid', coalesce(${row}.cost_microusd, 0), 0)`,
  // Charged at a cost that is not known, and the most that can have been; those for which that is not known either.
  unpriced: (row) => unpriced(row),
  unpriced_microusd: (row) => `iif(${unpriced(row)}, coalesce(${row}.reserved_microusd, 0), 0)`,
  unpriced_unknown: (row) => `${unpriced(row)} AND ${row}.reserved_microusd IS NULL`,
  ...most('unsettled', (row) => `${row}.state = 'unsettled' AND ${row}.settled IS NULL`),
  ...most(
    'assumed',
    (row) => `${row}.state = 'unsettled' AND coalesce(${row}.settled, '') IN ('charged', 'again')`,
  ),
  ...most('underway', (row) => `${row}.state IN ('reserved', 'sent')`),
  refused: (row) => `${row}.state = 'refused'`,
  // Charged ones that had been estimated, and their likely range.
  estimated: (row) => estimated(row),
  expected_low_microusd: (row) => `iif(${estimated(row)}, ${row}.expected_low_microusd, 0)`,
  expected_high_microusd: (row) => `iif(${estimated(row)}, ${row}.expected_high_microusd, 0)`,
};

const columns = Object.keys(parts);

/** One row for each day, key, model and run; the triggers are the only ones that write it. */
export const spendingSchema = `
   CREATE TABLE spending (
     local_day TEXT NOT NULL,
     provider TEXT NOT NULL,
     key_name TEXT NOT NULL,
     model TEXT NOT NULL,
     run_id TEXT NOT NULL REFERENCES runs (id),
     ${columns.map((column) => `${column} INTEGER NOT NULL,`).join('\n     ')}
     PRIMARY KEY (local_day, provider, key_name, model, run_id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX spending_run ON spending (run_id);
   CREATE TRIGGER attempts_inserted AFTER INSERT ON attempts BEGIN
     INSERT INTO spending VALUES (NEW.local_day, NEW.provider, NEW.key_name, NEW.model, NEW.run_id,
       ${columns.map((column) => part(column, 'NEW')).join(', ')})
     ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')};
   END;
   CREATE TRIGGER attempts_updated AFTER UPDATE ON attempts BEGIN
     UPDATE spending SET
       ${columns.map((column) => `${column} = ${column} - (${part(column, 'OLD')}) + (${part(column, 'NEW')})`).join(', ')}
     WHERE local_day = NEW.local_day AND provider = NEW.provider AND key_name = NEW.key_name AND model = NEW.model
       AND run_id = NEW.run_id;
   END;`;

/** Sums up a column to what a number holds; SQLite's own sum fails beyond 64 bits. */
export function safeSum(expression: string): string {
  return `CAST(min(total(${expression}), 9e15) AS INTEGER)`;
}

/** The same sums, read from the attempts themselves. */
export const spendingFromAttempts = `
  SELECT local_day, provider, key_name, model, run_id,
    ${columns.map((column) => `sum(${part(column, 'attempts')}) AS ${column}`).join(', ')}
  FROM attempts GROUP BY local_day, provider, key_name, model, run_id
  ORDER BY local_day, provider, key_name, model, run_id`;

function part(column: string, row: string): string {
  return parts[column]?.(row) ?? '';
}

function unpriced(row: string): string {
  return `(${row}.state = 'paid' AND ${row}.cost_microusd IS NULL)`;
}

function estimated(row: string): string {
  return `(${row}.state = 'paid' AND ${row}.expected_high_microusd IS NOT NULL)`;
}

// How many, the most they can cost, and those for which that is not known.
function most(name: string, condition: (row: string) => string): typeof parts {
  return {
    [name]: (row) => `(${condition(row)})`,
    [`${name}_microusd`]: (row) => `iif(${condition(row)}, coalesce(${row}.reserved_microusd, 0), 0)`,
    [`${name}_unknown`]: (row) => `((${condition(row)}) AND ${row}.reserved_microusd IS NULL)`,
  };
}
