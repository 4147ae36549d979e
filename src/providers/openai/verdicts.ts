// What OpenAI's refusals say about a key, where they are not as everybody's; also for what only paid calls find out.
import type { ProviderError } from '../http.ts';
import type { Verdict } from '../provider.ts';
import { keysAt, type ServiceNames, type VerdictRule } from '../service/facts.ts';
import { verdictByRules } from '../service/verdicts.ts';

/** The verdict on the key of a call that failed. Whatever does not clearly speak of the key is `unknown`. */
export function verdictOfFailure(
  error: ProviderError,
  service: ServiceNames,
  about: { readonly secret?: unknown },
): Verdict {
  return verdictByRules(error, service, about, openaiVerdictRules);
}

/** Codes and texts as OpenAI's API of 2026 sends them, and servers that copy it. The first that matches counts. */
const openaiVerdictRules: readonly VerdictRule[] = [
  {
    status: [400, 403],
    says: /organi[sz]ation must be verified/i,
    kind: 'unverified-organisation',
    sentence: ({ label }) => `${label} wants the organisation verified before it makes pictures`,
    nextStep: () =>
      'verify it at https://platform.openai.com/settings/organization/general, then wait up to 15 minutes',
  },
  {
    status: [400, 402, 403, 429],
    says: /insufficient_quota|credit_balance_exhausted|spend_limit_exceeded|usage_limit_exceeded|billing_hard_limit/,
    kind: 'no-funds',
    sentence: () => 'the account has no money left, or has reached its own spending limit',
    nextStep: ({ limitPage }) =>
      `add money or raise the limit: ${limitPage ?? 'the billing page of the service'}`,
  },
  {
    status: [401, 403],
    says: /insufficient_scope|missing scopes|insufficient permissions/i,
    kind: 'no-permission',
    sentence: ({ label }) => `${label} knows the key, but it may not list models`,
    nextStep: (service) =>
      `to have it checked, give it the permission "List models: Read" at ${keysAt(service)}; pictures need "Images: Request"`,
  },
  {
    status: [400, 401, 403],
    says: /(?:mismatched|invalid)_(?:organization|project)|organization header|member of an organization/i,
    kind: 'invalid',
    sentence: () => 'the key does not belong to the organisation or project it is used with',
    nextStep: () => 'correct --org and --project, or leave them out',
  },
  {
    status: [400, 403],
    says: /invalid_api_key|(?:incorrect|invalid) api key/i,
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not accept the key: it is wrong or revoked`,
    nextStep: (service) => `copy it again, or make a new one: ${keysAt(service)}`,
  },
];
