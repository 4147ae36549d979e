// How Replicate's API is spoken to and what its refusals mean: `{title, detail, status}`.
import { bearer, isRecord, type Problem, readProblem } from '../http.ts';
import type { FailureRule, ServiceFacts, VerdictRule } from '../service/facts.ts';
import { replicate } from './replicate.ts';

/** The title is the code: `Unauthenticated`, `Insufficient credit`, `Input validation failed`. */
function readReplicateProblem(body: unknown, text: string): Problem {
  const problem = readProblem(body, text);
  const title = isRecord(body) && typeof body.title === 'string' ? body.title : undefined;
  const isEmpty = problem.message === '' || problem.message === '""';
  return { message: isEmpty ? (title ?? '') : problem.message, code: title ?? problem.code };
}

const rules: readonly FailureRule[] = [
  {
    status: [404],
    kind: 'invalid',
    sentence: ({ label }) => `${label} has nothing of that name, or does not show it to this key`,
    hint: () =>
      'check --model: official models are named owner/name, all others owner/name:VERSION, as their pages show',
  },
  {
    status: [422],
    says: /version/i,
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not run this version`,
    hint: () => 'name another with --model owner/name:VERSION: the page of the model lists them',
  },
  {
    status: [400, 422],
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not take the input`,
    hint: () => 'say what the model takes with --option NAME=VALUE: its page names it under API',
  },
];

const verdictRules: readonly VerdictRule[] = [
  {
    status: [403],
    says: /disabled|suspended|blocked/i,
    kind: 'no-permission',
    sentence: ({ label }) => `the account at ${label} is blocked`,
    nextStep: () => 'ask Replicate: https://replicate.com/support',
  },
];

export const replicateService: ServiceFacts = {
  ...{ id: replicate.id, label: replicate.label, keyPage: replicate.keyPage, limitPage: replicate.limitPage },
  baseUrl: replicate.baseUrl,
  authorize: bearer,
  rules,
  verdictRules,
  readProblem: readReplicateProblem,
  isOwnProblem: (body) => isRecord(body) && typeof body.title === 'string',
};
