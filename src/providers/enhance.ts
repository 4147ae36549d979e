// The contract of providers that make pictures for money. Stateless: each call brings all it needs.
import type { PriceTable, PriceUnit } from '../prices/table.ts';
import { ProviderError } from './http.ts';
import type { CostRange, EditModel, Size, UploadType } from './model.ts';
import type { Call } from './provider.ts';

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
  readonly prompt: string;
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
  /** Awaited as the last thing before the first byte may leave; durable when it resolves. A rejection ends the call unsent. */
  readonly beforeSend: () => Promise<void>;
  /** Awaited with an answer that only says where the picture lies, before that is fetched. Must not reject. */
  readonly onAnswer?: (body: Buffer) => Promise<void>;
}

/** What came back whole: not yet decoded. */
export interface EnhanceResult {
  readonly bytes: Buffer;
  readonly usage?: TokenUsage;
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
  }
}

/** A service that makes pictures. */
export interface EnhanceProvider {
  readonly id: string;
  readonly label: string;
  readonly defaultModel: string | undefined;
  readonly defaultQuality: string | undefined;
  /** What may change, in a mask: `alpha` where it is transparent; `white` where it is white, the rest black, without alpha. */
  readonly maskStyle: 'alpha' | 'white';
  /** Built-in models; a service whose models are unknown describes any by `findModel`. */
  readonly models: readonly EditModel[];
  /** Throws CommandError (2) for a model that is unknown, naming near ones, or that is shut down on `today` (`YYYY-MM-DD`). */
  findModel(name: string | undefined, today: string): EditModel;
  /** What it can do to a picture, for people. */
  readonly operations: readonly string[];
  /** What accounts may do in a minute with one model, the smallest account first; empty where nobody knows. */
  readonly tiers: readonly LimitTier[];
  /** The units it can be told a price in. */
  readonly priceUnits: readonly PriceUnit[];
  /** What a call will cost, before it; undefined where that is unknown. */
  estimate(request: CostQuestion, prices: PriceTable): CostRange | undefined;
  /** What a call cost, by its usage; undefined where no price of tokens is known. */
  costOf(model: string, usage: TokenUsage, prices: PriceTable): number | undefined;
  /** One HTTP request, never repeated. Throws CallError for whatever the service or the network does. */
  enhance(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult>;
}

/** A class of accounts, and what the service lets each do. */
export interface LimitTier {
  readonly name: string;
  readonly imagesPerMinute: number;
  readonly tokensPerMinute: number;
}

/** What decides a price. */
export interface CostQuestion {
  readonly model: string;
  readonly quality: string | undefined;
  readonly prompt: string;
  readonly upload: Size;
  readonly size: Size | undefined;
  readonly masked: boolean;
}
