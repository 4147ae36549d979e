// A provider as a page of text.
import { dollars } from '../../money.ts';
import { operations } from '../../operations.ts';
import { type PriceRow, tokenUnits } from '../../prices/table.ts';
import type { CostRange, Size, SizeRule } from '../../providers/model.ts';
import { printable } from '../../text.ts';
import { abilities } from './abilities.ts';
import { aligned, indented, named } from './columns.ts';
import type { ModelPage, ProviderPage } from './survey.ts';

export interface TextOptions {
  readonly columns: number;
}

/** One provider in full. */
export function asText(page: ProviderPage, { columns }: TextOptions): string[] {
  const { facts, tiers } = page;
  const living = page.models.filter(({ isGone }) => !isGone);
  const line = (name: string, text: string) => named(name, text, columns);
  return [
    `${facts.id}: ${facts.label}`,
    ...takenText(page).flatMap((text, at) => line(at === 0 ? 'does' : '', text)),
    ...line('key', keyText(page)),
    ...(facts.isRemote && living.length === 0 ? line('models', "the server's own") : []),
    ...sizeGroups(living).flatMap((text, at) => line(at === 0 ? 'sizes' : '', text)),
    ...(tiers.length > 0 ? line('limits', limitsText(page)) : []),
    ...line('price', priceText(page, living)),
    ...(living.length > 0 ? ['', ...priceTable(page, living, columns)] : []),
    ...notes(page).flatMap((text) => indented(text, columns)),
    ...living.flatMap((model) => ['', ...modelText(model, columns)]),
  ];
}

// By the model that is taken, where there is more than one.
function takenText({ operations: names, modelFor }: ProviderPage): string[] {
  const byModel = Map.groupBy(Object.entries(modelFor), ([, model]) => model);
  if (byModel.size < 2) return [names.join(', ')];
  return [...byModel].map(([model, entries]) => {
    const what = entries.map(([operation]) => operation).join(', ');
    return `${what} (${printable(model)})`;
  });
}

function keyText({ facts, key }: ProviderPage): string {
  if (key === null) return 'none needed, nothing is sent';
  if (key === undefined) {
    const where = facts.id === 'openai-compatible' ? ' --base-url URL' : '';
    return `none yet; add one: imgsys key add ${facts.id}${where}`;
  }
  return printable(`${key.name}${key.tail === null ? '' : ` …${key.tail}`}: ${key.why}`);
}

function priceText({ facts }: ProviderPage, living: readonly ModelPage[]): string {
  if (!facts.isRemote) return 'free';
  const [first] = living;
  if (first === undefined) return 'unknown; state it with --prices FILE or --assume-price DOLLARS';
  const { width, height } = first.sentAs;
  return `one photo of 3:2, sent as ${width}x${height} where the model takes that, in US cents:`;
}

function limitsText({ tiers }: ProviderPage): string {
  const names = tiers.map(({ name }) => name);
  const pictures = tiers.map(({ imagesPerMinute }) => imagesPerMinute).join(', ');
  const tokens = tiers.map(({ tokensPerMinute }) => thousands(tokensPerMinute)).join(', ');
  const which = `tiers ${names[0]} to ${names.at(-1)}`;
  return `${pictures} pictures a minute and model for accounts of ${which} (${tokens} tokens)`;
}

function thousands(count: number): string {
  return count >= 1e6 ? `${count / 1e6}M` : `${count / 1e3}k`;
}

// The sizes that most models take come first, without their names.
function sizeGroups(models: readonly ModelPage[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { model } of models) {
    const text = sizeText(model.sizes);
    groups.set(text, [...(groups.get(text) ?? []), model.id]);
  }
  const sorted = [...groups].sort(([, one], [, other]) => other.length - one.length);
  return sorted.map(([text, names], at) => (at === 0 ? text : `${names.join(', ')}: ${text}`));
}

function sizeText(rule: SizeRule): string {
  if (rule.kind === 'any') return `that of the picture, up to ${megapixels(rule.maxPixels)} megapixels`;
  if (rule.kind === 'list') return listText(rule.sizes);
  const { multiple, minPixels, maxPixels, usualPixels, maxSide, maxRatio } = rule;
  return [
    `${megapixels(minPixels)} to ${megapixels(maxPixels)} megapixels (${megapixels(usualPixels)} unless asked for more)`,
    `sides of up to ${maxSide} in steps of ${multiple}, at most ${maxRatio}:1`,
  ].join(', ');
}

function listText(sizes: readonly Size[]): string {
  const names = sizes.map(({ width, height }) => `${width}x${height}`);
  if (names.length <= mostSizes) return names.join(', ');
  const pixels = sizes.map(({ width, height }) => width * height);
  const [least, most] = [Math.min(...pixels), Math.max(...pixels)];
  const ratios = Math.max(
    ...sizes.map(({ width, height }) => Math.max(width, height) / Math.min(width, height)),
  );
  return `${names.length} sizes from ${megapixels(least)} to ${megapixels(most)} megapixels, at most ${Math.round(ratios * 10) / 10}:1`;
}

const mostSizes = 6;

