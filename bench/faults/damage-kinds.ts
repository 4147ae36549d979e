// What becomes of files: cut, flipped, emptied, replaced.
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Area = 'ledger' | 'paid' | 'keystore' | 'config';

export interface Damage {
  readonly area: Area;
  readonly name: string;
  apply(home: string): void;
  /** What the program takes for what it was; else the user must be told. */
  readonly isHarmless?: boolean;
  /** Damage of the same name is one row of the table. */
  readonly row?: string;
}

/** Numbers from 0 up to 1, the same for a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Inverts one bit of each of `count` places of a file from byte `from` up to `to`. */
export function flipBits(
  path: string,
  random: () => number,
  count: number,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): void {
  const bytes = readFileSync(path);
  const end = Math.min(to, bytes.length);
  for (let left = count; left > 0; left -= 1) {
    const at = from + Math.floor(random() * (end - from));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  writeFileSync(path, bytes);
}

export const fileOf: Readonly<Record<Exclude<Area, 'paid'>, string>> = {
  ledger: 'ledger.sqlite',
  keystore: 'keystore.json',
  config: 'config.json',
};

/** Ways that any one file of the program's own can be spoilt. */
export function damagesOf(area: Exclude<Area, 'paid'>): Damage[] {
  const at = (home: string) => join(home, fileOf[area]);
  const make = (name: string, apply: (file: string) => void): Damage => ({
    area,
    name,
    apply: (home) => apply(at(home)),
  });
  return [
    make('emptied', (file) => truncateSync(file, 0)),
    make('one byte', (file) => truncateSync(file, 1)),
    make('filled with zeros', (file) => writeFileSync(file, Buffer.alloc(statSync(file).size))),
    make('random bytes', (file) => writeFileSync(file, noise(statSync(file).size))),
    make('a folder', (file) => {
      rmSync(file);
      mkdirSync(file);
    }),
    make('a FIFO', (file) => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    }),
    make('a link to nothing', (file) => {
      rmSync(file);
      symlinkSync('/nowhere/at-all', file);
    }),
    make('a link to itself', (file) => {
      rmSync(file);
      symlinkSync(file, file);
    }),
    make('/dev/zero', (file) => {
      rmSync(file);
      symlinkSync('/dev/zero', file);
    }),
    make('a photograph', (file) => {
      const folder = join(file, '../../photos');
      copyFileSync(join(folder, readdirSync(folder)[0] ?? ''), file);
    }),
  ];
}

/** Ways only the ledger can be spoilt. */
export function ledgerDamages(): Damage[] {
  const make = (name: string, apply: (file: string) => void): Damage => ({
    ...{ area: 'ledger', name, apply: (home) => apply(join(home, 'ledger.sqlite')) },
  });
  const sql = (file: string, text: string) => {
    const db = new DatabaseSync(file);
    db.exec(text);
    db.close();
  };
  return [
    make('deleted', (file) => rmSync(file)),
    make('a newer schema', (file) => sql(file, 'PRAGMA user_version = 99')),
    make("another program's", (file) => {
      rmSync(file);
      sql(file, 'CREATE TABLE places (id)');
    }),
    make('a table dropped by hand', (file) => sql(file, 'DROP TABLE reuses')),
    make('calls deleted by hand', (file) => sql(file, 'DELETE FROM attempts')),
    make('an older copy, of before the run', (file) =>
      sql(
        file,
        'PRAGMA foreign_keys = OFF; DELETE FROM attempts; DELETE FROM spending; DELETE FROM runs; DELETE FROM outputs; DELETE FROM purchases; DELETE FROM purchase_sources; DELETE FROM items',
      ),
    ),
    make('its WAL is a folder', (file) => mkdirSync(`${file}-wal`)),
    make('its WAL is a FIFO', (file) => execFileSync('mkfifo', [`${file}-wal`])),
    {
      ...make('a WAL of noise beside it', (file) => writeFileSync(`${file}-wal`, noise(40_000))),
      isHarmless: true,
    },
    { ...make('an empty WAL beside it', (file) => writeFileSync(`${file}-wal`, '')), isHarmless: true },
    {
      ...make('an SHM of noise beside it', (file) => {
        writeFileSync(`${file}-wal`, '');
        writeFileSync(`${file}-shm`, noise(32_768));
      }),
      isHarmless: true,
    },
    make('a journal of noise beside it', (file) => writeFileSync(`${file}-journal`, noise(40_000))),
  ];
}

/** The ledger cut at `size` bytes. */
export function cutLedger(size: number): Damage {
  return {
    area: 'ledger',
    name: `cut at ${size}`,
    row: 'cut at a page',
    apply: (home) => truncateSync(join(home, 'ledger.sqlite'), size),
  };
}

/** The file belongs to another user. */
export function ownedByAnother(area: Exclude<Area, 'paid'>): Damage {
  return {
    area,
    name: "another user's",
    isHarmless: area !== 'keystore',
    apply: (home) => chownSync(join(home, fileOf[area]), 65_534, 65_534),
  };
}

function noise(size: number): Buffer {
  const random = randomOf(size);
  return Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
}

/** Whether a home still has all that damage of this area left it with; for what must not be written over. */
export function bytesOf(area: Area, home: string): string {
  if (area === 'paid') return '';
  const file = join(home, fileOf[area]);
  const stats = existsSync(file) ? statSync(file) : undefined;
  return stats?.isFile() ? readFileSync(file).toString('base64') : 'no file';
}
