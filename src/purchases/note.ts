// What the ledger is told of a call without a picture, and of one that became a job.
import { CommandError } from '../errors.ts';
import type { CallError } from '../providers/enhance.ts';
import { printable } from '../text.ts';
import type { AttemptId, AttemptParts, Expecting } from './attempt.ts';
import { payInVain, whileFull } from './keep.ts';
import { fateOfJob, leftToCollect } from './left-to-collect.ts';

/** A job that a service accepted, and whether the ledger has it. */
export interface Accepted {
  readonly job: string;
  readonly isNoted: boolean;
}

/** Notes a job as soon as it is known. Where that cannot be, the user is told, and the call goes on: it costs the same. */
export async function noteJob(id: AttemptId, job: string, { book, notice }: AttemptParts): Promise<Accepted> {
  try {
    await book.accepted(id, job);
    return { job, isNoted: true };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    notice(`the ledger could not note that the call ${id} is the job ${printable(job)}: ${error.message}`);
    return { job, isNoted: false };
  }
}

/** How far a call came. */
export interface Course {
  readonly sent: boolean;
  /** Undefined for a call that is no job of its own. */
  readonly accepted?: Accepted | undefined;
}

/**
 * Tells the ledger of a call without a picture; the error is handed on, with the place of what is kept of it, or with the
 * way to a picture that can be collected.
 */
export async function note(
  id: AttemptId,
  { sent, accepted }: Course,
  error: CallError,
  job: Expecting,
  parts: AttemptParts,
): Promise<CallError> {
  const { book } = parts;
  const { requestId, charge, message } = error;
  if (!sent) {
    await book.release(id);
    return error;
  }
  if (accepted !== undefined) return noteOfJob(id, accepted, error, job, parts);
  if (charge === 'paid') return payInVain(id, error, job, parts);
  if (charge === 'none') await book.refuse(id, message, requestId);
  else await book.unsettle(id, message, requestId);
  return error;
}

async function noteOfJob(
  id: AttemptId,
  { job: name, isNoted }: Accepted,
  error: CallError,
  job: Expecting,
  parts: AttemptParts,
): Promise<CallError> {
  const { book } = parts;
  const { requestId, message } = error;
  // What was taken on a moment ago may not be known everywhere yet: whether it is gone is found out later.
  const fate = error.status === 404 ? 'open' : fateOfJob(error);
  if (fate === 'paid') return payInVain(id, error, job, parts);
  if (fate === 'free') await book.refuse(id, message, requestId);
  else if (fate === 'over') await book.abandon(id, message, requestId);
  if (fate !== 'open') return error;
  if (!isNoted) await whileFull(() => book.accepted(id, name), parts);
  await book.unsettle(id, message, requestId);
  return leftToCollect(error);
}
