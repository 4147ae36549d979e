// What must be said once of the prices of a run.
import { dollars } from './money.ts';
import { outdated } from './prices/age.ts';
import { anyModel, type PriceTable } from './prices/table.ts';
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
  const date = outdated(rows, nowMs);
  const assumed = all.filter((one) => expectedCost(one, typicalUpload(one.model, one.uploadPixels))?.assumed);
  return [
    ...strangeModels(recipe.prices),
    ...(date === undefined ? [] : [oldPrices(date)]),
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

/** That prices are more than 90 days old. */
export function oldPrices(date: string): Warning {
  return [
    `prices of ${date} are reckoned with: they may have changed since`,
    'compare them with the price page of the service; newer ones: update imgsys, or --prices FILE',
  ];
}
