import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createStops } from '../../batch/stops.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes, ItemError, systemCode } from '../../errors.ts';
import { estimatePrepare } from '../../images/memory.ts';
import { fitSize } from '../../images/upload/fit-size.ts';
import type { Prepared } from '../../images/upload/prepare.ts';
import { openPicture } from '../../open-picture.ts';
import type { Upload } from '../../providers/enhance.ts';
import { prepareArgs } from '../../remote-maker.ts';
import type { Found, Source } from '../../sources/source.ts';
import { say, writeResult } from '../../streams.ts';
import { describeWriteError } from '../../system-errors.ts';
import { printable } from '../../text.ts';
import { findSources, type Input } from './input.ts';
import type { Enhancement } from './options.ts';

/**
 * Writes what would be sent of the first picture to `name`; sends nothing and needs no key. Throws CommandError: 2 where
 * `name` exists or cannot be written, 3 where the picture cannot be read, 6 where there is none.
 */
export async function showUpload(
  input: Exclude<Input, { kind: 'image' }>,
  name: string,
  enhancement: Enhancement,
  context: KeyContext,
): Promise<void> {
  const { work, batch } = enhancement;
  if (work.kind !== 'remote') throw new Error('nothing is sent by this processor');
  const { recipe } = work;
  const { pool, budget } = await context.workers(1, batch.memoryBudgetBytes);
  const { source, upload } = await pool.use((worker) =>
    firstUpload(findSources(input, enhancement, createStops(), context), async (source) => {
      const picture = await openPicture(worker, budget, source, { ...enhancement, scale: 1 });
      try {
        const { facts } = picture.opened;
        const fit = fitSize(facts, recipe.model.sizes, recipe.uploadPixels);
        const memoryBytes = estimatePrepare(facts, fit.width * fit.height);
        return await picture.ask('prepare', prepareArgs(recipe, enhancement.limits), memoryBytes);
      } finally {
        await picture.close();
      }
    }),
  );
  const place = resolve(context.cwd, name);
  try {
    await writeFile(place, upload.bytes, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      throw failed(`${name} exists`, exitCodes.usage, 'name another file, or remove it');
    }
    throw failed(`${name}: ${describeWriteError(error).message}`, exitCodes.usage);
  }
  const { width, height, type, bytes } = upload;
  say(
    context.streams,
    `this is what would be sent of ${printable(source.shown)}: ${width}x${height}, ${type}, ${bytes.length.toLocaleString('en-US')} bytes`,
  );
  await writeResult(context.streams, `${context.streams.stdout.isTTY ? printable(name) : name}\n`);
}

// Files that are no pictures are passed over, as a run would.
async function firstUpload(
  found: AsyncIterable<Found>,
  prepare: (source: Source) => Promise<Prepared>,
): Promise<{ source: Source; upload: Upload }> {
  for await (const item of found) {
    if (item.kind !== 'source') continue;
    const { source } = item;
    try {
      return { source, upload: (await prepare(source)).upload };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      if (error.reason === 'not-an-image' && !source.named) continue;
      throw failed(`${source.shown}: ${error.message}`, exitCodes.someFailed, error.hint);
    }
  }
  throw failed('no picture was found', exitCodes.noInput, 'name a file or a folder with pictures');
}

function failed(message: string, exitCode: 2 | 3 | 6, hint?: string): CommandError {
  return new CommandError(printable(message), { exitCode, ...(hint !== undefined && { hint }) });
}
