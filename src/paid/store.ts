import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord, parseJson } from '../json.ts';
import type { PaidFacts } from '../ledger/attempts.ts';
import { sha256InTurns } from '../turns.ts';
import { type Disk, systemDisk } from './disk.ts';
import { cannotKeep, cannotLook, mayPass } from './refusals.ts';

/**
 * Keeps what services answered, by attempt: `RUN/LETTERS.img` with the bytes as they came, and beside it
 * `RUN/LETTERS.json` with what is known of them. Everything is for its owner only and is never removed by the program.
 */
export interface PaidFolder {
  /** Writes something, and removes it again: throws as `put` does where nothing could be kept. */
  prove(): Promise<void>;
  /**
   * Writes bytes and facts; durable when it resolves, and may be tried again when it does not. Throws ItemError
   * (`disk-full`, `write-failed`).
   */
  put(attemptId: string, bytes: Buffer, facts: PaidFacts): Promise<void>;
  /** Keeps an answer that is of no use, as `RUN/LETTERS.answer`. Throws as `put` does. */
  putEvidence(attemptId: string, bytes: Buffer): Promise<void>;
  pathOf(attemptId: string): string;
  evidencePathOf(attemptId: string): string;
  /**
   * What `put` wrote, read and compared; undefined where nothing, or not all of it, is there. Bytes that were whole but
   * had no name yet when their process died get it now. Throws ItemError (`read-failed`) when that cannot be told.
   */
  find(attemptId: string): Promise<PaidFacts | undefined>;
}

/** Makes nothing until something is put. A write that fails for what may pass is tried again, after each of `pausesMs`. */
export function openPaidStore(
  folder: string,
  disk: Disk = systemDisk,
  pausesMs: readonly number[] = [50, 200, 800],
): PaidFolder {
  const made = new Map<string, Promise<void>>();

  // Once by this process, whoever made it: until its name is on the disk, nothing in it is.
  async function make(place: string): Promise<void> {
    const before = made.get(place);
    if (before !== undefined) return before;
    const making = disk.makeFolder(place, folder);
    made.set(place, making);
    await making.catch((error) => {
      made.delete(place);
      throw error;
    });
  }

  async function write(path: string, bytes: Buffer): Promise<void> {
    const place = dirname(path);
    for (const pauseMs of [...pausesMs, undefined]) {
      try {
        await make(place);
        await disk.write(tempOf(path), bytes);
        await disk.rename(tempOf(path), path);
        return await disk.syncFolder(place);
      } catch (error) {
        made.delete(place);
        if (pauseMs === undefined || !mayPass(error)) throw cannotKeep(folder, error);
        await sleep(pauseMs);
      }
    }
  }

  const pathFor = (id: string, ending: string) => {
    const [, run, letters] = idPattern.exec(id) ?? [];
    if (run === undefined || letters === undefined) throw new TypeError(`not the id of an attempt: ${id}`);
    return join(folder, run, `${letters}.${ending}`);
  };

  // The bytes under their own name, or under the temporary one where they are those that were to get it.
  async function readWhole(path: string, facts: PaidFacts | undefined): Promise<Buffer | undefined> {
    const bytes = await disk.read(path);
    if (bytes !== undefined || facts === undefined) return bytes;
    const unnamed = await disk.read(tempOf(path));
    if (unnamed === undefined || !(await fits(unnamed, facts))) return undefined;
    await write(path, unnamed);
    return unnamed;
  }

  return {
    async prove() {
      const place = join(folder, `probe-${process.pid}-${randomUUID()}`);
      await write(join(place, 'probe'), Buffer.from('can this be kept?\n'));
      made.delete(place);
      await disk.removeFolder(place).catch((error) => {
        throw cannotKeep(folder, error);
      });
    },
    async put(id, bytes, facts) {
      await write(pathFor(id, 'json'), Buffer.from(`${JSON.stringify({ version: 1, ...facts })}\n`));
      await write(pathFor(id, 'img'), bytes);
    },
    putEvidence: (id, bytes) => write(pathFor(id, 'answer'), bytes),
    pathOf: (id) => pathFor(id, 'img'),
    evidencePathOf: (id) => pathFor(id, 'answer'),
    async find(id) {
      try {
        const sidecar = await disk.read(pathFor(id, 'json'));
        const facts = sidecar && parseFacts(sidecar);
        const bytes = await readWhole(pathFor(id, 'img'), facts);
        if (bytes === undefined) return undefined;
        if (facts === undefined) return await factsOf(bytes);
        return (await fits(bytes, facts)) ? facts : undefined;
      } catch (error) {
        throw cannotLook(folder, error);
      }
    },
  };
}

// A run's id and letters behind its last hyphen; nothing that could lead elsewhere.
const idPattern = /^([A-Za-z0-9][A-Za-z0-9-]*)-([A-Za-z0-9]+)$/;

function tempOf(path: string): string {
  return `${path}.tmp`;
}

function parseFacts(sidecar: Buffer): PaidFacts | undefined {
  const parsed = parseJson(sidecar.toString('utf8'));
  if (!isRecord(parsed) || typeof parsed.sha256 !== 'string' || typeof parsed.bytes !== 'number')
    return undefined;
  // What is undefined has no place in JSON.
  const {
    costMicrousd,
    costKind = 'unknown',
    usage,
    requestId,
    sha256,
    bytes,
  } = parsed as unknown as PaidFacts;
  return { costMicrousd, costKind, usage, requestId, sha256, bytes };
}

// Bytes whose sidecar is gone are a picture that was paid for all the same.
async function factsOf(bytes: Buffer): Promise<PaidFacts> {
  const unknown = {
    costMicrousd: undefined,
    costKind: 'unknown',
    usage: undefined,
    requestId: undefined,
  } as const;
  return { ...unknown, sha256: await sha256InTurns(bytes), bytes: bytes.length };
}

async function fits(bytes: Buffer, facts: PaidFacts): Promise<boolean> {
  return bytes.length === facts.bytes && (await sha256InTurns(bytes)) === facts.sha256;
}
