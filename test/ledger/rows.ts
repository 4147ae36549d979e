import type { NewAttempt, PaidFacts } from '../../src/ledger/attempts.ts';
import type { Item } from '../../src/ledger/items.ts';
import type { Repeat } from '../../src/ledger/opening.ts';
import type { FileStamp, OutputRow } from '../../src/ledger/outputs.ts';
import type { Purchase } from '../../src/ledger/purchase-table.ts';
import type { NewRun } from '../../src/ledger/runs.ts';
import type { PurchaseBook } from '../../src/purchases/book.ts';

export const newRun: NewRun = {
  recipe: { preset: 'auto' },
  outputFolder: '/out',
  inPlace: false,
  roots: ['/photos'],
};

export const stamp: FileStamp = {
  size: 3_456_789,
  mtimeNs: 1_763_698_321_123_456_789n,
  inode: 2n ** 63n + 5n,
  sha256: 'a'.repeat(64),
};

export function output(name: string): Omit<OutputRow, 'runId' | 'doneAtMs'> {
  return {
    outputPath: `/out/${name}`,
    sourcePath: `/photos/${name}`,
    recipeKey: 'recipe',
    outputFolder: '/out',
    jobKey: `job ${name}`,
    state: 'enhanced',
    source: stamp,
    output: { ...stamp, size: 1, inode: 7n },
    plan: { exposure: 0.25 },
  };
}

export function item(name: string): Item {
  return { source: `/photos/${name}`, output: `/out/${name}`, state: 'enhanced', elapsedMs: 12 };
}

export function request(name: string, sourcePath = `/photos/${name}`) {
  return { collisionKey: `/out/${name}`.toLowerCase(), outputPath: `/out/${name}`, sourcePath };
}

export function purchase(key: string): Purchase {
  return {
    key,
    sourceSha256: 'c'.repeat(64),
    sourcePath: `/photos/${key}.jpg`,
    relative: `${key}.jpg`,
    provider: 'openai',
    model: 'gpt-image-1',
  };
}

export const paidFacts: PaidFacts = {
  costMicrousd: 52_700,
  costKind: 'measured',
  usage: { inputTextTokens: 20, inputImageTokens: 300, outputTokens: 4_000 },
  requestId: 'req_1',
  sha256: 'd'.repeat(64),
  bytes: 3_000_000,
};

/** The user's word on what may be bought once more. */
export const never: Repeat = { unsettled: false, useless: false };
export const always: Repeat = { unsettled: true, useless: true };

/** Reserves a call that no limit stands in the way of; answers its id. */
export async function reserve(book: PurchaseBook, key: string, attempt: NewAttempt): Promise<string> {
  const reservation = await book.reserve(key, attempt);
  if (reservation.kind !== 'reserved') throw new Error(`not reserved: ${reservation.kind}`);
  return reservation.id;
}
