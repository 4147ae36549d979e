// What a failed purchase means for the picture and for the run, in words.
import { GivenUp, ItemError } from '../errors.ts';
import { PoolClosed } from '../pool/closed.ts';
import { CallError } from '../providers/enhance.ts';
import type { AttemptRow } from './book.ts';

/** The error of the picture, or of the whole run, that `error` comes to; anything else is passed on as it is. */
export function explain(error: unknown, service: string): unknown {
  if (error instanceof PoolClosed) {
    const { why, message, hint } = error;
    return new GivenUp(message, { stop: stops[why], hint, cause: error });
  }
  if (!(error instanceof CallError)) return error;
  const { kind, charge, message, hint } = error;
  if (charge === 'unsettled') {
    return new ItemError('unsettled', `${service}: ${message}; the call may have been charged`, {
      hint: unsettledHint,
      cause: error,
    });
  }
  if (charge === 'paid') {
    return new ItemError(
      'answer-unusable',
      `${service} charged for an answer that is no picture: ${message}`,
      {
        hint: uselessHint,
        cause: error,
      },
    );
  }
  if (kind === 'cancelled') return new GivenUp(message, { cause: error });
  const isRefused = kind === 'refused' || kind === 'invalid';
  const next = hint ?? (isRefused ? undefined : 'run again later');
  return new ItemError(isRefused ? 'provider-refused' : 'provider-failed', `${service}: ${message}`, {
    ...(next !== undefined && { hint: next }),
    cause: error,
  });
}

const stops = {
  account: 'account',
  permission: 'account',
  'no-key': 'no-key',
  'max-wait': 'max-wait',
} as const;

const unsettledHint =
  "look it up in the provider's own usage page, then settle it: imgsys usage settle, or buy it again: --retry-unsettled always";
const uselessHint = 'what came is kept; buy the picture again with imgsys runs retry';

/** Why an earlier attempt keeps a picture from being bought. */
export function refuseToRepeat({ reason, runId }: AttemptRow, kind: 'unsettled' | 'useless'): ItemError {
  const why = reason === undefined ? '' : ` (${reason})`;
  return kind === 'unsettled'
    ? new ItemError('unsettled', `an earlier call in run ${runId} may have been charged${why}`, {
        hint: unsettledHint,
      })
    : new ItemError(
        'answer-unusable',
        `it was charged in run ${runId} for an answer that is no picture${why}`,
        {
          hint: uselessHint,
        },
      );
}
