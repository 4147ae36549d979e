import { Command } from 'commander';
import type { Context } from '../context.ts';
import { withKeys } from '../credentials/key-context.ts';
import { oldPrices, strangeModels } from '../price-warning.ts';
import { findProvider, providers } from '../providers/providers.ts';
import { hint, warn, writeResult } from '../streams.ts';
import { pricesFor } from './enhance/prices.ts';
import { notes } from './help.ts';
import { asJson } from './providers/as-json.ts';
import { asText, keyName, usualPrice } from './providers/as-text.ts';
import { indented } from './providers/columns.ts';
import { matrixLines, stateLines } from './providers/matrix.ts';
import { type ProviderPage, surveyProvider } from './providers/survey.ts';

export interface ProvidersOptions {
  /** The provider to show in full; undefined shows all. */
  readonly name: string | undefined;
  /** A file of prices. */
  readonly prices: string | undefined;
  readonly json: boolean;
}

const help = `
Examples:
  imgsys providers                               who does what, with which model, for about how much
  imgsys providers openai                        one in full: its models, what they want, prices
  imgsys providers --json | jq '.models[].photo'
  imgsys providers --prices prices.json          reckoned with your own prices
  imgsys config set prices prices.json           from now on

A file of prices is a JSON list; each row goes before the built-in ones of its provider, model and unit:
  [{"provider": "openai", "model": "gpt-image-2", "unit": "output",
    "usd": 28, "asOf": "2026-11-20"},
   {"provider": "openai-compatible", "model": "*", "unit": "picture",
    "usd": 0.02, "asOf": "2026-11"}]
Units: text_input, image_input and output are dollars a million tokens; output_picture is the picture that is made, picture
all of one call, both perhaps with "quality" and "size"; "source" says where it is from. * is any model without a price of
its own.`;

/** `imgsys providers [NAME]`: who can do it, with what, and what it costs. */
export function providersCommand(context: Context): Command {
  return new Command('providers')
    .description('show who enhances pictures: models, sizes, limits, keys, and what a photo costs')
    .argument('[provider]', 'show one in full')
    .option('--prices <file>', 'your own prices over the built-in ones')
    .option('--json', 'JSON Lines, one provider a line')
    .addHelpText('after', notes(help))
    .action((name: string | undefined, { prices, json = false }: { prices?: string; json?: boolean }) =>
      providersRun({ name, prices, json }, context),
    );
}

/** Throws CommandError (2) for an unknown provider, naming the nearest, and for a file of prices that is wrong. */
export async function providersRun(options: ProvidersOptions, bare: Context): Promise<void> {
  const context = withKeys(bare, { input: false });
  const { streams, clock } = context;
  const shown = options.name === undefined ? providers : [findProvider(options.name)];
  const prices = await pricesFor(options.prices, context);
  const columns = streams.stdout.isTTY ? (streams.stdout.columns ?? 80) : 80;
  const pages: ProviderPage[] = [];
  for (const facts of shown) pages.push(await surveyProvider(facts, prices, context));
  if (options.json) {
    for (const page of pages) await writeResult(streams, `${asJson(page)}\n`);
  } else {
    const lines =
      options.name === undefined
        ? overview(pages, columns)
        : pages.flatMap((page) => asText(page, { columns }));
    await writeResult(streams, `${lines.join('\n')}\n`);
  }
  // The overview has a price of each: how old each is, is told with all of its prices.
  const rows = prices.rows.filter(({ provider }) => provider === options.name);
  const warnings = [...strangeModels(prices), ...oldPrices(rows, clock.now())];
  for (const [message, next] of warnings) {
    warn(streams, message);
    hint(streams, next);
  }
}

function overview(pages: readonly ProviderPage[], columns: number): string[] {
  const states = pages.map((page) => [page.facts.id, usualPrice(page), keyName(page)] as const);
  const more =
    'A photo is one of 24 megapixels, for the first thing that each does at a known price. One in full: imgsys providers NAME. A key: imgsys key add NAME';
  return [
    'who does what; the number is the model that is taken',
    '',
    ...matrixLines(pages, columns),
    '',
    ...stateLines(states, columns),
    '',
    ...indented(more, columns, 0),
  ];
}
