// The contract of providers that make pictures for money. Stateless: each call brings all it needs.

import type { OperationName } from '../operations.ts';
import type { PriceRow, PriceTable, PriceUnit } from '../prices/table.ts';
import { ProviderError } from './http.ts';
import type { CostRange, EditModel, Size, UploadType } from './model.ts';
import type { Call } from './provider.ts';
import type { Wish } from './wish.ts';

/** A picture as it is sent: no metadata, no name. */
export interface Upload {
  readonly bytes: Buffer;
  readonly type: UploadType;
  readonly width: number;
  readonly height: number;
}

/** One picture to be made. */
export interface EnhanceRequest {
  readonly model: string;
  /** Empty for a model that takes none. */
  readonly prompt: string;
  readonly wish: Wish;
  readonly image: Upload;
  /** PNG of the same size, in the provider's `maskStyle`. */
  readonly mask?: Upload;
  /** The size to be made; undefined leaves it to the service. */
  readonly size?: Size;
  readonly quality?: string;
  /** Further options by the name they are sent under. */
  readonly options: Readonly<Record<string, string>>;
}

export interface EnhanceCall extends Call {
  /**
   * Awaited as the last thing before the first byte may leave; durable when it resolves. A rejection ends the call
   * unsent.
   */
  readonly beforeSend: () => Promise<void>;
  /** Awaited with an answer that only says where the picture lies, before that is fetched. Must not reject. */
  readonly onAnswer?: (body: Buffer) => Promise<void>;
  /** Awaited with the service's own id of an asynchronous job, as soon as it is known; durable when it resolves. */
  readonly onAccepted: (job: string) => Promise<void>;
  /** Waits between polls; rejects with the signal's reason. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What came back whole: not yet decoded. */
export interface EnhanceResult {
  readonly bytes: Buffer;
  readonly usage?: TokenUsage;
  /** What the service itself says it cost, in micro-dollars. */
  readonly costMicrousd?: number;
  readonly requestId?: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TokenUsage {
  readonly inputTextTokens: number;
  readonly inputImageTokens: number;
  readonly outputTokens: number;
}

/**
 * `auth`: the key is wrong or revoked. `permission`: it may not do this. `quota`: no money, or the account's own limit.
 * `rate`: too fast. `busy`: the service has trouble of its own. `network`: no complete answer. `refused`: this picture or
 * prompt is refused. `invalid`: the request itself is wrong. `protocol`: an answer that is none. `cancelled`: by us.
 */
export type FailureKind =
  | 'auth'
  | 'permission'
  | 'quota'
  | 'rate'
  | 'busy'
  | 'network'
  | 'refused'
  | 'invalid'
  | 'protocol'
  | 'cancelled';

/** `none`: free, may be tried again. `unsettled`: may have been charged. `paid`: was charged, and what came is of no use. */
export type Charge = 'none' | 'unsettled' | 'paid';

interface CallErrorFacts {
  readonly provider: string;
  readonly kind: FailureKind;
  readonly charge: Charge;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether the connection broke before all of the upload was sent: a hidden "too fast", as a rule. */
  readonly uploadBroken?: boolean | undefined;
  /** The whole answer, where it was charged and is of no use. */
  readonly evidence?: Buffer | undefined;
  /** What that answer counts. */
  readonly usage?: TokenUsage | undefined;
  readonly hint?: string | undefined;
  /** Whether the model is what is refused: there is none of that name, or not for this key. */
  readonly isAboutModel?: boolean | undefined;
  /** Whether the job that was accepted may still be collected later; false where it is over for good. */
  readonly collectable?: boolean | undefined;
}

/** Why a paid call failed, and whether it may cost money. */
export class CallError extends ProviderError {
  readonly kind: FailureKind;
  readonly charge: Charge;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly uploadBroken: boolean;
  readonly evidence: Buffer | undefined;
  readonly usage: TokenUsage | undefined;
  readonly hint: string | undefined;
  readonly collectable: boolean;
  readonly isAboutModel: boolean;

