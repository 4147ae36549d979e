// Services as an engine: a picture is made ready in a worker process, bought, and made whole again in a worker process.
import pLimit from 'p-limit';
import type { Engine, EngineResult, OpenImage } from './batch/engine.ts';
import { GivenUp, ItemError, type ItemReason } from './errors.ts';
import type { EncodeOptions } from './images/encode.ts';
import type { DecodeLimits } from './images/facts.ts';
import { hashIn, type OpenOptions, openPicture, type Picture } from './open-picture.ts';
import type { Maker, MakerSource } from './remote-maker.ts';
import type { Source } from './sources/source.ts';
import type { MemoryBudget } from './workers/budget.ts';
import type { WorkerPool } from './workers/pool.ts';
import type { Worker } from './workers/worker.ts';

export interface RemoteEngineOptions extends Omit<OpenOptions, 'scale'> {
  readonly limits: DecodeLimits;
  readonly encode: Omit<EncodeOptions, 'format' | 'disclosure'>;
  /** Whether results say how they were made. */
  readonly disclose: boolean;
  /** Who makes the pictures, in the order they are asked. */
  readonly makers: readonly Maker[];
  /** Pictures that are made ready at once. */
  readonly places: number;
  warn(message: string, hint?: string): void;
}

/** Services as an engine. A call holds neither a worker nor a share of the memory. */
export function createRemoteEngine(
  pool: WorkerPool,
  budget: MemoryBudget,
  options: RemoteEngineOptions,
): Engine {
  const { makers, encode, limits, disclose } = options;
  const places = pLimit(options.places);
  const leader = firstOf(makers);
  const makeBy = makersInTurn(options);

  const openAt = async (source: Source) => {
    const lease = await leaseWorker(pool);
    try {
      const picture = await openPicture(lease.worker, budget, source, { ...options, scale: 1 });
      const close = () => picture.close().finally(lease.end);
      return { ...picture, close };
    } catch (error) {
      lease.end();
      throw error;
    }
  };

  async function work<Result>(
    source: Source,
    job: (image: OpenImage) => Promise<Result>,
    leave: () => void,
  ): Promise<Result> {
    let held: Picture | undefined = await openAt(source);
    const { opened } = held;

    // The picture and its place are let go while others work on it, and opened again when they are done.
    async function letGo(): Promise<void> {
      leave();
      await pause();
    }

    async function pause(): Promise<void> {
      const going = held;
      held = undefined;
      await going?.close();
    }

    async function picture(): Promise<Picture> {
      if (held !== undefined) return held;
      const again = await openAt(source);
      held = again;
      if (again.opened.sha256 === opened.sha256) return again;
      throw new ItemError('changed-while-read', 'changed while it was worked on', { hint: 'run again' });
    }

    const to = { ...encode, format: opened.target };
    const made: MakerSource = { source, opened, limits, encode: to, disclose, letGo, pause, picture };
    try {
      return await job({
        ...opened,
        check: async (path) => (await picture()).check(path),
        plan: () => leader.plan(made),
        enhance: (tempPath) => makeBy(made, tempPath),
      });
    } finally {
      await letGo();
    }
  }

  return {
    async withImage(source, job, begin) {
      const place = await takePlace(places);
      try {
        if (!(await begin())) return undefined;
        return await work(source, job, place.leave);
      } finally {
        place.leave();
      }
    },
    hash: (path) => pool.use((worker) => hashIn(worker, path)),
  };
}

function firstOf([first]: readonly Maker[]): Maker {
  if (first === undefined) throw new Error('nobody is there to make pictures');
  return first;
}

// One after the other, where that was asked for; a call that may have been charged is nobody else's to repeat. One that
// can make nothing more is no reason to stop, while the first one still can.
function makersInTurn({ makers, warn }: RemoteEngineOptions) {
  const out = new Set<Maker>();

  function tellOut(maker: Maker, { message, hint }: GivenUp): void {
    if (out.has(maker)) return;
    out.add(maker);
    warn(`${maker.name} cannot stand in any more: ${message}`, hint);
  }

  return async (made: MakerSource, tempPath: string): Promise<EngineResult> => {
    const failures: Error[] = [];
    for (const [at, maker] of makers.entries()) {
      try {
        const result = await maker.make(made, tempPath);
        if (at === 0) return result;
        const message = `made by ${maker.name}, since ${failures.map((error) => error.message).join('; ')}`;
        return { ...result, warnings: [...result.warnings, { code: 'fallback', message }] };
      } catch (error) {
        if (!isForOthers(error)) throw error;
        failures.push(error);
        if (at > 0 && error instanceof GivenUp) tellOut(maker, error);
      }
    }
    const last = failures.at(-1);
    throw last instanceof GivenUp ? failures[0] : last;
  };
}

const forOthers: readonly ItemReason[] = ['provider-refused', 'provider-failed', 'not-bought'];

function isForOthers(error: unknown): error is Error {
  // What may be spent is spent, whoever would be paid.
  if (error instanceof GivenUp) return error.stop !== undefined && error.stop !== 'spending-limit';
  return error instanceof ItemError && forOthers.includes(error.reason);
}

interface Lease {
  readonly worker: Worker;
  /** Gives the worker back. */
  end(): void;
}

function leaseWorker(pool: WorkerPool): Promise<Lease> {
  return new Promise((resolve, reject) => {
    pool.use((worker) => new Promise<void>((end) => resolve({ worker, end }))).catch(reject);
  });
}

function takePlace(places: ReturnType<typeof pLimit>): Promise<{ leave(): void }> {
  return new Promise((resolve, reject) => {
    places(() => new Promise<void>((leave) => resolve({ leave }))).catch(reject);
  });
}
