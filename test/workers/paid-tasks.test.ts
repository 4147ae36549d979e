// Preparing and restoring in worker processes of their own, as a paid run does.
import { createHash } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainShape } from '../../src/images/restore/shape.ts';
import type { ImageTaskByName } from '../../src/workers/tasks.ts';
import { startWorker, type Worker } from '../../src/workers/worker.ts';
import { tempFolder } from '../helpers/temp.ts';
import { limits, refusal } from '../images/pictures.ts';
import { asSharp, identity, scene } from '../images/round-trip.ts';
import { free } from '../images/upload/rules.ts';

let folder: string;
let worker: Worker;

function ask<Name extends keyof ImageTaskByName>(task: Name, args: ImageTaskByName[Name]['args']) {
  return worker.call(task, args, 60_000) as Promise<ImageTaskByName[Name]['value']>;
}

const open = () =>
  ask('open', {
    path: join(folder, 'source.jpg'),
    maxBytes: 10e6,
    limits,
    wish: 'keep',
    transparent: false,
    scale: 1,
  });
const prepare = () => ask('prepare', { limits, rule: free, maxUploadBytes: 50e6, type: 'auto' });

async function restore(answerName: string, outputName: string) {
  await open();
  const { fit } = await prepare();
  const encode = { format: 'jpeg', quality: 92, metadata: 'keep', gps: 'keep' } as const;
  const paths = { answerPath: join(folder, answerName), tempPath: join(folder, outputName) };
  return ask('restore', { ...paths, fit, limits, encode, shape: plainShape });
}

beforeAll(async () => {
  folder = await tempFolder();
  worker = startWorker(new URL('../../src/image-worker.ts', import.meta.url), {
    PATH: process.env.PATH ?? '',
  });
  await writeFile(
    join(folder, 'source.jpg'),
    await asSharp(scene(1700, 300)).jpeg({ quality: 95 }).toBuffer(),
  );
});

afterAll(() => worker.kill());

describe('the tasks prepare and restore', () => {
  it('need nothing but the source and the paid file between them', async () => {
    await open();
    const { upload, fit } = await prepare();
    expect(Buffer.isBuffer(upload.bytes)).toBe(true);
    expect(await sharp(upload.bytes).metadata()).toMatchObject({ width: fit.width, height: fit.height });
    await writeFile(join(folder, 'answer.png'), await identity(upload.bytes));
    await ask('close', null);
    const restored = await restore('answer.png', 'output.jpg');
    const bytes = await readFile(join(folder, 'output.jpg'));
    expect(restored).toMatchObject({
      state: 'enhanced',
      width: 1700,
      height: 300,
      bytes: bytes.length,
      warnings: [],
    });
    expect(restored.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(restored.text).toBe(`answer of ${fit.width}x${fit.height} brought to 1700x300`);
  });

  it('read no answer that is too large, and write over nothing', async () => {
    await writeFile(join(folder, 'large.png'), '');
    await truncate(join(folder, 'large.png'), 2 ** 30);
    expect((await refusal(restore('large.png', 'none.jpg'))).message).toMatch(
      /^the answer has 1073741824 bytes/,
    );
    expect((await refusal(restore('none.png', 'none.jpg'))).reason).toBe('not-found');
    expect((await refusal(restore('answer.png', 'output.jpg'))).reason).toBe('output-exists');
  });

  it('say what is wrong with a mask', async () => {
    await open();
    await writeFile(join(folder, 'mask.tif'), await asSharp(scene(170, 30)).tiff().toBuffer());
    const mask = { path: join(folder, 'mask.tif'), style: 'alpha' } as const;
    const error = await refusal(
      ask('prepare', { limits, rule: free, maxUploadBytes: 50e6, type: 'auto', mask }),
    );
    expect([error.reason, error.message]).toEqual(['mask-unusable', 'the mask is TIFF']);
  });
});
