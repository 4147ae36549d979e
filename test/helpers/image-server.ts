// An image service on this machine that speaks OpenAI's API, keeps its limits strictly, can fail in every known way, and
// writes down what it billed.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemClock } from '../../src/clock.ts';
import type { Journal } from './image-server/journal.ts';
import type { ImageServerOptions } from './image-server/options.ts';
import { Service } from './image-server/service.ts';

export type { JournalEntry } from './image-server/journal.ts';
export type { EditRequest, Fault, FaultPlan, ImageServerOptions } from './image-server/options.ts';

export interface ImageServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** What came and what was billed, the oldest first. */
  readonly journal: Journal;
  /** Changes options from now on; what the buckets hold stays. */
  set(changes: Partial<ImageServerOptions>): void;
  /** Resolves once nobody is connected and all that was asked is worked through, as after the end of a process. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** The key that is accepted unless others are given. */
export const testKey = 'sk-test-image-server-0001';

/** Without limits that are felt, without delay or faults. */
const defaults: ImageServerOptions = {
  keys: { [testKey]: 'org-test' },
  imagesPerMinute: 6000,
  burst: 6000,
  requestsPerMinute: 60_000,
  imageBucket: 'input-images',
  headers: 'openai',
  refuse: 'at-once',
  refusalCost: 0,
  latencyMs: [0, 0],
  slowBodyMs: 2000,
  answer: 'identity',
  faults: {},
  seed: 1,
  clock: systemClock,
};

/** Starts the service on a port of its own on 127.0.0.1. */
export async function startImageServer(options: Partial<ImageServerOptions> = {}): Promise<ImageServer> {
  const service = new Service({ ...defaults, ...options });
  let atWork = 0;
  const server = createServer(async (request, response) => {
    atWork += 1;
    try {
      await service.handle(request, response);
    } catch (error) {
      // A client that went away is no fault of the service; all else must be seen.
      if (request.errored !== null || response.destroyed) return;
      console.error(error);
      response.destroy();
    } finally {
      atWork -= 1;
    }
  });
  const connections = promisify(server.getConnections.bind(server));
  // As long as a service in the field keeps a connection: the reset of an idle one is not among the faults.
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    journal: service.journal,
    set: (changes) => service.set(changes),
    async idle() {
      // Between a timer and an immediate all that has come over the network is taken in.
      do {
        await sleep(10);
        await immediate();
      } while (atWork > 0 || (await connections()) > 0);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
