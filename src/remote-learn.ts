// What paid calls tell of a key, kept with it: `key list` shows it.

import type { KeyContext } from './credentials/key-context.ts';
import type { Credential } from './credentials.ts';
import type { AttemptOutcome } from './pool/contract.ts';
import { verdictOfFailure } from './providers/openai/verdicts.ts';
import type { KeyProvider, VerdictKind } from './providers/provider.ts';

/** Verdicts that only a paid call brings up, and that the next one that succeeds takes back. */
const learnt: readonly VerdictKind[] = ['no-funds', 'unverified-organisation', 'invalid'];

/** Notes with stored keys what calls made with them have shown, each thing once a run. */
export function learnFrom(
  keys: KeyContext,
  provider: KeyProvider,
  warn: (message: string) => void,
): (credential: Credential, outcome: AttemptOutcome) => void {
  const noted = new Map<string, VerdictKind>();

  async function note(name: string, kind: VerdictKind): Promise<void> {
    const store = await keys.keystore();
    const entry = (await store.entries()).find(({ id }) => id === name);
    if (entry === undefined || entry.verdict === kind) return;
    // A key that works needs no word, unless something else was said of it before.
    if (kind === 'valid' && !learnt.some((other) => other === entry.verdict)) return;
    await store.noteVerdict(name, kind, keys.clock.now());
  }

  return (credential, outcome) => {
    if (credential.kind !== 'stored' && credential.kind !== 'reference') return;
    const kind = outcome.ok ? 'valid' : verdictOfFailure(outcome.error, provider, { secret: true }).kind;
    if (kind !== 'valid' && !learnt.includes(kind)) return;
    if (noted.get(credential.name) === kind) return;
    noted.set(credential.name, kind);
    note(credential.name, kind).catch((error) => {
      warn(`what was learnt of the key ${credential.name} could not be kept: ${error.message}`);
    });
  };
}
