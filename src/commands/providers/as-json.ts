import type { CostRange } from '../../providers/model.ts';
import type { ModelPage, ProviderPage } from './survey.ts';

/** A provider as one JSON Lines object; money in micro-dollars, what is not known is null. */
export function asJson(page: ProviderPage): string {
  const { facts, operations, modelFor, key, tiers, defaultModel, defaultQuality, models } = page;
  return JSON.stringify({
    ...{ type: 'provider', provider: facts.id, label: facts.label, isRemote: facts.isRemote, operations },
    modelFor,
    ...{ needsKey: key !== null, key: key ?? null, tiers },
    ...{ defaultModel: defaultModel ?? null, defaultQuality: defaultQuality ?? null },
    models: models.map(modelJson),
  });
}

function modelJson({ model, datedAs, isGone, sentAs, photo, prices }: ModelPage) {
  return {
    ...{ model: model.id, datedAs, shutdownDate: model.shutdownDate ?? null, isGone },
    ...{ operations: model.operations, prompt: model.prompt, mask: model.mask, scales: model.scales },
    ...{ isCreative: model.isCreative, takes: model.takes, numbers: model.numbers },
    ...{ qualities: model.qualities, sizes: model.sizes },
    ...{ uploadTypes: model.uploadTypes, maxUploadBytes: model.maxUploadBytes, options: model.options },
    photo: {
      sentAs,
      prices: photo.map(({ quality, cost }) => ({ quality: quality ?? null, ...costJson(cost) })),
    },
    prices,
  };
}

function costJson(cost: CostRange | undefined) {
  return {
    lowMicrousd: cost?.lowMicrousd ?? null,
    highMicrousd: cost?.highMicrousd ?? null,
    mostMicrousd: cost?.mostMicrousd ?? null,
  };
}
