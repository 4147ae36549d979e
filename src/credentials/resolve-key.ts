import { exitCodes } from '../errors.ts';
import {
  describeReference,
  type Reference,
  type ResolveOptions,
  resolveReference,
} from '../references/references.ts';
import type { Secret } from '../secret.ts';
import { cleanKey } from './clean-key.ts';

/** What a reference leads to, held to what a typed key is held to. Throws CommandError 4, or the signal's reason. */
export async function resolveKey(reference: Reference, options: ResolveOptions): Promise<Secret> {
  const found = await resolveReference(reference, options);
  const from = `no usable key from ${describeReference(reference)}: it`;
  return cleanKey(found.reveal(), from, exitCodes.noKey);
}
