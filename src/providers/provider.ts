// What a service must be able to do for its keys, and what is said about a key. Stateless: it gets all it needs in a Call.
import type { Secret } from '../secret.ts';

export type VerdictKind =
  | 'valid'
  | 'invalid'
  | 'no-permission'
  | 'limited'
  | 'unknown'
  | 'unverified-organisation'
  | 'no-funds';

/** What is known of a key. Texts are printable and hold no secret. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** What was found, as a clause: lower case, no full stop. */
  readonly sentence: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly nextStep: string;
  /** Whether the model asked about exists for this key; absent where that could not be found out. */
  readonly model?: ModelVerdict;
}

export interface ModelVerdict {
  readonly name: string;
  readonly available: boolean;
  /** `YYYY-MM-DD`, when the provider has announced the end of the model. */
  readonly shutdownDate?: string;
}

/** One caller's means of talking to a service. Nothing is taken from the environment. */
export interface Call {
  /** Absent for a server that asks for no key. */
  readonly secret?: Secret;
  /** Where paths are appended to: `https://api.openai.com/v1`, without a slash at the end. */
  readonly baseUrl: string;
  readonly organisation?: string;
  readonly project?: string;
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal;
  /** For one request with its whole answer; 10 s unless given. */
  readonly timeoutMs?: number;
}

/** A service as far as keys are concerned. */
export interface KeyProvider {
  readonly id: string;
  readonly label: string;
  /** Variables in which the service's own tools look for a key, the first that is set counts. */
  readonly vendorVariables: readonly string[];
  /** Where keys are made and revoked, and where a spending limit is set; absent where each server has its own. */
  readonly keyPage?: string;
  readonly limitPage?: string;
  /** The service's own address; absent where there is none and the user must give one. */
  readonly baseUrl?: string;
  /** Whether there may be servers that ask for no key. */
  readonly keyIsOptional: boolean;
  /** The model that is used, and asked about, unless another is named. */
  readonly defaultModel?: string;
  /** False where no free question tells what a key is worth: `verify` asks nobody, and a key is stored unchecked. */
  readonly canVerify?: false;
  /** Free of charge. Never throws for what the service or the network does: that is a verdict. */
  verify(call: Call, model?: string): Promise<Verdict>;
}
