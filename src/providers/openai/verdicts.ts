// What a failed call says about the key it was made with: a table, also for what only paid calls find out.
import type { ProviderError } from '../http.ts';
import type { KeyProvider, Verdict, VerdictKind } from '../provider.ts';

interface Rule {
  /** Undefined matches any. */
  readonly status?: readonly number[];
  readonly says?: RegExp;
  readonly kind: VerdictKind;
  readonly sentence: (service: KeyProvider) => string;
  readonly nextStep: (service: KeyProvider) => string;
}

/** Whether a key was sent along. */
type About = { readonly secret?: unknown };

/** The verdict on the key of a call that failed. Whatever does not clearly speak of the key is `unknown`. */
export function verdictOfFailure(error: ProviderError, service: KeyProvider, { secret }: About): Verdict {
  const { failure, status, code, message } = error;
  if (failure === 'network') return { kind: 'unknown', sentence: message, nextStep: networkStep(code) };
  if (failure === 'protocol') {
    const nextStep =
      'sign in to the network if it asks for that, and check --base-url: it usually ends in /v1';
    return { kind: 'unknown', sentence: `${service.label} ${message}`, nextStep };
  }
  if (secret === undefined && (status === 401 || status === 403)) {
    const nextStep = `give it one: imgsys key add ${service.id} --base-url …, without --no-key`;
    return { kind: 'invalid', sentence: `${service.label} asks for a key`, nextStep };
  }
  const text = `${code ?? ''} ${message}`;
  const rule = rules.find(
    ({ status: statuses, says }) =>
      (statuses === undefined || statuses.includes(status ?? 0)) && (says === undefined || says.test(text)),
  );
  if (rule === undefined) return { kind: 'unknown', ...unexpected(service, error) };
  return { kind: rule.kind, sentence: rule.sentence(service), nextStep: rule.nextStep(service) };
}

function unexpected({ label }: KeyProvider, { status, message }: ProviderError) {
  const sentence = `${label} answered ${status}: ${message}`;
  if (status === 404) return { sentence, nextStep: 'check --base-url: it usually ends in /v1' };
  return { sentence, nextStep: 'try again in a few minutes' };
}

/** What to do about a network failure, by its code. */
export function networkStep(code: string | undefined): string {
  if (code === 'REDIRECT') return 'if the other address is the right one, give it as --base-url';
  if (code !== undefined && /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL/.test(code)) {
    return 'behind a proxy that opens connections, set NODE_EXTRA_CA_CERTS to the file with its certificate';
  }
  return 'check the network, HTTPS_PROXY and --base-url, then try again';
}

const page = (url: string | undefined, otherwise: string) => url ?? otherwise;
const keys = ({ keyPage }: KeyProvider) => page(keyPage, 'ask whoever runs the server');

// The first that matches counts. Codes and texts as OpenAI's API of 2026 sends them, and servers that copy it.
const rules: readonly Rule[] = [
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
      `add money or raise the limit: ${page(limitPage, 'the billing page of the service')}`,
  },
  {
    status: [402],
    kind: 'no-funds',
    sentence: () => 'the account has no money left',
    nextStep: ({ limitPage }) => `add money: ${page(limitPage, 'the billing page of the service')}`,
  },
  {
    status: [401, 403],
    says: /insufficient_scope|missing scopes|insufficient permissions/i,
    kind: 'no-permission',
    sentence: ({ label }) => `${label} knows the key, but it may not list models`,
    nextStep: (service) =>
      `to have it checked, give it the permission "List models: Read" at ${keys(service)}; pictures need "Images: Request"`,
  },
  {
    status: [401, 403],
    says: /unsupported_country|country, region, or territory/i,
    kind: 'no-permission',
    sentence: ({ label }) => `${label} does not serve the country or network this machine is in`,
    nextStep: () => 'use a network in a supported country, or another provider',
  },
  {
    status: [401, 403],
    says: /ip_not_authorized|ip address/i,
    kind: 'no-permission',
    sentence: () => 'the key may not be used from the network address of this machine',
    nextStep: () => 'add the address to the allow-list of the project, or use another network',
  },
  {
    status: [400, 401, 403],
    says: /(?:mismatched|invalid)_(?:organization|project)|organization header|member of an organization/i,
    kind: 'invalid',
    sentence: () => 'the key does not belong to the organisation or project it is used with',
    nextStep: () => 'correct --org and --project, or leave them out',
  },
  {
    status: [401],
    says: /expired/i,
    kind: 'invalid',
    sentence: () => 'the key has expired',
    nextStep: (service) => `make a new one: ${keys(service)}`,
  },
  {
    status: [401],
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not accept the key: it is wrong or revoked`,
    nextStep: (service) => `copy it again, or make a new one: ${keys(service)}`,
  },
  {
    status: [400, 403],
    says: /invalid_api_key|(?:incorrect|invalid) api key/i,
    kind: 'invalid',
    sentence: ({ label }) => `${label} does not accept the key: it is wrong or revoked`,
    nextStep: (service) => `copy it again, or make a new one: ${keys(service)}`,
  },
  {
    status: [403],
    kind: 'no-permission',
    sentence: ({ label }) => `${label} refuses what was asked: the key lacks the permission`,
    nextStep: (service) => `look at the permissions of the key: ${keys(service)}`,
  },
  {
    status: [429],
    kind: 'limited',
    sentence: ({ label }) => `${label} has too many requests with this key just now`,
    nextStep: () => 'nothing to do; it was only asked too often',
  },
];
