// The keys there are. Reads the index of the store and the environment: unlocks nothing, asks nobody, loads little.
import { cleanKey } from '../../credentials/clean-key.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { baseUrlVariable, type Candidate, candidates } from '../../credentials/sources.ts';
import { CommandError } from '../../errors.ts';
import type { KeyEntry } from '../../keystore/keystore.ts';
import { keyProviders } from '../../providers/key-providers.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import { hint, warn, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import type { KeyFlags } from '../key.ts';
import { ageDays, daysAgo, keyJson, maxAgeDays } from './describe.ts';

interface Row {
  readonly name: string;
  readonly provider: string;
  readonly used: boolean;
  readonly why: string;
  readonly entry?: KeyEntry;
  /** Of a variable. */
  readonly tail?: string;
  readonly problem?: string;
}

export async function listKeys({ json }: KeyFlags, context: KeyContext): Promise<void> {
  const { streams, env } = context;
  const entries = await (await context.keystore()).entries();
  const rows = [...keyProviders.flatMap((provider) => rowsOf(provider, env, entries)), ...strangers(entries)];
  const lines = json ? rows.map((row) => asJson(row, context)) : await asTable(rows, context);
  for (const line of lines) await writeResult(streams, `${line}\n`);
  if (rows.length === 0) hint(streams, 'there are no keys yet; add one: imgsys key add');
  for (const text of keyProviders.flatMap((provider) => hidden(provider, env, entries))) warn(streams, text);
  remind(rows, context);
}

function rowsOf(provider: KeyProvider, env: NodeJS.ProcessEnv, entries: readonly KeyEntry[]): Row[] {
  const found = candidates(provider, env, entries);
  const [first] = found;
  const of = (candidate: Candidate): Row => ({
    ...{ name: candidate.name, provider: provider.id, used: candidate === first, why: candidate.why },
    ...(candidate.entry && { entry: candidate.entry }),
    ...(candidate.variable !== undefined && readVariable(candidate.variable, env)),
  });
  const others = entries.filter((entry) => entry.provider === provider.id && !entry.isDefault);
  const named = (entry: KeyEntry): Row => ({
    ...{ name: entry.id, provider: provider.id, used: false, why: `with --key ${entry.name}`, entry },
  });
  return [...found.map(of), ...others.map(named)];
}

// Keys for providers that this version does not know.
function strangers(entries: readonly KeyEntry[]): Row[] {
  const others = entries.filter((entry) => !keyProviders.some(({ id }) => id === entry.provider));
  return others.map((entry) => ({
    ...{
      name: entry.id,
      provider: entry.provider,
      used: false,
      why: 'this imgsys does not know the provider',
      entry,
    },
  }));
}

function readVariable(variable: string, env: NodeJS.ProcessEnv): { tail?: string; problem?: string } {
  try {
    const tail = cleanKey(env[variable] ?? '', variable).tail();
    return tail === undefined ? {} : { tail };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { problem: error.message };
  }
}

// Where somebody might expect another key to be used than the one that is.
function hidden(provider: KeyProvider, env: NodeJS.ProcessEnv, entries: readonly KeyEntry[]): string[] {
  const [first, ...others] = candidates(provider, env, entries);
  if (first === undefined) return [];
  const texts = others.map(({ name }) => `${name} is not used: ${first.name} goes before it`);
  const variable = baseUrlVariable(provider);
  const address = env[variable]?.trim().replace(/\/+$/, '');
  if (address && first.entry !== undefined && address !== first.entry.baseUrl) {
    texts.push(`${variable} is not used: ${first.name} goes only to the address it was added with`);
  }
  return texts;
}

function remind(rows: readonly Row[], { streams, clock }: KeyContext): void {
  for (const { entry, problem } of rows) {
    if (problem !== undefined) warn(streams, problem);
    if (entry?.kind !== 'stored') continue;
    const days = ageDays(entry, clock.now());
    if (days < maxAgeDays) continue;
    warn(streams, `${entry.id} is ${counted(days, 'day')} old; replace it: imgsys key rotate ${entry.id}`);
  }
}

function asJson({ name, provider, used, why, entry, tail }: Row, { clock }: KeyContext): string {
  const facts =
    entry === undefined
      ? { type: 'key', key: name, provider, kind: 'environment', tail: tail ?? null, default: false }
      : keyJson(entry, clock.now());
  const shown =
    entry?.reference === undefined ? {} : { scheme: /^[a-z-]+/.exec(entry.reference)?.[0] ?? null };
  return JSON.stringify({ ...facts, ...shown, used, why });
}

async function asTable(rows: readonly Row[], { clock }: KeyContext): Promise<string[]> {
  if (rows.length === 0) return [];
  const now = clock.now();
  const cells: string[][] = [['', 'key', 'kind', 'ends in', 'age', 'verdict', 'default']];
  for (const { name, used, entry, tail } of rows) {
    const days = entry === undefined ? 0 : ageDays(entry, now);
    const age = entry === undefined ? '-' : days === 0 ? 'today' : counted(days, 'day');
    cells.push([
      used ? '*' : '',
      name,
      await kindOf(entry),
      (entry?.tail ?? tail) || '-',
      age,
      verdictOf(entry, now),
      entry?.isDefault ? 'default' : '',
    ]);
  }
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const used = rows.filter((row) => row.used);
  return [...table, ...used.map(({ provider, name, why }) => `${provider} uses ${name}: ${why}`)];
}

function verdictOf(entry: KeyEntry | undefined, now: number): string {
  const { verdict, verdictAtMs } = entry ?? {};
  if (verdict === undefined) return 'not checked';
  return verdictAtMs === undefined
    ? printable(verdict)
    : `${printable(verdict)} ${daysAgo(verdictAtMs, now)}`;
}

async function kindOf(entry: KeyEntry | undefined): Promise<string> {
  if (entry === undefined) return 'environment';
  if (entry.kind === 'no-key') return 'no key';
  if (entry.reference === undefined) return 'stored';
  const { describeReference, parseReference } = await import('../../references/references.ts');
  try {
    return describeReference(parseReference(entry.reference));
  } catch (error) {
    // Of a newer version.
    if (!(error instanceof CommandError)) throw error;
    return 'reference';
  }
}
