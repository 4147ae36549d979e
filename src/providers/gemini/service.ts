// How Gemini's API is spoken to and what its refusals of 2026 mean.
import { isRecord, type Problem } from '../http.ts';
import {
  type FailureRule,
  keysAt,
  type ServiceFacts,
  type ServiceNames,
  type VerdictRule,
} from '../service/facts.ts';
import { gemini } from './gemini.ts';

/**
 * `{error: {code, message, status, details: [{reason}|{retryDelay}|{violations}]}}`. The code is the reason, or the status.
 * A wait that is only in the details is put before the message, where the pool reads it, and where it is not cut off.
 */
function readGeminiProblem(body: unknown, text: string): Problem {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const error = isRecord(first) && isRecord(first.error) ? first.error : undefined;
  if (error === undefined) return { message: isRecord(first) ? '' : text.trim(), code: undefined };
  const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
  const said = typeof error.message === 'string' ? error.message : '';
  const delay = details.map(({ retryDelay }) => retryDelay).find((value) => isWait(value));
  const message = delay === undefined ? said : `retry in ${delay}; ${said}`;
  const reason = details.map((detail) => detail.reason).find((value) => typeof value === 'string');
  const status = typeof error.status === 'string' ? error.status : undefined;
  return { message, code: reason ?? status, words: [status, ...details.flatMap(quotasOf)].join(' ') };
}

function isWait(value: unknown): value is string {
  return typeof value === 'string' && /^\d+(?:\.\d+)?s$/.test(value) && Number.parseFloat(value) > 0;
}

// `GenerateRequestsPerDayPerProjectPerModel-FreeTier` and the like.
function quotasOf({ violations }: Record<string, unknown>): unknown[] {
  const list = Array.isArray(violations) ? violations.filter(isRecord) : [];
  return list.flatMap(({ quotaId, quotaMetric }) => [quotaId, quotaMetric]);
}

const usage = ({ limitPage }: ServiceNames) => limitPage ?? 'the billing page of the service';

const wrong = {
  status: [400, 401, 403],
  says: /API_KEY_INVALID|api key not valid|reported as leaked/i,
  sentence: ({ label }: ServiceNames) => `${label} does not accept the key: it is wrong or revoked`,
} as const;
const expired = {
  status: [400, 401],
  says: /api key expired|renew the api key/i,
  sentence: () => 'the key has expired',
} as const;
const tokenType = {
  status: [401],
  says: /ACCESS_TOKEN_TYPE_UNSUPPORTED/,
  sentence: ({ label }: ServiceNames) => `${label} knows the key, but it may not make pictures`,
} as const;
const elsewhere = {
  status: [400, 403],
  says: /location is not supported/i,
  sentence: ({ label }: ServiceNames) => `${label} does not serve the country or network this machine is in`,
} as const;
const blocked = {
  status: [403],
  says: /API_KEY_[A-Z_]*BLOCKED|SERVICE_DISABLED|CONSUMER_|PERMISSION_DENIED/,
  sentence: ({ label }: ServiceNames) => `the key, or its project, may not use ${label}`,
} as const;

const copyAgain = (service: ServiceNames) => `copy it again, or make a new one: ${keysAt(service)}`;
const makeNew = (service: ServiceNames) => `make a new one: ${keysAt(service)}`;
const otherNetwork = () => 'use a network in a supported country, or another provider';
const lookAtKey = (service: ServiceNames) =>
  `look at the restrictions of the key and whether the Gemini API is switched on: ${keysAt(service)}`;

const rules: readonly FailureRule[] = [
  { ...wrong, kind: 'auth', hint: copyAgain },
  { ...expired, kind: 'auth', hint: makeNew },
  { ...tokenType, kind: 'permission', hint: makeNew },
  { ...elsewhere, kind: 'permission', hint: otherNetwork },
  { ...blocked, kind: 'permission', hint: lookAtKey },
  {
    status: [400, 403, 429],
    says: /free_?tier|\blimit:? 0(?![.,]?\d)|enable billing|billing (?:account|is not)/i,
    kind: 'quota',
    sentence: ({ label }) => `${label} makes pictures only for projects with billing`,
    hint: (service) => `set up billing for the project of the key: ${usage(service)}`,
  },
  {
    status: [403, 429],
    says: /spend(?:ing)?[ _-]?(?:cap|limit)|prepa(?:y|id)|credits? (?:are|is) depleted|out of credit/i,
    kind: 'quota',
    sentence: ({ label }) => `the account at ${label} has no money left, or has reached its own limit`,
    hint: (service) => `add money or raise the limit: ${usage(service)}, then run the command again`,
  },
  {
    status: [429],
    says: /PerDay/,
    kind: 'quota',
    sentence: ({ label }) => `the project has used up what ${label} allows it in a day with this model`,
    hint: (service) => `run the same command again tomorrow, or raise the limit: ${usage(service)}`,
  },
  {
    status: [400],
    says: /unable to process input image|unsupported (?:image|mime)|image is not valid|request payload size/i,
    kind: 'refused',
    sentence: ({ label }) => `${label} does not take the picture`,
    hint: () => 'open and save the picture anew, or leave it out',
  },
  {
    status: [404],
    kind: 'permission',
    sentence: ({ label }) => `the key may not use this model at ${label}, or there is none of that name`,
    isAboutModel: true,
    hint: ({ id }) => `name another with --model: imgsys key verify ${id} --model NAME tells which there are`,
  },
];

const verdictRules: readonly VerdictRule[] = [
  { ...wrong, kind: 'invalid', nextStep: copyAgain },
  { ...expired, kind: 'invalid', nextStep: makeNew },
  { ...tokenType, kind: 'no-permission', nextStep: makeNew },
  { ...elsewhere, kind: 'no-permission', nextStep: otherNetwork },
  { ...blocked, kind: 'no-permission', nextStep: lookAtKey },
];

export const geminiService: ServiceFacts = {
  ...{ id: gemini.id, label: gemini.label, keyPage: gemini.keyPage, limitPage: gemini.limitPage },
  baseUrl: gemini.baseUrl,
  authorize: (secret) => ({ 'x-goog-api-key': secret.reveal() }),
  rules,
  verdictRules,
  readProblem: readGeminiProblem,
};
