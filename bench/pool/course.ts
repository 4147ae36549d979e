// What every client is measured on: the pictures, the service's limits, and what is counted afterwards.
import sharp from 'sharp';
import {
  type ImageServer,
  type ImageServerOptions,
  startImageServer,
} from '../../test/helpers/image-server.ts';

export const model = 'gpt-image-2.5-flare';
export const prompt = 'make this photograph clearer';

/** One way to get pictures through. */
export interface Client {
  readonly name: string;
  /** Resolves when every picture has come or failed; answers how many came. */
  run(course: Course): Promise<number>;
}

export interface Course {
  readonly baseUrl: string;
  /** Keys of the client: one an organisation of its own. */
  readonly keys: readonly string[];
  readonly pictures: readonly Buffer[];
  readonly timeoutMs: number;
}

export interface Score {
  readonly name: string;
  readonly seconds: number;
  /** The time that the limits alone ask for the pictures that came, by the time taken. */
  readonly share: number;
  readonly failed: number;
  readonly refused: number;
  readonly billed: number;
  readonly twice: number;
}

const limits = { imagesPerMinute: 200, burst: 20 } as const;
const latencyMs = [400, 600] as const;

/** Small photographs that differ: PNG of 64×48. */
export function makePictures(count: number): Promise<Buffer[]> {
  const shades = Array.from({ length: count }, (_, n) => ({ r: n % 256, g: (n * 7) % 256, b: 90 }));
  return Promise.all(
    shades.map((background) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
}

export interface Conditions extends Partial<ImageServerOptions> {
  readonly timeoutMs?: number;
  readonly keysEach?: number;
}

/** Lets all clients run at the same time against one service, each with organisations of its own. */
export async function race(
  clients: readonly Client[],
  pictures: readonly Buffer[],
  conditions: Conditions = {},
): Promise<Score[]> {
  const { timeoutMs = 60_000, keysEach = 1, ...options } = conditions;
  const keysOf = (at: number) => Array.from({ length: keysEach }, (_, key) => `sk-bench-${at}-${key}`);
  const keys = Object.fromEntries(clients.flatMap((_, at) => keysOf(at).map((key) => [key, `org-${key}`])));
  const server = await startImageServer({ ...limits, latencyMs, answer: 'fixed', keys, ...options });
  try {
    return await Promise.all(
      clients.map(async (client, at) => {
        const startedMs = performance.now();
        const course = { baseUrl: server.baseUrl, keys: keysOf(at), pictures, timeoutMs };
        const came = await client.run(course);
        const seconds = (performance.now() - startedMs) / 1000;
        return scoreOf(client.name, seconds, came, server, course, { ...limits, latencyMs, ...options });
      }),
    );
  } finally {
    await server.close();
  }
}

function scoreOf(
  name: string,
  seconds: number,
  came: number,
  server: ImageServer,
  { keys, pictures }: Course,
  {
    imagesPerMinute,
    burst,
    latencyMs: [from, to],
  }: Pick<ImageServerOptions, 'imagesPerMinute' | 'burst' | 'latencyMs'>,
): Score {
  const mine = server.journal.edits().filter(({ key }) => keys.includes(key));
  const waiting = Math.max(0, came - burst * keys.length);
  const ideal = waiting / ((imagesPerMinute * keys.length) / 60) + (from + to) / 2000;
  return {
    ...{ name, seconds, share: ideal / seconds, failed: pictures.length - came },
    refused: mine.filter(({ status }) => status === 429).length,
    billed: mine.filter(({ billed }) => billed).length,
    twice: server.journal.boughtTwice(keys).length,
  };
}

export function printScores(title: string, scores: readonly Score[]): void {
  console.log(`\n${title}`);
  const header = ['', 'seconds', 'of ideal', 'failed', '429s', 'billed', 'twice'];
  const rows = scores.map(({ name, seconds, share, failed, refused, billed, twice }) => [
    ...[name, seconds.toFixed(1), `${(share * 100).toFixed(1)} %`],
    ...[failed, refused, billed, twice].map(String),
  ]);
  for (const [name = '', ...cells] of [header, ...rows]) {
    console.log(`${name.padEnd(38)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
}
