// What is said about a key, in words and in JSON.
import type { KeyEntry } from '../../keystore/keystore.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import { counted } from '../../text.ts';

const dayMs = 86_400_000;
/** A key older than this is better replaced. */
export const maxAgeDays = 90;

/** Days since the key was added or last rotated. */
export function ageDays({ createdAtMs, rotatedAtMs = createdAtMs }: KeyEntry, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - rotatedAtMs) / dayMs));
}

/** `today`, `3 days ago`. */
export function daysAgo(thenMs: number, nowMs: number): string {
  const days = Math.max(0, Math.floor((nowMs - thenMs) / dayMs));
  return days === 0 ? 'today' : `${counted(days, 'day')} ago`;
}

/** The members of a key that are part of the JSON contract; times as ISO 8601 in UTC. */
export function keyJson(entry: KeyEntry, nowMs: number): Record<string, unknown> {
  const days = ageDays(entry, nowMs);
  return {
    ...{ type: 'key', key: entry.id, provider: entry.provider, name: entry.name, kind: entry.kind },
    ...{ tail: entry.tail ?? null, baseUrl: entry.baseUrl ?? null },
    ...{ organisation: entry.organisation ?? null, project: entry.project ?? null },
    ...{ createdAt: isoTime(entry.createdAtMs), rotatedAt: isoTime(entry.rotatedAtMs), ageDays: days },
    ...{ rotationDue: entry.kind === 'stored' && days >= maxAgeDays },
    ...{ verdict: entry.verdict ?? null, verdictAt: isoTime(entry.verdictAtMs) },
    ...{ hasPrevious: entry.hasPrevious, default: entry.isDefault },
  };
}

/** What to run once the key is there: the enhancement with it, else the first that the provider does, as soon as it can. */
export async function nextCommand({ id }: KeyProvider, entry: KeyEntry): Promise<string> {
  // Loaded where it is needed: a list of keys knows nothing of models and prices.
  const { enhanceProviders } = await import('../../providers/enhance-providers.ts');
  const provider = enhanceProviders.find((one) => one.id === id);
  const first = provider && firsts.find(({ operation }) => provider.modelFor[operation] !== undefined);
  if (first === undefined) return 'imgsys key list';
  const key = entry.isDefault ? '' : ` --key ${entry.name}`;
  return `imgsys enhance photos -o enhanced --provider ${id}${key}${first.flags} --dry-run`;
}

// Those that want nothing but pictures.
const firsts = [
  { operation: 'enhance', flags: '' },
  { operation: 'remove-background', flags: ' -p remove-background' },
  { operation: 'upscale', flags: ' -p upscale' },
] as const;

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