  constructor(message: string, facts: CallErrorFacts) {
    const failure =
      facts.kind === 'network' || facts.kind === 'cancelled'
        ? 'network'
        : facts.kind === 'protocol'
          ? 'protocol'
          : 'answer';
    super(message, { ...facts, failure });
    this.kind = facts.kind;
    this.charge = facts.charge;
    this.headers = facts.headers ?? {};
    this.uploadBroken = facts.uploadBroken ?? false;
    this.evidence = facts.evidence;
    this.usage = facts.usage;
    this.hint = facts.hint;
    this.collectable = facts.collectable ?? false;
    this.isAboutModel = facts.isAboutModel ?? false;
  }
}

/** A service that makes pictures. */
export interface EnhanceProvider {
  readonly id: string;
  readonly label: string;
  readonly defaultModel: string | undefined;
  readonly defaultQuality: string | undefined;
  /**
   * What may change, in a mask: `alpha` where it is transparent; `white` where it is white, the rest black, without
   * alpha.
   */
  readonly maskStyle: 'alpha' | 'white';
  /** Built-in models; a service whose models are unknown describes any by `findModel`. */
  readonly models: readonly EditModel[];
  /**
   * Throws CommandError (2) for a model that is unknown, naming near ones, or that is shut down on `today`
   * (`YYYY-MM-DD`).
   */
  findModel(name: string | undefined, today: string): EditModel;
  /** The model for each operation it can do, where none is named. */
  readonly modelFor: Readonly<Partial<Record<OperationName, string>>>;
  /** What accounts may do in a minute with one model, the smallest account first; empty where nobody knows. */
  readonly tiers: readonly LimitTier[];
  /** How a run begins where the user states nothing; absent where that is to be felt for. */
  readonly pace?: Pace;
  /** The units it can be told a price in. */
  readonly priceUnits: readonly PriceUnit[];
  /** What a call will cost, before it; undefined where that is unknown. */
  estimate(request: CostQuestion, prices: PriceTable): CostRange | undefined;
  /** What a call cost, by its usage; undefined where no price of tokens is known. */
  costOf(model: string, usage: TokenUsage, prices: PriceTable): number | undefined;
  /** Where the service counts what it charges in the headers of its answer: what the call cost, where the price is known. */
  costByHeaders?(
    model: string,
    headers: Readonly<Record<string, string>>,
    prices: PriceTable,
  ): number | undefined;
  /**
   * One picture: one HTTP request, or a submission and its polls; what may cost money is never repeated. Throws
   * CallError for whatever the service or the network does.
   */
  enhance(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult>;
  /**
   * For asynchronous services: fetches what was submitted as `job` earlier, waiting until it is made; submits nothing, and
   * calls neither `beforeSend` nor `onAccepted`. Throws CallError, `collectable` where trying again later may help.
   */
  collect?(job: string, model: string, call: EnhanceCall): Promise<EnhanceResult>;
  /** Where the service tells its prices, free of charge: those of one model now; undefined where it does not know it. */
  quote?(model: string, call: Call): Promise<readonly PriceRow[] | undefined>;
  /**
   * Where the service tells it, free of charge: what is left on the account, in micro-dollars; undefined where the answer
   * does not say. Throws ProviderError.
   */
  balance?(call: Call): Promise<number | undefined>;
}

/** A class of accounts, and what the service lets each do. */
export interface LimitTier {
  readonly name: string;
  readonly imagesPerMinute: number;
  readonly tokensPerMinute: number;
}

/** What a service usually lets through: a start, which its refusals correct. */
export interface Pace {
  /** Calls begun in a minute. */
  readonly requestsPerMinute?: number;
  /** Calls in flight at most, where it makes few at a time and lets the rest wait. */
  readonly inFlight?: number;
}

/** What decides a price. */
export interface CostQuestion {
  readonly model: string;
  readonly quality: string | undefined;
  readonly prompt: string;
  readonly upload: Size;
  readonly size: Size | undefined;
  readonly masked: boolean;
  readonly wish: Wish;
}