function megapixels(pixels: number): string {
  return String(Math.round(pixels / 1e5) / 10);
}

function priceTable({ defaultModel }: ProviderPage, models: readonly ModelPage[], columns: number): string[] {
  const qualities = [...new Set(models.flatMap(({ photo }) => photo.map(({ quality }) => quality)))];
  const cellOf = ({ photo }: ModelPage, quality: string | undefined) => {
    const found = photo.find((one) => one.quality === quality);
    return found === undefined ? '' : cents(found.cost);
  };
  const nameOf = ({ model }: ModelPage) => `${printable(model.id)}${model.id === defaultModel ? ' *' : ''}`;
  const table = aligned([
    ['model', ...qualities.map((quality) => quality ?? 'a picture'), 'price of'],
    ...models.map((one) => [nameOf(one), ...qualities.map((quality) => cellOf(one, quality)), dateOf(one)]),
  ]);
  if (table.every((line) => line.length <= columns)) return table;
  // One under another, where the columns do not fit.
  const [priced, unpriced] = [models.filter(isPriced), models.filter((one) => !isPriced(one))];
  const rows = priced.flatMap((one) => {
    const known = qualities.filter((quality) => cellOf(one, quality) !== '');
    const each = known.map((quality) => `${quality ?? 'a picture'} ${cellOf(one, quality)}`);
    return [
      ...indented(nameOf(one), columns),
      ...indented([...each, `price of ${dateOf(one)}`].join(', '), columns, 4),
    ];
  });
  if (unpriced.length === 0) return rows;
  return [...rows, ...indented(`price unknown: ${unpriced.map(nameOf).join(', ')}`, columns)];
}

function isPriced({ photo }: ModelPage): boolean {
  return photo.some(({ cost }) => cost !== undefined);
}

function dateOf({ prices }: ModelPage): string {
  return prices.map(({ asOf }) => asOf).sort()[0] ?? '-';
}

function cents(cost: CostRange | undefined): string {
  if (cost === undefined) return 'unknown';
  const [low, high] = [shortly(cost.lowMicrousd), shortly(cost.highMicrousd)];
  return low === high ? low : `${low}-${high}`;
}

function shortly(microusd: number): string {
  if (microusd > 0 && microusd < 500) return '<0.1';
  return (microusd / 1e4).toFixed(microusd < 99_500 ? 1 : 0);
}

function notes({ models, defaultModel, defaultQuality }: ProviderPage): string[] {
  const byDate = new Map<string, string[]>();
  for (const { model, isGone } of models) {
    if (model.shutdownDate === undefined) continue;
    const when = `${isGone ? 'shut down since' : 'shut down on'} ${model.shutdownDate}`;
    byDate.set(when, [...(byDate.get(when) ?? []), model.id]);
  }
  const used = `* used without --model${defaultQuality === undefined ? '' : `, at quality ${defaultQuality} without --quality`}`;
  return [
    ...(defaultModel === undefined ? [] : [used]),
    ...[...byDate].map(([when, names]) => `${when}: ${names.join(', ')}`),
  ];
}

/** Which key is there, in a word. */
export function keyName({ key }: ProviderPage): string {
  if (key === null) return 'none needed';
  return key === undefined ? 'none yet' : printable(`${key.name}${key.tail === null ? '' : ` …${key.tail}`}`);
}

/** What a photo costs with the model and quality that are taken for the first operation with a known price, in words. */
export function usualPrice({ facts, modelFor, models, defaultQuality }: ProviderPage): string {
  if (!facts.isRemote) return 'free';
  const costOf = (usual: string | undefined) => {
    const photo = models.find(({ model }) => model.id === usual)?.photo;
    return (photo?.find(({ quality }) => quality === defaultQuality) ?? photo?.[0])?.cost;
  };
  const first = operations.find(({ name }) => costOf(modelFor[name]) !== undefined);
  if (first === undefined) return 'unknown';
  const price = `${cents(costOf(modelFor[first.name]))} cents`;
  return first.name === 'enhance' ? price : `${price} (${first.name})`;
}

function modelText({ model, datedAs, prices }: ModelPage, columns: number): string[] {
  const bySource = Map.groupBy(prices, ({ asOf, status, source }) => `${asOf}, ${status}: ${source}`);
  return [
    ...indented(printable([model.id, ...datedAs].join(', ')), columns),
    ...indented(abilities(model), columns, 4),
    ...[...bySource].flatMap(([origin, rows]) => {
      const tokens = rows.filter(({ unit }) => tokenUnits.includes(unit));
      const pictures = rows.filter(({ unit }) => !tokenUnits.includes(unit));
      const each = [
        ...(tokens.length > 0 ? [`${tokens.map(unitPrice).join(', ')} a million tokens`] : []),
        ...pictures.map(unitPrice),
      ];
      return indented(`${each.join(', ')} (${printable(origin)})`, columns, 4);
    }),
  ];
}

function unitPrice({ unit, quality, size, microusd }: PriceRow): string {
  return [unit, quality, size, dollars(microusd)].filter((part) => part !== undefined).join(' ');
}
