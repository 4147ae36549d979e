// What a failed call says about the key it was made with, as far as services agree.
import { CallError } from '../enhance.ts';
import type { ProviderError } from '../http.ts';
import type { Verdict } from '../provider.ts';
import { findRule, keysAt, type ServiceNames, type VerdictRule } from './facts.ts';

/** Whether a key was sent along. */
type About = { readonly secret?: unknown };

/** The verdict by the service's `own` rules, then by the shared ones. What does not clearly speak of the key is `unknown`. */
export function verdictByRules(
  error: ProviderError,
  service: ServiceNames,
  { secret }: About,
  own: readonly VerdictRule[] = [],
): Verdict {
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
  const rule =
    findRule(own, status ?? 0, text) ?? learntBy(error) ?? findRule(sharedRules, status ?? 0, text);
  if (rule === undefined) return { kind: 'unknown', ...unexpected(service, error) };
  return { kind: rule.kind, sentence: rule.sentence(service), nextStep: rule.nextStep(service) };
}

// A paid call was judged by rules of its own. A limit of 0 for one model says nothing of the account.
function learntBy(error: ProviderError): VerdictRule | undefined {
  if (!(error instanceof CallError)) return undefined;
  if (error.kind === 'auth') return notAccepted;
  return error.kind === 'quota' && error.status !== 429 ? noMoney : undefined;
}

function unexpected({ label }: ServiceNames, { status, message }: ProviderError) {
  const sentence = `${label} answered ${status}: ${message}`;
  if (status === 404) return { sentence, nextStep: 'check --base-url: it usually ends in /v1' };
  return { sentence, nextStep: 'try again in a few minutes' };
}

/** What to do about a network failure, by its code. */
export function networkStep(code: string | undefined): string {
  if (code === 'REDIRECT')
    return 'if the other address is the right one, give it with imgsys key add --base-url, or as IMGSYS_BASE_URL_<PROVIDER>';
  if (code === 'ERR_PROXY_TUNNEL' || code === 'PROXY_SILENT')
    return 'check HTTPS_PROXY, its name and password, or name the host in NO_PROXY';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'look at the clock of this machine; where it is right, the certificate has to be renewed';
  }
  if (code !== undefined && /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL/.test(code)) {
    return 'behind a proxy that opens connections, set NODE_EXTRA_CA_CERTS to the file with its certificate';
  }
  return 'check the network, HTTPS_PROXY and the address (imgsys key add --base-url, or IMGSYS_BASE_URL_<PROVIDER>), then try again';
}

const notAccepted: VerdictRule = {
  kind: 'invalid',
  sentence: ({ label }) => `${label} does not accept the key: it is wrong or revoked`,
  nextStep: (service) => `copy it again, or make a new one: ${keysAt(service)}`,
};

const noMoney: VerdictRule = {
  kind: 'no-funds',
  sentence: () => 'the account has no money left',
  nextStep: ({ limitPage }) => `add money: ${limitPage ?? 'the billing page of the service'}`,
};

const sharedRules: readonly VerdictRule[] = [
  { ...noMoney, status: [402] },
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
    status: [401],
    says: /expired/i,
    kind: 'invalid',
    sentence: () => 'the key has expired',
    nextStep: (service) => `make a new one: ${keysAt(service)}`,
  },
  { ...notAccepted, status: [401] },
  {
    status: [403],
    kind: 'no-permission',
    sentence: ({ label }) => `${label} refuses what was asked: the key lacks the permission`,
    nextStep: (service) => `look at the permissions of the key: ${keysAt(service)}`,
  },
  {
    status: [429],
    kind: 'limited',
    sentence: ({ label }) => `${label} has too many requests with this key just now`,
    nextStep: () => 'nothing to do; it was only asked too often',
  },
];
