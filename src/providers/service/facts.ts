// A service that is spoken to by `fetch`, as data: how it is told who asks, and what its refusals mean.
import { hostOf } from '../base-url.ts';
import type { Charge, FailureKind } from '../enhance.ts';
import type { Authorize, ReadProblem } from '../http.ts';
import type { VerdictKind } from '../provider.ts';

/** All that `order`, `ask`, `pollJob` and `verifyBy` need to know of a service. A KeyProvider brings half of it. */
export interface ServiceFacts extends ServiceNames {
  /** The service's own address; at another one somebody else's service answers. */
  readonly baseUrl?: string | undefined;
  /** Further origins (`https://queue.fal.run`) the key may be sent to, for keys that are used at `baseUrl`. */
  readonly origins?: readonly string[];
  readonly authorize: Authorize;
  /** Asked before those that are the same for all services (failures.ts); the first that matches counts. */
  readonly rules?: readonly FailureRule[];
  /** The same for what a refusal says about a key (verdicts.ts). */
  readonly verdictRules?: readonly VerdictRule[];
  /** For errors in a shape of the service's own; http.ts reads the usual three. */
  readonly readProblem?: ReadProblem;
  /** Whether the body of a 500 or 503 is the service's own error, for shapes other than `error`, `errors` and `detail`. */
  readonly isOwnProblem?: (body: unknown) => boolean;
}

/** A service as its answers are spoken of. */
export interface ServiceNames {
  readonly id: string;
  readonly label: string;
  readonly keyPage?: string | undefined;
  readonly limitPage?: string | undefined;
}

interface Match {
  /** Undefined matches any. */
  readonly status?: readonly number[];
  /** Looked for in the code, the words and the message of the answer. */
  readonly says?: RegExp;
  /** A clause; what the service says follows after a colon. */
  readonly sentence: (service: ServiceNames) => string;
}

/** What a refused call means. */
export interface FailureRule extends Match {
  readonly kind: FailureKind;
  readonly hint?: (service: ServiceNames) => string;
  /** The model is what is refused. */
  readonly isAboutModel?: true;
  /** `none` unless given: for refusals that the service may charge all the same. */
  readonly charge?: Charge;
}

/** What a refused call says about its key. */
export interface VerdictRule extends Match {
  readonly kind: VerdictKind;
  readonly nextStep: (service: ServiceNames) => string;
}

/** Where keys are made and looked at, for a next step. */
export function keysAt({ keyPage }: ServiceNames): string {
  return keyPage ?? 'ask whoever runs the server';
}

/** The service as it is spoken of at `baseUrl`: behind another address its pages are not the right ones. */
export function serviceAt<Facts extends ServiceFacts>(service: Facts, baseUrl: string): Facts {
  if (baseUrl === service.baseUrl) return service;
  const { keyPage: _k, limitPage: _l, origins: _o, ...rest } = service;
  return { ...rest, label: hostOf(baseUrl) } as Facts;
}

/**
 * Where a request goes: a path below `baseUrl`, or an address the service itself gave. Undefined for one that the key may
 * not be sent to.
 */
export function addressOf(service: ServiceFacts, baseUrl: string, where: string): string | undefined {
  if (where.startsWith('/')) return `${baseUrl}${where}`;
  const url = URL.parse(where);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const others = baseUrl === service.baseUrl ? (service.origins ?? []) : [];
  return [new URL(baseUrl).origin, ...others].includes(url.origin) ? url.href : undefined;
}

/** The first rule that fits an answer. */
export function findRule<Rule extends Match>(
  rules: readonly Rule[],
  status: number,
  text: string,
): Rule | undefined {
  return rules.find(
    ({ status: statuses, says }) =>
      (statuses === undefined || statuses.includes(status)) && (says === undefined || says.test(text)),
  );
}
