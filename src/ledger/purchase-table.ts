import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Fit } from '../images/upload/fit-size.ts';

/** One picture to be bought: what it is made of and who is paid. */
export interface Purchase {
  /** Hash of the source's bytes and of all that is sent. */
  readonly key: string;
  readonly sourceSha256: string;
  readonly sourcePath: string;
  /** Path below the run's own root, by which its output finds its place. */
  readonly relative: string;
  readonly provider: string;
  readonly model: string;
  /** The size it is sent in, and where in it the picture lies. */
  readonly fit?: Fit;
}

/** A source that a run wanted bought; more than once where more than one service was asked for it. */
export interface PurchaseSource {
  readonly key: string;
  readonly sourceSha256: string;
  readonly sourcePath: string;
  readonly relative: string;
  readonly provider: string;
  readonly model: string;
}

/** The tables `purchases` and `purchase_sources`. Writing verbs belong into a transaction. */
export class PurchaseTable {
  readonly #db: DatabaseSync;
  readonly #holder: StatementSync;
  readonly #get: StatementSync;
  readonly #fit: StatementSync;
  readonly #put: StatementSync;
  readonly #want: StatementSync;
  readonly #letGo: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#holder = db.prepare('SELECT holder FROM purchases WHERE key = ?');
    this.#get = db.prepare('SELECT provider, holder FROM purchases WHERE key = ?');
    this.#put = db.prepare(
      `INSERT INTO purchases (key, source_sha256, provider, model, source_path, fit) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#fit = db.prepare('SELECT fit FROM purchases WHERE key = ?');
    this.#want = db.prepare('INSERT OR REPLACE INTO purchase_sources VALUES (?, ?, ?, ?)');
    this.#letGo = db.prepare('UPDATE purchases SET holder = NULL WHERE key = ? AND holder = ?');
  }

  /** The run that has the right to buy, whether its process lives or not. */
  holder(key: string): string | undefined {
    const holder = this.#holder.get(key)?.holder;
    return typeof holder === 'string' ? holder : undefined;
  }

  /** Who is paid for a purchase, and the run that has the right to buy it. */
  get(key: string): { readonly provider: string; readonly holder: string | undefined } | undefined {
    const row = this.#get.get(key);
    return (
      row && { provider: String(row.provider), holder: row.holder === null ? undefined : String(row.holder) }
    );
  }

  /** Notes that a run wants the picture bought. */
  want(runId: string, purchase: Purchase): void {
    const { key, sourceSha256, provider, model, sourcePath, relative, fit } = purchase;
    this.#put.run(key, sourceSha256, provider, model, sourcePath, asJson(fit));
    this.#want.run(runId, sourcePath, relative, key);
  }

  /** How what was or is to be bought is sent; undefined where that was not noted. */
  fitOf(key: string): Fit | undefined {
    const fit = this.#fit.get(key)?.fit;
    return typeof fit === 'string' ? JSON.parse(fit) : undefined;
  }

  /** Gives the right to buy to a run, with the source and the fit of this purchase. */
  hold(runId: string, { key, sourcePath, fit }: Purchase): void {
    this.#db
      .prepare('UPDATE purchases SET holder = ?, source_path = ?, fit = ? WHERE key = ?')
      .run(runId, sourcePath, asJson(fit), key);
  }

  /** Gives the right to a run that only fetches what was sent before. */
  holdAsSent(runId: string, key: string): void {
    this.#db.prepare('UPDATE purchases SET holder = ? WHERE key = ?').run(runId, key);
  }

  letGo(runId: string, key: string): void {
    this.#letGo.run(key, runId);
  }

  letGoOfAll(runId: string): void {
    this.#db.prepare('UPDATE purchases SET holder = NULL WHERE holder = ?').run(runId);
  }

  /** The sources a run wanted bought, by path, with who was asked for each. */
  sourcesOf(runId: string): PurchaseSource[] {
    const rows = this.#db
      .prepare(
        `SELECT purchase_sources.*, source_sha256, provider, model FROM purchase_sources
         JOIN purchases ON purchases.key = purchase_key WHERE run_id = ?
         ORDER BY purchase_sources.source_path, purchase_key`,
      )
      .all(runId);
    return rows.map((row) => ({
      key: String(row.purchase_key),
      sourceSha256: String(row.source_sha256),
      sourcePath: String(row.source_path),
      relative: String(row.relative),
      provider: String(row.provider),
      model: String(row.model),
    }));
  }
}

function asJson(fit: Fit | undefined): string | null {
  return fit === undefined ? null : JSON.stringify(fit);
}
