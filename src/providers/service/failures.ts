// What a refused call means and whether it may cost money, as far as services agree.

import { parseJson } from '../../json.ts';
import { lookUpHint } from '../../settle-hints.ts';
import { CallError } from '../enhance.ts';
import type { Answer } from '../exchange.ts';
import { isRecord, type Problem, readProblem, requestIdOf } from '../http.ts';
import { type FailureRule, findRule, keysAt, type ServiceFacts } from './facts.ts';
import { networkStep } from './verdicts.ts';

/** The error of an answer that is not 2xx; its body may have broken off. Headers are kept. */
export function failureOfAnswer(service: ServiceFacts, answer: Answer, ownId: string): CallError {
  const { status, headers } = answer;
  const facts = { provider: service.id, status, headers, requestId: requestIdOf(headers) ?? ownId };
  if (status < 400) {
    return new CallError(`${service.label} answered ${status}: it redirects, which is not followed`, {
      ...{ ...facts, kind: 'protocol', charge: 'none', code: 'REDIRECT' },
      hint: networkStep('REDIRECT'),
    });
  }
  const { body, problem } = problemOf(service, answer);
  if (!isFree(service, status, body)) {
    return new CallError(
      `a gateway before ${service.label} answered ${status}: the picture may have been made`,
      {
        ...{ ...facts, kind: 'busy', charge: 'unsettled' },
        hint: lookUpHint,
      },
    );
  }
  const { message, code } = problem;
  const rule = ruleOf(service, status, problem);
  return new CallError(`${rule.sentence(service)}: ${message || `it answered ${status}`}`, {
    ...{ ...facts, kind: rule.kind, charge: rule.charge ?? 'none', code },
    hint: rule.hint?.(service),
    isAboutModel: rule.isAboutModel,
  });
}

/** What an answer says is wrong, with its JSON value; nothing where its body broke off or is no JSON. */
export function problemOf(
  service: ServiceFacts,
  { body: bytes, broken }: Answer,
): { readonly body: unknown; readonly problem: Problem } {
  const text = bytes.toString('utf8', 0, maxProblemBytes);
  const body = broken === undefined ? parseJson(text) : undefined;
  const problem =
    body === undefined ? { message: '', code: undefined } : (service.readProblem ?? readProblem)(body, text);
  return { body, problem };
}

/** The service's own rule, or the one all services share. */
export function ruleOf(
  service: ServiceFacts,
  status: number,
  { message, code, words }: Problem,
): FailureRule {
  const text = `${code ?? ''} ${words ?? ''} ${message}`;
  return findRule([...(service.rules ?? []), ...sharedRules], status, text) ?? otherwise;
}

const maxProblemBytes = 2 ** 20;

// 4xx: refused before any work. 500 and 503 are free when the API itself says so; a gateway does not know.
function isFree(service: ServiceFacts, status: number, body: unknown): boolean {
  if (status < 500 && status !== 408 && status !== 499) return true;
  const isOwn = isErrorBody(body) || service.isOwnProblem?.(body) === true;
  return [408, 499, 500, 501, 503].includes(status) && isOwn;
}

function isErrorBody(body: unknown): boolean {
  if (!isRecord(body)) return false;
  const { error, errors, detail } = body;
  return (
    (typeof error === 'string' && error !== '') ||
    (Array.isArray(errors) && errors.length > 0) ||
    detail !== undefined ||
    (isRecord(error) &&
      [error.message, error.code, error.type, error.status].some((value) => typeof value === 'string'))
  );
}

const otherwise: FailureRule = {
  kind: 'invalid',
  sentence: ({ label }) => `${label} refuses the request`,
  hint: () => 'change the option its words speak of, or name another model with --model',
};

const sharedRules: readonly FailureRule[] = [
  {
    status: [402],
    kind: 'quota',
    sentence: ({ label }) => `the account at ${label} has no money left`,
    hint: ({ limitPage }) => `add money: ${limitPage ?? 'the billing page of the service'}`,
  },
  {
    status: [413],
    kind: 'refused',
    sentence: ({ label }) => `the picture is too large for ${label}`,
    hint: () => 'ask for a smaller --size, or leave the picture out',
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
    status: [401],
    kind: 'auth',
    sentence: ({ label }) => `${label} does not accept the key`,
    hint: (service) => `copy it again, or make a new one: ${keysAt(service)}`,
  },
  {
    status: [404, 405, 501],
    kind: 'invalid',
    sentence: ({ label }) => `${label} has nothing of that name`,
    hint: () => `name another model with --model, or check the address: imgsys key add --base-url`,
  },
  {
    status: [403],
    kind: 'permission',
    sentence: ({ label }) => `${label} refuses what was asked: the key lacks the permission`,
    hint: (service) => `look at the permissions of the key: ${keysAt(service)}`,
  },
  { status: [429], kind: 'rate', sentence: ({ label }) => `${label} has too many requests just now` },
  { status: [408, 409, 425, 499, 500, 503], kind: 'busy', sentence: ({ label }) => `${label} has trouble` },
];
