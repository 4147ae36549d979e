// The money of a run as it is told and kept. Micro-dollars throughout: 1 000 000 are one US dollar.

/** Who pays for a run. */
export interface Payer {
  readonly model: string | null;
  readonly quality: string | null;
  /** Name, masked end and origin of each key in use; a server may ask for none. */
  readonly keys: readonly { readonly name: string; readonly tail: string | null; readonly why: string }[];
  readonly host: string;
  /** Files to look at, where they could be counted beforehand; some may be done, or be no pictures. */
  readonly pictures: number | null;
  /** For one photograph of usual size; null where no price is known. */
  readonly eachMicrousd: { readonly low: number; readonly high: number } | null;
  readonly fallback: readonly string[];
}

/** What one picture cost. */
export interface PictureCost {
  readonly provider: string;
  readonly model: string;
  readonly microusd: number | null;
  /** `measured` by the usage in the answer, `derived` from the price list, or `unknown`. */
  readonly kind: 'measured' | 'derived' | 'unknown';
  /** Bought before, so nothing was paid now. */
  readonly reused: boolean;
}

/** The money of a run while it goes. */
export interface MoneyStatus {
  readonly spentMicrousd: number;
  /** Paid calls whose cost is not known: not in the sum. */
  readonly unknown: number;
  /** The most that calls under way can cost. */
  readonly reservedMicrousd: number;
  /** Until the tightest limit; undefined without one. */
  readonly leftMicrousd: number | undefined;
}

/** What a run came to in money, from the ledger. */
export interface Charges {
  /** Pictures that were bought. */
  readonly paid: number;
  /** Answers that were charged and are no pictures. */
  readonly useless: number;
  /** For both. */
  readonly microusd: number;
  /** Those of both whose cost is unknown. */
  readonly unknown: number;
  /** Calls that may have been charged, and the most they may have cost. */
  readonly unsettled: number;
  readonly unsettledMicrousd: number;
  /** Those of them whose pictures can still be collected, free of charge; absent where there are none. */
  readonly collectable?: number;
  /** Made from what was bought before. */
  readonly reused: number;
  /** What was taken from the accounts of the keys that paid; absent where no service tells. */
  readonly balance?: readonly BalanceTaken[];
}

/** What a balance fell by between the first call and the last one, whoever else used it, and what is booked for the run. */
export interface BalanceTaken {
  readonly key: string;
  /** Null where the balance could not be read; less than nothing where it rose. */
  readonly takenMicrousd: number | null;
  readonly bookedMicrousd: number;
}
