import type { KeyContext } from '../../credentials/key-context.ts';
import type { Secret } from '../../secret.ts';

export interface ReadReference {
  /** As it is stored. */
  readonly text: string;
  /** As it may be printed. */
  readonly shown: string;
  /** Asks the secret manager. Throws CommandError 4. */
  resolve(): Promise<Secret>;
}

/** Throws CommandError 2 for a text that is no reference; it is not repeated. */
export async function readReference(text: string, context: KeyContext): Promise<ReadReference> {
  const { describeReference, parseReference } = await import('../../references/references.ts');
  const { resolveKey } = await import('../../credentials/resolve-key.ts');
  const reference = parseReference(text);
  const { env, clock, interactive } = context;
  return {
    text: reference.text,
    shown: describeReference(reference),
    resolve: () => resolveKey(reference, { env, clock, interactive }),
  };
}
