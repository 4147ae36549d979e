// What is said about a key, in words and in JSON.
import type { KeyEntry } from '../../keystore/keystore.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import { providers } from '../../providers/providers.ts';
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

/** What to run once the key is there: the enhancement with it as soon as the provider can do one. */
export function nextCommand({ id }: KeyProvider, entry: KeyEntry): string {
  const known: readonly { readonly id: string }[] = providers;
  if (!known.some((provider) => provider.id === id)) return 'imgsys key list';
  const key = entry.isDefault ? '' : ` --key ${entry.name}`;
  return `imgsys enhance photos -o enhanced --provider ${id}${key} --dry-run`;
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
