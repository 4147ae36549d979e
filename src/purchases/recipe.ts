import type { DriftTolerance } from '../images/drift/drift.ts';
import type { EdgesWish } from '../images/edges.ts';
import type { Background } from '../images/restore/shape.ts';
import type { StatedLimits } from '../pool/contract.ts';
import type { PriceTable } from '../prices/table.ts';
import type { EnhanceProvider } from '../providers/enhance.ts';
import type { LocalRecipe } from '../providers/local/plan.ts';
import type { EditModel } from '../providers/model.ts';
import type { Wish } from '../providers/wish.ts';

/** What is sent with each picture, and how. */
export interface RemoteRecipe {
  readonly provider: EnhanceProvider;
  readonly model: EditModel;
  readonly prompt: string;
  readonly wish: Wish;
  readonly quality: string | undefined;
  /** Further options by the name they are sent under. */
  readonly options: Readonly<Record<string, string>>;
  readonly mask: MaskChoice | undefined;
  /** `expand`: what is added to each picture; its `wish.edges` follow from it. */
  readonly edges?: EdgesWish;
  /** What a cut-out is put on, here; nothing of it is sent or bought. */
  readonly background?: Background;
  /** The most pixels to send and ask for; undefined leaves it to the model's usual size. */
  readonly uploadPixels: number | undefined;
  /** Names of keys as given, perhaps with a weight (`team=2`); empty for the default one. */
  readonly keys: readonly { readonly name: string; readonly weight: number }[];
  readonly stated: StatedLimits;
  readonly concurrency: number | 'auto';
  readonly timeoutMs: number;
  readonly maxWaitMs: number;
  readonly retryUnsettled: 'never' | 'ask' | 'always';
  readonly prices: PriceTable;
  /** What the user wants reckoned for a picture whose price is not known; undefined leaves it unknown. */
  readonly assumePriceMicrousd: number | undefined;
  readonly fallback: readonly Fallback[];
  /** How far results may move from their pictures; nothing of it is sent or bought. Not compared without. */
  readonly tolerance?: DriftTolerance;
}

/** One mask for every picture, or a folder in which each has its own: by its path below the input folder, with any ending. */
export type MaskChoice =
  | { readonly kind: 'file'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'folder'; readonly path: string };

/** Who does it where the first provider cannot. */
export type Fallback =
  | { readonly kind: 'local'; readonly recipe: LocalRecipe }
  | { readonly kind: 'remote'; readonly recipe: RemoteRecipe };
