// What OpenAI's refusals of 2026 mean, and those of its copies, where they are not as everybody's.
import { isRecord, type Problem, readProblem } from '../http.ts';
import { type FailureRule, keysAt } from '../service/facts.ts';

/** The usual shape, with the type, which rules look at, and what moderation says. */
export function readOpenAIProblem(body: unknown, text: string): Problem {
  const { message, code } = readProblem(body, text);
  const said = [message, blockedBy(body)].filter(Boolean).join(' ');
  return { message: said, code, words: typeOf(body) };
}

function typeOf(body: unknown): string {
  const error = isRecord(body) ? body.error : undefined;
  return isRecord(error) && typeof error.type === 'string' ? error.type : '';
}

// `moderation_details` names the stage and the categories.
function blockedBy(body: unknown): string {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const details = isRecord(error.moderation_details) ? error.moderation_details : {};
  const categories = Array.isArray(details.categories) ? (details.categories as unknown[]) : [];
  const words = [details.moderation_stage, ...categories].filter((word) => typeof word === 'string');
  return words.length === 0 ? '' : `(${words.join(', ')})`;
}

/** The first that matches counts. */
export const openaiRules: readonly FailureRule[] = [
  {
    says: /organi[sz]ation must be verified/i,
    kind: 'permission',
    sentence: ({ label }) => `${label} wants the organisation verified before it makes pictures`,
    hint: () =>
      'verify it at https://platform.openai.com/settings/organization/general, then wait up to 15 minutes',
  },
  {
    says: /insufficient_quota|credit_balance_exhausted|(?:spend|usage)_limit_exceeded|billing_hard_limit|exceeded your current quota/,
    kind: 'quota',
    sentence: ({ label }) => `the account at ${label} has no money left, or has reached its own limit`,
    hint: ({ limitPage }) =>
      `add money or raise the limit: ${limitPage ?? 'the billing page of the service'}, then run the command again`,
  },
  {
    status: [429],
    says: /\blimit:? 0(?![.,]?\d)/i,
    kind: 'quota',
    sentence: ({ label }) => `${label} allows the account no calls to this model: its limit is 0`,
    hint: ({ limitPage }) =>
      `raise the limit, or name another with --model: ${limitPage ?? 'the limits page of the service'}`,
  },
  {
    status: [400, 403, 422],
    says: /moderation_blocked|content_policy_violation|safety system/i,
    kind: 'refused',
    sentence: ({ label }) => `the moderation of ${label} blocks the picture or the prompt`,
    hint: () => 'change the prompt or leave the picture out: sent unchanged it is blocked again',
  },
  {
    status: [400, 413, 415, 422],
    says: /image_too_(?:large|small)|invalid_image(?:\b|_f)|unsupported_(?:image_format|file_mimetype)|invalid image file|image_parse_error/i,
    kind: 'refused',
    sentence: ({ label }) => `${label} does not take the picture`,
    hint: () => 'open and save the picture anew, or leave it out',
  },
  {
    status: [401, 403],
    says: /insufficient_scope|missing scopes|insufficient permissions/i,
    kind: 'permission',
    sentence: ({ label }) => `${label} knows the key, but it may not make pictures`,
    hint: (service) => `give it the permission "Images: Request": ${keysAt(service)}`,
  },
  {
    status: [400, 401, 403],
    says: /(?:mismatched|invalid)_(?:organization|project)|organization header|member of an organization/i,
    kind: 'auth',
    sentence: () => 'the key does not belong to the organisation or project it is used with',
    hint: () => 'correct --org and --project of the key, or leave them out',
  },
  {
    status: [400, 401, 403],
    says: /invalid_api_key|(?:incorrect|invalid) api key/i,
    kind: 'auth',
    sentence: ({ label }) => `${label} does not accept the key: it is wrong or revoked`,
    hint: (service) => `copy it again, or make a new one: ${keysAt(service)}`,
  },
  {
    status: [400, 403, 404],
    says: /model_not_found|does not have access to model|do not have access to it|unsupported_model/i,
    kind: 'permission',
    sentence: ({ label }) => `the key may not use this model at ${label}, or there is none of that name`,
    isAboutModel: true,
    hint: (service) =>
      `name another with --model: imgsys key verify ${service.id} --model NAME tells which there are`,
  },
  {
    status: [404, 405, 501],
    kind: 'invalid',
    sentence: ({ label }) => `${label} has no /images/edits at this address`,
    hint: () =>
      'check the address (imgsys key add --base-url, or IMGSYS_BASE_URL_<PROVIDER>): it usually ends in /v1; not every server edits pictures',
  },
];
