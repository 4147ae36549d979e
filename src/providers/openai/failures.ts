// What a refused paid call means and whether it may cost money: a table of OpenAI's codes of 2026, and of its copies.
import { parseJson } from '../../json.ts';
import { CallError, type FailureKind } from '../enhance.ts';
import type { Answer } from '../exchange.ts';
import { isRecord, readProblem } from '../http.ts';

/** The service as its answers are spoken of. */
export interface Service {
  readonly id: string;
  readonly label: string;
  readonly keyPage?: string | undefined;
  readonly limitPage?: string | undefined;
}

/** The error of an answer that is not 2xx; its body may have broken off. */
export function failureOfAnswer(service: Service, answer: Answer, requestId: string): CallError {
  const { status, headers, broken } = answer;
  const facts = { provider: service.id, status, headers, requestId: headers['x-request-id'] ?? requestId };
  const text = answer.body.toString('utf8', 0, maxProblemBytes);
  const body = broken === undefined ? parseJson(text) : undefined;
  if (status < 400) {
    return new CallError(`${service.label} answered ${status}: it redirects, which is not followed`, {
      ...{ ...facts, kind: 'protocol', charge: 'none', code: 'REDIRECT' },
      hint: 'if the other address is the right one, give it as --base-url',
    });
  }
  if (!isFree(status, body)) {
    return new CallError(
      `a gateway before ${service.label} answered ${status}: the picture may have been made`,
      {
        ...{ ...facts, kind: 'busy', charge: 'unsettled' },
        hint: 'look at the usage page of the service, then settle it: imgsys usage --unsettled',
      },
    );
  }
  const { message, code } = body === undefined ? { message: '', code: undefined } : readProblem(body, text);
  const rule = ruleOf(status, `${code ?? ''} ${typeOf(body)} ${message}`);
  const said = [message || `it answered ${status}`, blockedBy(body)].filter(Boolean).join(' ');
  return new CallError(`${rule.sentence(service)}: ${said}`, {
    ...{ ...facts, kind: rule.kind, charge: 'none', code },
    hint: rule.hint?.(service),
  });
}

const maxProblemBytes = 2 ** 20;

// 4xx: refused before any work. 500 and 503 are free when the API itself says so; a gateway does not know.
function isFree(status: number, body: unknown): boolean {
  if (status < 500 && status !== 408 && status !== 499) return true;
  return [408, 499, 500, 501, 503].includes(status) && isErrorBody(body);
}

function isErrorBody(body: unknown): boolean {
  if (!isRecord(body)) return false;
  const { error, detail } = body;
  return (
    (typeof error === 'string' && error !== '') ||
    detail !== undefined ||
    (isRecord(error) && [error.message, error.code, error.type].some((value) => typeof value === 'string'))
  );
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

interface Rule {
  readonly status?: readonly number[];
  readonly says?: RegExp;
  readonly kind: FailureKind;
  readonly sentence: (service: Service) => string;
  readonly hint?: (service: Service) => string;
}

function ruleOf(status: number, text: string): Rule {
  const found = rules.find(
    ({ status: statuses, says }) =>
      (statuses === undefined || statuses.includes(status)) && (says === undefined || says.test(text)),
  );
  return found ?? otherwise;
}

const keys = ({ keyPage }: Service) => keyPage ?? 'ask whoever runs the server';

const otherwise: Rule = { kind: 'invalid', sentence: ({ label }) => `${label} refuses the request` };

// The first that matches counts.
const rules: readonly Rule[] = [
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
    status: [402],
    kind: 'quota',
    sentence: ({ label }) => `the account at ${label} has no money left`,
    hint: ({ limitPage }) => `add money: ${limitPage ?? 'the billing page of the service'}`,
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
    status: [413],
    kind: 'refused',
    sentence: ({ label }) => `the picture is too large for ${label}`,
    hint: () => 'ask for a smaller --size, or leave the picture out',
  },
  {
    status: [401, 403],
    says: /insufficient_scope|missing scopes|insufficient permissions/i,
    kind: 'permission',
    sentence: ({ label }) => `${label} knows the key, but it may not make pictures`,
    hint: (service) => `give it the permission "Images: Request": ${keys(service)}`,
  },
  {
    status: [401, 403],
    says: /unsupported_country|country, region, or territory/i,
    kind: 'permission',
    sentence: ({ label }) => `${label} does not serve the country or network this machine is in`,
    hint: () => 'use a network in a supported country, or another provider',
  },
  {
    status: [401, 403],
    says: /ip_not_authorized|ip address/i,
    kind: 'permission',
    sentence: () => 'the key may not be used from the network address of this machine',
    hint: () => 'add the address to the allow-list of the project, or use another network',
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
    hint: (service) => `copy it again, or make a new one: ${keys(service)}`,
  },
  {
    status: [401],
    kind: 'auth',
    sentence: ({ label }) => `${label} does not accept the key`,
    hint: (service) => `copy it again, or make a new one: ${keys(service)}`,
  },
  {
    status: [400, 403, 404],
    says: /model_not_found|does not have access to model|do not have access to it|unsupported_model/i,
    kind: 'permission',
    sentence: ({ label }) => `the key may not use this model at ${label}, or there is none of that name`,
    hint: (service) =>
      `name another with --model: imgsys key verify ${service.id} --model NAME tells which there are`,
  },
  {
    status: [404, 405, 501],
    kind: 'invalid',
    sentence: ({ label }) => `${label} has no /images/edits at this address`,
    hint: () => 'check --base-url: it usually ends in /v1; not every server edits pictures',
  },
  {
    status: [403],
    kind: 'permission',
    sentence: ({ label }) => `${label} refuses what was asked: the key lacks the permission`,
    hint: (service) => `look at the permissions of the key: ${keys(service)}`,
  },
  { status: [429], kind: 'rate', sentence: ({ label }) => `${label} has too many requests just now` },
  { status: [408, 409, 425, 499, 500, 503], kind: 'busy', sentence: ({ label }) => `${label} has trouble` },
];
