// How a job failed, and what that costs. fal's rules: 5xx is never charged, 422 may be, since a processor may have worked
// until the fault was found (fal.ai/docs/faq).

import { parseJson } from '../../json.ts';
import { lookUpHint } from '../../settle-hints.ts';
import { CallError } from '../enhance.ts';
import type { Answer } from '../exchange.ts';
import { isRecord } from '../http.ts';
import type { ServiceFacts } from '../service/facts.ts';
import { problemOf, ruleOf } from '../service/failures.ts';

/** The same answer so many times in a row is the job's, not the queue's. */
const timesUntilSure = 3;

/**
 * Whether an answer to the question for a result is the job's own failure; for one question with all its repetitions. A
 * 401, 403, 404 or 429 is about the question. A 5xx is the job's where it says what kind it is; a bare one may be trouble
 * of the queue, after which the result is still to be had: it is asked for again, and believed when it stays.
 */
export function tellsFailure(): (answer: Answer) => boolean {
  let seen = 0;
  return ({ status, headers, body }) => {
    const isRefused = [400, 409, 413, 415, 422].includes(status);
    if (!isRefused && status < 500) return false;
    const told = parseJson(body.toString('utf8', 0, 2 ** 20));
    if (isRefused)
      return !(isRecord(told) && typeof told.detail === 'string' && unfinished.test(told.detail));
    if (!isRecord(told) || told.detail === undefined) return false;
    if (headers['x-fal-error-type'] !== undefined || typeof told.error_type === 'string') return true;
    seen += 1;
    return Array.isArray(told.detail) || seen >= timesUntilSure;
  };
}

// The queue refuses a result before there is one (`Request is still in progress`): the job goes on.
const unfinished = /\b(?:still|is) in (?:progress|queue)\b|not (?:yet )?(?:complete|ready|finished)/i;

/** The error of a job that failed for good: it is not collected later. */
export function failureOfJob(service: ServiceFacts, answer: Answer, requestId: string): CallError {
  const { status, headers } = answer;
  const { problem } = problemOf(service, answer);
  const facts = { provider: service.id, status, headers, requestId, code: problem.code };
  const said = problem.message || `it answered ${status}`;
  if (status >= 500) {
    return new CallError(`${service.label} could not make the picture: ${said}`, {
      ...{ ...facts, kind: 'busy', charge: 'none' },
    });
  }
  const rule = ruleOf(service, status, problem);
  return new CallError(`${rule.sentence(service)}: ${said}; it may be charged`, {
    ...{ ...facts, kind: rule.kind, charge: 'unsettled' },
    hint: [rule.hint?.(service), lookUpHint].filter((part) => part !== undefined).join('; '),
  });
}
