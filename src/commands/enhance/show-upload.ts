import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createStops } from '../../batch/stops.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes, ItemError, systemCode } from '../../errors.ts';
import { estimatePrepare } from '../../images/memory.ts';
import { openPicture } from '../../open-picture.ts';
import type { Upload } from '../../providers/enhance.ts';
import { askFor, givesAlpha } from '../../purchases/for-picture.ts';
import type { RemoteRecipe } from '../../purchases/recipe.ts';
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
  const { work, batch, limits } = enhancement;
  if (work.kind !== 'remote') throw new Error('nothing is sent by this processor');
  const { recipe } = work;
  const { pool, budget } = await context.workers(1, batch.memoryBudgetBytes);
  const { source, upload, asked } = await pool.use((worker) =>
    firstUpload(findSources(input, enhancement, createStops(), context), async (source) => {
      const transparent = givesAlpha(recipe);
      const picture = await openPicture(worker, budget, source, { ...enhancement, transparent, scale: 1 });
      try {
        const { facts } = picture.opened;
        // By its own mask and edges, as a run would.
        const asked = await askFor(recipe, { ...picture.opened, relative: source.relative }, limits);
        if (asked === undefined) return undefined;
        const memoryBytes = estimatePrepare(facts, asked.fit.width * asked.fit.height);
        const { upload } = await picture.ask('prepare', prepareArgs(asked.recipe, limits), memoryBytes);
        return { upload, asked: asked.recipe };
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
    `this is what would be sent of ${printable(source.shown)}: ${width}x${height}, ${type}, ${bytes.length.toLocaleString('en-US')} bytes${besides(asked)}`,
  );
  await writeResult(context.streams, `${context.streams.stdout.isTTY ? printable(name) : name}\n`);
}

interface First {
  readonly upload: Upload;
  /** As that one picture is asked for. */
  readonly asked: RemoteRecipe;
}

function besides({ mask, wish: { edges } }: RemoteRecipe): string {
  const masked = mask?.kind === 'file' ? [`with the mask ${printable(mask.path)}`] : [];
  const sides =
    edges && `${edges.left} left, ${edges.right} right, ${edges.top} above, ${edges.bottom} below`;
  const grown = sides === undefined ? [] : [`to be continued by so many pixels: ${sides}`];
  return [...masked, ...grown].map((words) => `; ${words}`).join('');
}

// Files that are no pictures are passed over, as a run would, and those of which nothing would be sent.
async function firstUpload(
  found: AsyncIterable<Found>,
  prepare: (source: Source) => Promise<First | undefined>,
): Promise<First & { source: Source }> {
  for await (const item of found) {
    if (item.kind !== 'source') continue;
    const { source } = item;
    try {
      const first = await prepare(source);
      if (first !== undefined) return { source, ...first };
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
