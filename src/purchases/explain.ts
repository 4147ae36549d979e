// What a failed purchase means for the picture and for the run, in words.
import { ChargedForNothing, GivenUp, ItemError } from '../errors.ts';
import { PoolClosed } from '../pool/pool-closed.ts';
import { CallError } from '../providers/enhance.ts';
import { collectHint, uselessHint } from '../settle-hints.ts';
import { printable } from '../text.ts';
import type { AttemptRow } from './book.ts';
import { KeyLimitReached } from './key-limit.ts';
import { collectableInWords } from './left-to-collect.ts';

/** The error of the picture, or of the whole run, that `error` comes to; anything else is passed on as it is. */
export function explain(error: unknown, service: string, model: string): unknown {
  const last = error instanceof PoolClosed ? error.callError : error;
  if (last instanceof KeyLimitReached) return last.end;
  if (error instanceof PoolClosed) return closed(error, service, model);
  if (!(error instanceof CallError)) return error;
  const { kind, charge, message, hint } = error;
  if (charge === 'unsettled') {
    return new ItemError('unsettled', `${service}: ${message}; the call may have been charged`, {
      hint: error.collectable ? (hint ?? collectHint()) : unsettledHint,
      cause: error,
    });
  }
  if (charge === 'paid') {
    return new ChargedForNothing(`${service} charged for an answer that is no picture: ${message}`, {
      ...{ fault: 'no-picture', hint: uselessHint, cause: error },
    });
  }
  if (kind === 'cancelled') return new GivenUp(message, { cause: error });
  const isRefused = kind === 'refused' || kind === 'invalid';
  const next = hint ?? (isRefused ? undefined : 'run again later');
  return new ItemError(isRefused ? 'provider-refused' : 'provider-failed', `${service}: ${message}`, {
    ...(next !== undefined && { hint: next }),
    cause: error,
  });
}

function closed(error: PoolClosed, service: string, model: string): GivenUp {
  const { why, callError, waitMs, message } = error;
  if (callError?.isAboutModel) return noModel(callError, service, model);
  const said = callError === undefined ? message : `${message} (${service}: ${callError.message})`;
  const wait = waitMs === undefined ? '' : `; it opens in ${Math.ceil(waitMs / 60_000)} min`;
  return new GivenUp(`${said}${wait}`, {
    stop: stops[why],
    hint: why === 'no-key' ? hintForKey(callError) : (callError?.hint ?? hints[why]),
    cause: error,
  });
}

function noModel(error: CallError, service: string, model: string): GivenUp {
  const { provider, message } = error;
  return new GivenUp(`the model ${printable(model)} is not there for this key (${service}: ${message})`, {
    stop: 'no-model',
    hint: `imgsys providers ${provider} names the models; imgsys key verify ${provider} --model ${printable(model)} asks for this one`,
    cause: error,
  });
}

function hintForKey(error: CallError | undefined): string {
  if (error === undefined) return hints['no-key'];
  const { provider, hint } = error;
  const next = `imgsys key verify ${provider} looks into it, imgsys key rotate ${provider} puts another in its place`;
  return hint === undefined ? next : `${hint}; ${next}`;
}

const hints = {
  account: 'add money or raise the limit at the provider, then run the same command again',
  permission: 'look at the permissions of the key: imgsys key verify',
  'no-key': 'see what is wrong with it: imgsys key verify; replace it: imgsys key rotate',
  'max-wait': 'run the same command again later, or raise --max-wait',
} as const;

const stops = {
  account: 'account',
  permission: 'account',
  'no-key': 'no-key',
  'max-wait': 'max-wait',
} as const;

const unsettledHint = settleHint('imgsys usage settle');

function settleHint(settle: string): string {
  return `look at the usage page of the provider, then settle it: ${settle}, or buy it again: --retry-unsettled always`;
}

/** Why an earlier attempt keeps a picture from being bought. */
export function refuseToRepeat(
  { reason, runId, settled }: AttemptRow,
  kind: 'unsettled' | 'useless',
): ItemError {
  const why = reason === undefined ? '' : ` (${reason})`;
  return kind === 'unsettled'
    ? new ItemError('unsettled', `an earlier call in run ${runId} may have been charged${why}`, {
        hint: settleHint(`imgsys usage settle --run ${runId} --charged (or --free)`),
      })
    : new ItemError('answer-unusable', `${charged(runId, settled)}${why}`, { hint: uselessHint });
}

/** Why a picture that could be collected is not, where nobody is asked for anything. */
export function notCollected({ runId }: AttemptRow): ItemError {
  return new ItemError(
    'unsettled',
    `a call of run ${runId} may have been charged, and ${collectableInWords}`,
    {
      hint: 'nothing is fetched from a service now: give the command that bought it again, or imgsys runs retry',
    },
  );
}

function charged(runId: string, settled: AttemptRow['settled']): string {
  return settled === 'charged'
    ? `a call of run ${runId} was charged and gave no picture`
    : `it was charged in run ${runId} for an answer that is no picture`;
}
