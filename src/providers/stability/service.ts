// How Stability AI's API is spoken to and what its refusals mean. Source: its own description of v2beta
// (https://api.stability.ai/v2alpha/openapi), responses 400 to 500.
import { bearer, isRecord, type Problem } from '../http.ts';
import type { FailureRule, ServiceFacts, ServiceNames, VerdictRule } from '../service/facts.ts';
import { stability } from './stability.ts';

/** `{id, name, errors: ['field: what is wrong']}`; what is older says `message` in the place of `errors`. */
function readStabilityProblem(body: unknown, text: string): Problem {
  if (!isRecord(body)) return { message: text.trim(), code: undefined };
  const errors = Array.isArray(body.errors) ? body.errors.filter((one) => typeof one === 'string') : [];
  const message = typeof body.message === 'string' ? body.message : '';
  const code = typeof body.name === 'string' ? body.name : undefined;
  return { message: errors.join('; ') || message || (code ?? ''), code };
}

const credits = ({ limitPage }: ServiceNames) => `buy some: ${limitPage ?? 'ask whoever runs the server'}`;
const outOfCredits = {
  says: /payment_required|insufficient_(?:balance|credits)|lack sufficient credits|not (?:have )?enough (?:balance|credits)/i,
  sentence: () => 'the account has no credits left',
} as const;

/** What is said where the balance is 0, too. */
export const noCredits: VerdictRule = { ...outOfCredits, kind: 'no-funds', nextStep: credits };

const rules: readonly FailureRule[] = [
  { ...outOfCredits, kind: 'quota', hint: credits },
  {
    status: [400, 403, 422],
    says: /content_?moderation|public_figure|flagged by our/i,
    kind: 'refused',
    sentence: ({ label }) => `${label} blocks the picture or the words`,
    hint: () => 'change the words or leave the picture out: sent unchanged it is blocked again',
  },
  {
    status: [422],
    says: /invalid_language|only supported language/i,
    kind: 'invalid',
    sentence: ({ label }) => `${label} understands English only`,
    hint: () => 'write --prompt, --background, --remove and --negative in English',
  },
  {
    status: [400, 422],
    says: /\b(?:subject_)?image: /,
    kind: 'refused',
    sentence: ({ label }) => `${label} does not take the picture`,
    hint: () => 'name another --model, or leave the picture out',
  },
  {
    // Whoever asks too often is shut out for a minute, which no header tells: the words do, and the pool reads them.
    status: [429],
    kind: 'rate',
    sentence: ({ label }) => `${label} has too many requests just now, retry in 60s`,
  },
];

export const stabilityService: ServiceFacts = {
  ...{ id: stability.id, label: stability.label, keyPage: stability.keyPage, limitPage: stability.limitPage },
  baseUrl: stability.baseUrl,
  authorize: bearer,
  rules,
  verdictRules: [noCredits],
  readProblem: readStabilityProblem,
  isOwnProblem: (body) => isRecord(body) && typeof body.name === 'string' && typeof body.message === 'string',
};
