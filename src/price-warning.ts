// What must be said once of the prices of a run.
import { dollars } from './money.ts';
import { outdated } from './prices/age.ts';
import { anyModel, type PriceRow, type PriceTable } from './prices/table.ts';
import { enhanceProviders } from './providers/enhance-providers.ts';
import { expectedCost, typicalUpload } from './purchases/expected-cost.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import { nearest } from './suggest.ts';
import { printable } from './text.ts';

/** What is wrong, and the next step. */
export type Warning = readonly [message: string, hint: string];

/** Warnings about the prices a run reckons with: that they are old, and that one is assumed. */
export function priceWarnings(recipe: RemoteRecipe, nowMs: number): readonly Warning[] {
  const all = [recipe, ...recipe.fallback.flatMap((next) => (next.kind === 'remote' ? [next.recipe] : []))];
  const rows = all.flatMap(({ provider, model, prices }) => prices.allOf(provider.id, model.id));
  const assumed = all.filter((one) => expectedCost(one, typicalUpload(one.model, one.uploadPixels))?.assumed);
  return [
    ...strangeModels(recipe.prices),
    ...oldPrices(rows, nowMs),
    ...assumed.map(
      ({ provider, model, assumePriceMicrousd = 0 }): Warning => [
        `the price of ${printable(model.id) || `pictures of ${provider.id}`} is not known: ${dollars(assumePriceMicrousd)} a picture is assumed`,
        'state it in a file with --prices: imgsys providers --help shows how',
      ],
    ),
  ];
}

/** Rows of the user's file for models that a provider does not have: misspelt, as a rule. */
export function strangeModels(prices: PriceTable): readonly Warning[] {
  if (prices.file === undefined) return [];
  const { shown } = prices.file;
  return enhanceProviders.flatMap(({ id, label, models }) => {
    const names = models.map((model) => model.id);
    const stated = prices.rows.filter(({ provider, status }) => provider === id && status === 'stated');
    if (names.length === 0) return [];
    const strange = [...new Set(stated.map(({ model }) => model))].filter(
      (model) => !names.includes(model) && model !== anyModel,
    );
    if (strange.length > mostNamed) return [manyStrange(shown, label, strange)];
    return strange.map((model): Warning => {
      const near = nearest(model, names);
      return [
        `the price file ${printable(shown)} has prices of ${printable(model)}, which is no model of ${label}`,
        near === undefined ? 'imgsys providers lists the models' : `did you mean ${near}?`,
      ];
    });
  });
}

const mostNamed = 3;

function manyStrange(shown: string, label: string, models: readonly string[]): Warning {
  const named = models.slice(0, mostNamed).map(printable).join(', ');
  const more = (models.length - mostNamed).toLocaleString('en-US');
  return [
    `the price file ${printable(shown)} has prices of ${named} and ${more} more, which are no models of ${label}`,
    'imgsys providers lists the models',
  ];
}

/** That prices among `rows` are more than 90 days old at `nowMs`: one warning, or none. */
export function oldPrices(rows: readonly PriceRow[], nowMs: number): readonly Warning[] {
  const old = outdated(rows, nowMs);
  const [oldest] = old;
  if (oldest === undefined) return [];
  const byProvider = Map.groupBy(old, ({ provider }) => provider);
  const whose = [...byProvider].map(([provider, own]) => `${modelsIn(own)} at ${printable(provider)}`);
  const since = old.some(({ asOf }) => asOf !== oldest.asOf) ? ' or later' : '';
  return [
    [
      `the prices of ${whose.join(', ')} are of ${printable(oldest.asOf)}${since}: they may have changed since`,
      'compare them with the price page of the service; newer ones: update imgsys, or --prices FILE',
    ],
  ];
}

function modelsIn(rows: readonly PriceRow[]): string {
  const models = [...new Set(rows.map(({ model }) => (model === anyModel ? 'pictures' : printable(model))))];
  const more = models.length - mostNamed;
  const named = models.slice(0, mostNamed).join(', ');
  return more > 0 ? `${named} and ${more.toLocaleString('en-US')} more` : named;
}
