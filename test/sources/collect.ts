import { type DiscoverOptions, discover, discoverList } from '../../src/sources/discover.ts';
import type { Found, Source } from '../../src/sources/source.ts';

export const everything: DiscoverOptions = {
  include: [],
  exclude: [],
  maxDepth: Number.POSITIVE_INFINITY,
  hidden: false,
  skipFolders: [],
  signal: new AbortController().signal,
};

export type Problem = Extract<Found, { kind: 'problem' }>;

export async function collect(
  found: AsyncIterable<Found>,
): Promise<{ sources: Source[]; problems: Problem[] }> {
  const sources: Source[] = [];
  const problems: Problem[] = [];
  for await (const item of found) {
    if (item.kind === 'source') sources.push(item.source);
    else problems.push(item);
  }
  return { sources, problems };
}

export function find(inputs: readonly string[], cwd: string, options: Partial<DiscoverOptions> = {}) {
  return collect(discover(inputs, cwd, { ...everything, ...options }));
}

export async function places(inputs: readonly string[], cwd: string, options: Partial<DiscoverOptions> = {}) {
  return (await find(inputs, cwd, options)).sources.map((source) => source.relative);
}

export function findListed(
  entries: readonly (string | Uint8Array)[],
  cwd: string,
  options: Partial<DiscoverOptions> = {},
) {
  const list = (async function* () {
    yield* entries;
  })();
  return collect(discoverList(list, cwd, { ...everything, ...options }));
}
