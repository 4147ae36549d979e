// Picture files damaged in every way, opened and decoded by a worker process: a picture or a reason, and work goes on.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ItemError } from '../../src/errors.ts';
import type { ImageTaskByName } from '../../src/workers/tasks.ts';
import { startWorker, type Worker } from '../../src/workers/worker.ts';
import { hasShared, sharedBytes, sharedNames } from '../helpers/shared.ts';
import { tempFolder } from '../helpers/temp.ts';
import { limits } from '../images/pictures.ts';
import { free } from '../images/upload/rules.ts';
import { damaged, damages } from './damage.ts';
import { patienceMs, tries } from './runs.ts';

const reasons = [
  'damaged',
  'empty',
  'not-an-image',
  'unsupported-format',
  'svg-not-asked',
  'camera-raw',
  'too-many-pixels',
];
const start = () =>
  startWorker(new URL('../../src/image-worker.ts', import.meta.url), { PATH: process.env.PATH ?? '' });

let folder: string;
let worker: Worker;
beforeAll(async () => {
  folder = await tempFolder();
  worker = start();
});
afterAll(() => worker.kill());

function ask<Name extends keyof ImageTaskByName>(task: Name, args: ImageTaskByName[Name]['args']) {
  return worker.call(task, args, 120_000) as Promise<ImageTaskByName[Name]['value']>;
}

async function openAndDecode(bytes: Buffer): Promise<void> {
  const path = join(folder, 'source');
  await writeFile(path, bytes);
  await ask('open', { path, maxBytes: 10e6, limits, wish: 'keep', transparent: false, scale: 1 });
  await ask('prepare', { limits, rule: free, maxUploadBytes: 50e6, type: 'auto' });
}

describe.skipIf(!hasShared)('damaged pictures', () => {
  it('are decoded, or refused for a reason of their own', { timeout: patienceMs }, async () => {
    const names = sharedNames('corpora/formats').filter((name) => name !== 'MANIFEST.tsv');
    const files = names
      .map((name) => sharedBytes(`corpora/formats/${name}`))
      .filter(({ length }) => length < 60_000);
    expect(files.length).toBeGreaterThan(30);
    const ended = { decoded: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), damages, async (which, list) => {
        try {
          await openAndDecode(damaged(files[which % files.length] ?? Buffer.alloc(0), list));
          ended.decoded += 1;
        } catch (error) {
          if (!(error instanceof ItemError)) throw error;
          ended.refused += 1;
          // A decoder may end its own process: that is what it has one for.
          if (error.reason === 'worker-died' || error.reason === 'time-out') worker = start();
          else expect(reasons, `${error.reason}: ${error.message}`).toContain(error.reason);
          expect(error.message).toMatch(/^[^\n\p{Cc}]{4,200}[^.]$/u);
        }
      }),
      tries(40),
    );
    expect(Math.min(ended.decoded, ended.refused)).toBeGreaterThan(2);
  });
});
