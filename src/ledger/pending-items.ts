import type { ItemRow, ItemTable } from './items.ts';

const mostRows = 500;

/** Skipped items, which wait for the next durable step so that they need none of their own. */
export class PendingItems {
  #rows: ItemRow[] = [];

  add(row: ItemRow): void {
    this.#rows.push(row);
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length >= mostRows;
  }

  /** Belongs into a transaction; `clear` when it is committed. */
  insertInto(items: ItemTable): void {
    for (const row of this.#rows) items.insert(row);
  }

  clear(): void {
    this.#rows = [];
  }
}
