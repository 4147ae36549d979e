// Where a run's pictures come from: named paths, a list, or one picture through a pipe.
import { relative } from 'node:path';
import type { Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { sniff } from '../../images/sniff.ts';
import { isOurTemp } from '../../outputs/write.ts';
import { type DiscoverOptions, discover, discoverList } from '../../sources/discover.ts';
import { readInput } from '../../sources/input.ts';
import type { Found } from '../../sources/source.ts';
import type { Enhancement } from './options.ts';
import { usage } from './usage.ts';

export type Input =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'list'; readonly entries: AsyncIterable<string | Uint8Array> }
  | { readonly kind: 'image'; readonly bytes: AsyncIterable<Buffer> };

/** What stands on standard input: a list, or one picture. Throws CommandError where there is none. */
export async function openInput({ streams }: Context): Promise<Exclude<Input, { kind: 'paths' }>> {
  if (streams.stdin.isTTY) {
    throw usage(
      'no input: name files or folders',
      'for example imgsys enhance photos -o enhanced; imgsys enhance --help shows more',
    );
  }
  const input = await readInput(streams.stdin, (head) => sniff(head).kind !== 'other');
  if (input.kind !== 'empty') return input;
  throw new CommandError('no input: nothing on standard input', {
    exitCode: exitCodes.noInput,
    hint: 'name files or folders, or pipe a list of them in',
  });
}

/** A list that can be walked more than once, where that is needed: a paid run looks at all of it first. */
export async function keepList<Given extends Input>(input: Given, isNeeded: boolean): Promise<Given> {
  if (input.kind !== 'list' || !isNeeded) return input;
  const kept: (string | Uint8Array)[] = [];
  for await (const entry of input.entries) kept.push(entry);
  return { ...input, entries: again(kept) };
}

function again<Item>(items: readonly Item[]): AsyncIterable<Item> {
  return {
    async *[Symbol.asyncIterator]() {
      yield* items;
    },
  };
}

export function findSources(
  input: Exclude<Input, { kind: 'image' }>,
  { batch, include, exclude, maxDepth, hidden }: Enhancement,
  stops: Stops,
  { cwd }: Context,
): AsyncIterable<Found> {
  const skipFolders = [batch.outputFolder, batch.backupFolder].filter((folder) => folder !== undefined);
  const options: DiscoverOptions = {
    include,
    exclude,
    maxDepth,
    hidden,
    skipFolders,
    leaveOut: isOurTemp,
    signal: stops.drain,
  };
  return input.kind === 'paths'
    ? discover(input.paths, cwd, options)
    : discoverList(input.entries, cwd, options);
}

/** Of what was found, the sources with these paths; all of it without them. */
export async function* onlyThese(
  found: AsyncIterable<Found>,
  paths: ReadonlySet<string> | undefined,
): AsyncIterable<Found> {
  if (paths === undefined) {
    yield* found;
    return;
  }
  const missing = new Set(paths);
  for await (const item of found) {
    if (item.kind === 'source' && missing.delete(item.source.path)) yield item;
  }
  for (const shown of missing) {
    yield { kind: 'problem', shown, reason: 'not-found', message: 'is not there any more', failed: true };
  }
}

/** A list as it was once given on standard input: relative to the folder it was given in. */
export function listed(paths: ReadonlySet<string>, cwd: string): AsyncIterable<string> {
  return again(
    [...paths].map((path) => {
      const below = relative(cwd, path);
      return below.startsWith('..') ? path : below;
    }),
  );
}

/** How many files a second walk finds; it reads none of them. */
export async function countSources(found: AsyncIterable<Found>, stops: Stops): Promise<number> {
  let files = 0;
  try {
    for await (const _ of found) files += 1;
  } catch (error) {
    if (error !== stops.drain.reason) throw error;
  }
  return files;
}
