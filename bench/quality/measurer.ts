// A worker thread of pool.ts: measures one photograph after the other.
import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { measure, type Task } from './measure.ts';

sharp.concurrency(1);
parentPort?.on('message', async (task: Task) => parentPort?.postMessage(await measure(task)));
