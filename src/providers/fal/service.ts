// How fal's API is spoken to and what its refusals mean.
import { isRecord, type Problem, readProblem } from '../http.ts';
import {
  type FailureRule,
  keysAt,
  type ServiceFacts,
  type ServiceNames,
  type VerdictRule,
} from '../service/facts.ts';
import { fal } from './fal.ts';
import { filesHost, pricesHost } from './hosts.ts';

/**
 * The platform says `{error: {type, message}}`, the queue `{detail: 'text', error_type}` and a model `{detail: [{loc, msg,
 * type}]}`. The code is the type. A key that is echoed (`token=…`) is left out.
 */
function readFalProblem(body: unknown, text: string): Problem {
  const { message, code } = readOne(body, text);
  return { message: message.replace(/\b(token|key)[=:]\s*\S+/gi, '$1 [secret]'), code };
}

function readOne(body: unknown, text: string): Problem {
  if (!isRecord(body)) return readProblem(body, text);
  const { detail, error_type: type } = body;
  const code = typeof type === 'string' ? type : undefined;
  if (typeof detail === 'string') return { message: detail, code };
  if (!Array.isArray(detail)) return readProblem(body, text);
  const faults = detail.filter(isRecord);
  const first = faults.map((fault) => fault.type).find((one) => typeof one === 'string');
  return { message: faults.map(sentenceOf).join('; '), code: first ?? code };
}

// Where it is, then what is wrong; what was sent is not repeated.
function sentenceOf({ loc, msg }: Record<string, unknown>): string {
  const place = Array.isArray(loc) ? loc.filter((part) => part !== 'body').join('.') : '';
  return [place, typeof msg === 'string' ? msg : ''].filter((part) => part !== '').join(': ');
}

const money = ({ limitPage }: ServiceNames) => limitPage ?? 'the billing page of the service';

const locked = {
  status: [401, 403],
  says: /admin lock/i,
  sentence: ({ label }: ServiceNames) => `${label} has locked the account`,
} as const;
const askSupport = () => 'only the service can unlock it: support@fal.ai';
const empty = {
  status: [401, 403],
  says: /exhausted balance|user is locked|top[ _]up/i,
  sentence: ({ label }: ServiceNames) => `the account at ${label} has no money left, or is locked`,
} as const;
const addMoney = (service: ServiceNames) => `add money: ${money(service)}`;

const rules: readonly FailureRule[] = [
  { ...locked, kind: 'permission', hint: askSupport },
  { ...empty, kind: 'quota', hint: addMoney },
  {
    status: [400, 403, 422],
    says: /content_policy_violation|content checker|nsfw/i,
    kind: 'refused',
    sentence: ({ label }) => `${label} blocks the picture or the prompt`,
    hint: () => 'change the prompt or leave the picture out: sent unchanged it is blocked again',
  },
  {
    status: [400, 413, 422],
    says: /image_too_(?:small|large)|image_load_error|file_(?:too_large|download_error)|unsupported_(?:image|file)|face_detection/i,
    kind: 'refused',
    sentence: ({ label }) => `${label} does not take the picture`,
    hint: () => 'name another --model, or leave the picture out',
  },
  {
    status: [400, 422],
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not take what was asked`,
    hint: () => 'check --option, or name another --model',
  },
];

const verdictRules: readonly VerdictRule[] = [
  { ...locked, kind: 'no-permission', nextStep: askSupport },
  { ...empty, kind: 'no-funds', nextStep: addMoney },
  {
    status: [403],
    kind: 'no-permission',
    sentence: ({ label }) => `${label} knows the key, but it may not do this`,
    nextStep: (service) => `make one with the scope API: ${keysAt(service)}`,
  },
];

export const falService: ServiceFacts = {
  ...{ id: fal.id, label: fal.label, keyPage: fal.keyPage, limitPage: fal.limitPage, baseUrl: fal.baseUrl },
  origins: [pricesHost, filesHost],
  authorize: (secret) => ({ authorization: `Key ${secret.reveal()}` }),
  rules,
  verdictRules,
  readProblem: readFalProblem,
};
