// What is known of a provider, gathered for showing: nothing is asked over the network, and no key is unlocked.
import type { KeyContext } from '../../credentials/key-context.ts';
import { candidates } from '../../credentials/sources.ts';
import type { OperationName } from '../../operations.ts';
import { builtInPresets } from '../../presets/built-in.ts';
import type { PriceRow, PriceTable } from '../../prices/table.ts';
import type { EnhanceProvider, LimitTier } from '../../providers/enhance.ts';
import { findEnhanceProvider } from '../../providers/enhance-providers.ts';
import { findKeyProvider } from '../../providers/key-providers.ts';
import type { CostRange, EditModel, Size } from '../../providers/model.ts';
import type { ProviderFacts } from '../../providers/providers.ts';
import { expectedCost, typicalUpload } from '../../purchases/expected-cost.ts';

export interface ProviderPage {
  readonly facts: ProviderFacts;
  readonly operations: readonly OperationName[];
  /** The model that is taken for each operation; empty for the one that a server has. Nothing for local. */
  readonly modelFor: EnhanceProvider['modelFor'];
  /** Undefined where no key is there; null where none is needed. */
  readonly key:
    | { readonly name: string; readonly tail: string | null; readonly why: string }
    | undefined
    | null;
  readonly tiers: readonly LimitTier[];
  readonly defaultModel: string | undefined;
  readonly defaultQuality: string | undefined;
  readonly models: readonly ModelPage[];
}

export interface ModelPage {
  readonly model: EditModel;
  /** Dated names of the same model. */
  readonly datedAs: readonly string[];
  readonly isGone: boolean;
  /** As what a typical photograph is sent. */
  readonly sentAs: Size;
  /** What it costs, by quality (undefined where the model has none), from the cheapest. */
  readonly photo: readonly { readonly quality: string | undefined; readonly cost: CostRange | undefined }[];
  readonly prices: readonly PriceRow[];
}

/** Everything about one provider at the prices given. */
export async function surveyProvider(
  facts: ProviderFacts,
  prices: PriceTable,
  context: KeyContext,
): Promise<ProviderPage> {
  if (!facts.isRemote) {
    const own = builtInPresets.filter(({ local }) => local);
    const operations = [...new Set(own.map(({ generative }) => generative?.operation ?? 'enhance'))];
    const nothing = {
      modelFor: {},
      tiers: [],
      defaultModel: undefined,
      defaultQuality: undefined,
      models: [],
    };
    return { facts, operations, key: null, ...nothing };
  }
  const provider = findEnhanceProvider(facts.id);
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  const { modelFor, tiers, defaultModel, defaultQuality } = provider;
  const operations = Object.keys(modelFor) as OperationName[];
  const models = modelsOf(provider, prices).map((model) => pageOf(model, provider, prices, today));
  return {
    facts,
    operations,
    modelFor,
    tiers,
    defaultModel,
    defaultQuality,
    models,
    key: await keyFor(facts.id, context),
  };
}

// Where the models are the server's own, those that have a price.
function modelsOf(provider: EnhanceProvider, prices: PriceTable): readonly EditModel[] {
  if (provider.models.length > 0)
    return provider.models.filter((model) => datedFrom(model, provider) === undefined);
  const own = prices.rows.filter((row) => row.provider === provider.id).map((row) => row.model);
  return [...new Set(own)].map((name) => provider.findModel(name, ''));
}

function datedFrom({ id }: EditModel, { models }: EnhanceProvider): EditModel | undefined {
  return models.find(
    (other) =>
      id !== other.id && /^-\d{4}-\d\d-\d\d$/.test(id.slice(other.id.length)) && id.startsWith(other.id),
  );
}

function pageOf(model: EditModel, provider: EnhanceProvider, prices: PriceTable, today: string): ModelPage {
  const sentAs = typicalUpload(model, undefined);
  const prompt = builtInPresets[0]?.generative?.prompt ?? '';
  const qualities = model.qualities.length > 0 ? model.qualities : [undefined];
  const operation = model.operations[0] ?? 'enhance';
  const wish = { operation, ...(operation === 'upscale' && { scale: 2 as const }) };
  const recipe = { provider, model, prompt, wish, mask: undefined, prices, assumePriceMicrousd: undefined };
  return {
    model,
    datedAs: provider.models.filter((one) => datedFrom(one, provider)?.id === model.id).map(({ id }) => id),
    isGone: model.shutdownDate !== undefined && model.shutdownDate <= today,
    sentAs: { width: sentAs.width, height: sentAs.height },
    photo: qualities.map((quality) => ({ quality, cost: expectedCost({ ...recipe, quality }, sentAs) })),
    prices: prices.allOf(provider.id, model.id),
  };
}

async function keyFor(id: string, context: KeyContext): Promise<ProviderPage['key']> {
  const entries = await (await context.keystore()).entries();
  const [first] = candidates(findKeyProvider(id), context.env, entries);
  return first && { name: first.name, tail: first.entry?.tail ?? null, why: first.why };
}
