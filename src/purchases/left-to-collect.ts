// Jobs of a service that have no end here yet: whether their pictures can still be fetched.
import { CallError, type FailureKind } from '../providers/enhance.ts';
import { collectHint } from '../settle-hints.ts';

/** What is told of a call whose picture can be collected. */
export const collectableInWords = 'its picture can still be collected: run the same command again';

/**
 * What an error says of a job that the service had accepted: it is `open`, and may be collected later; it failed and is
 * `free`; it was `paid` for nothing; it is `over`, and nobody knows whether it was charged.
 */
export function fateOfJob({ collectable, kind, charge }: CallError): 'open' | 'free' | 'paid' | 'over' {
  if (collectable) return 'open';
  if (charge === 'paid') return 'paid';
  if (saysNothing.has(kind)) return 'open';
  return charge === 'none' ? 'free' : 'over';
}

// About the way to the service, the key or our own stop, and not about the job.
const saysNothing: ReadonlySet<FailureKind> = new Set([
  ...(['cancelled', 'network', 'rate', 'auth', 'permission', 'quota'] as const),
]);

/**
 * The same error, of a call that may be charged and whose picture can be collected; `keyName` where another key must ask.
 * `inVain` is the call whose picture was asked for anew and did not come: it may never.
 */
export function leftToCollect(
  error: CallError,
  { keyName, inVain }: { readonly keyName?: string | undefined; readonly inVain?: string } = {},
): CallError {
  const { message, provider, kind, status, code, requestId, headers } = error;
  const way =
    inVain === undefined ? '' : `; if it never comes: imgsys usage settle ${inVain} --charged (or --free)`;
  return new CallError(message, {
    ...{ provider, kind, status, code, requestId, headers },
    ...{ charge: 'unsettled', collectable: true, hint: `${collectHint(keyName)}${way}` },
  });
}
