// The ways in which people send many pictures today: the official SDK with its own retries behind a queue.
import Bottleneck from 'bottleneck';
import OpenAI, { toFile } from 'openai';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import { type Client, type Course, model, prompt } from './course.ts';

type Send = (picture: Buffer) => Promise<void>;

/** Where a client is told the limit, its name says so: the others have to find it out. */
export const rivals: readonly Client[] = [
  {
    name: 'p-limit(8) + openai SDK',
    run(course) {
      const limit = pLimit(8);
      const send = sender(course);
      return count(course.pictures.map((picture) => limit(send, picture)));
    },
  },
  {
    name: 'p-queue 200/min (told) + openai SDK',
    run: (course) => queued(course, { intervalCap: 200, interval: 60_000 }),
  },
  {
    name: 'p-queue 3/s (told) + openai SDK',
    run: (course) => queued(course, { intervalCap: 3, interval: 1000 }),
  },
  {
    name: 'bottleneck 300 ms (told), own retries',
    run(course) {
      return throttled(course, new Bottleneck({ maxConcurrent: 8, minTime: 300 }));
    },
  },
  {
    name: 'bottleneck, told rate and burst',
    run(course) {
      const limiter = new Bottleneck({
        ...{ maxConcurrent: 20, reservoir: 20, reservoirIncreaseMaximum: 20 },
        ...{ reservoirIncreaseAmount: 5, reservoirIncreaseInterval: 1500 },
      });
      return throttled(course, limiter);
    },
  },
];

function throttled(course: Course, limiter: Bottleneck): Promise<number> {
  // As its own documentation has it: try again later, a few times.
  limiter.on('failed', (_error, { retryCount }) => (retryCount < 5 ? 1000 * 2 ** retryCount : undefined));
  const send = sender(course, 0);
  return count(course.pictures.map((picture) => limiter.schedule(send, picture)));
}

function queued(course: Course, interval: { intervalCap: number; interval: number }): Promise<number> {
  const queue = new PQueue({ concurrency: 8, ...interval });
  const send = sender(course);
  return count(course.pictures.map((picture) => queue.add(() => send(picture))));
}

function sender({ baseUrl, keys, timeoutMs }: Course, maxRetries?: number): Send {
  const [apiKey] = keys;
  const retries = maxRetries === undefined ? {} : { maxRetries };
  const client = new OpenAI({ apiKey, baseURL: baseUrl, timeout: timeoutMs, ...retries });
  return async (picture) => {
    const image = await toFile(picture, 'photo.png', { type: 'image/png' });
    const answer = await client.images.edit({ image, model, prompt, size: '1024x1024' });
    if (answer.data?.[0]?.b64_json === undefined) throw new Error('no picture came');
  };
}

async function count(sends: readonly Promise<unknown>[]): Promise<number> {
  const ends = await Promise.allSettled(sends);
  return ends.filter(({ status }) => status === 'fulfilled').length;
}
