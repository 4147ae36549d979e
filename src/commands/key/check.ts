// Asking the provider about a key that is not stored yet, and what follows from the answer.
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { hostOf } from '../../providers/base-url.ts';
import type { KeyProvider, Verdict } from '../../providers/provider.ts';
import type { Secret } from '../../secret.ts';
import { hint, say, warn } from '../../streams.ts';
import { printable } from '../../text.ts';

export interface KeyToCheck {
  readonly provider: KeyProvider;
  readonly secret: Secret | undefined;
  readonly baseUrl: string;
  readonly organisation?: string | undefined;
  readonly project?: string | undefined;
  /** What did not happen, for the message: `nothing was stored`. */
  readonly otherwise: string;
}

/**
 * The verdict on a key that may be stored. Warns where something is in the way of using it, or where nobody can be asked.
 * Throws CommandError: 4 when the provider does not accept it, 5 when that could not be found out.
 */
export async function checkKey(key: KeyToCheck, context: KeyContext): Promise<Verdict> {
  const { streams } = context;
  const { provider, secret, baseUrl, organisation, project, otherwise } = key;
  const isAsked = provider.canVerify !== false;
  if (isAsked) say(streams, `checking with ${hostOf(baseUrl)}, free of charge`);
  const verdict = await provider.verify({
    ...{ baseUrl, fetch: context.fetch },
    ...(secret && { secret }),
    ...(organisation !== undefined && { organisation }),
    ...(project !== undefined && { project }),
  });
  const { kind, sentence, nextStep } = verdict;
  if (kind === 'invalid') {
    throw new CommandError(`${sentence}; ${otherwise}`, { exitCode: exitCodes.noKey, hint: nextStep });
  }
  if (kind === 'unknown' && isAsked) {
    throw new CommandError(`the key could not be checked: ${sentence}; ${otherwise}`, {
      exitCode: exitCodes.temporary,
      hint: `${nextStep}; --no-verify goes on without checking`,
    });
  }
  if (kind !== 'valid') warn(streams, sentence);
  if (verdict.model?.available === false) {
    warn(streams, `the model ${printable(verdict.model.name)} is not there for this key`);
  }
  if (nextStep !== '') hint(streams, nextStep);
  return verdict;
}
