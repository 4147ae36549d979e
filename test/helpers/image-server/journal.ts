// What the service saw and billed: the truth that a client's own books are compared with.
import type { IncomingHttpHeaders } from 'node:http';
import type { Usage } from './models.ts';
import type { EditRequest, Fault } from './options.ts';

export interface JournalEntry {
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** By the service's clock, monotonic. */
  readonly atMs: number;
  /** When the answer was begun. */
  answeredAtMs?: number;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  readonly key: string;
  readonly organisation: string | undefined;
  /** Absent where the form was refused, or was not read. */
  edit?: EditRequest;
  imageSha256?: string;
  fault?: Fault;
  /** Of the answer; absent where none was begun. */
  status?: number;
  /** Whether money is owed for it. */
  billed: boolean;
  usage?: Usage;
}

export class Journal {
  readonly entries: JournalEntry[] = [];

  begin(facts: Omit<JournalEntry, 'index' | 'billed' | 'requestId'>): JournalEntry {
    const index = this.entries.length;
    const requestId = `req_${index.toString(16).padStart(32, '0')}`;
    const entry = { ...facts, index, requestId, billed: false };
    this.entries.push(entry);
    return entry;
  }

  edits(): readonly JournalEntry[] {
    return this.entries.filter(({ path }) => path === '/v1/images/edits');
  }

  billed(): readonly JournalEntry[] {
    return this.entries.filter(({ billed }) => billed);
  }

  /** Edits of one picture with one prompt that `keys` (all unless given) were billed for before: each beyond the first. */
  boughtTwice(keys?: readonly string[]): readonly JournalEntry[] {
    const seen = new Set<string>();
    const mine = this.billed().filter(({ key }) => keys?.includes(key) ?? true);
    return mine.filter(({ imageSha256, edit }) => {
      const name = `${imageSha256} ${edit?.prompt}`;
      return seen.size === seen.add(name).size;
    });
  }

  /** How many answers of `status` there were. */
  count(status: number): number {
    return this.entries.filter((entry) => entry.status === status).length;
  }
}
