// Who does what: operations by providers, with the model that each takes.
import { type OperationName, operations } from '../../operations.ts';
import { printable } from '../../text.ts';
import { aligned, indented } from './columns.ts';
import type { ProviderPage } from './survey.ts';

/** As a table with the models by number below it; as sentences where the table does not fit. */
export function matrixLines(pages: readonly ProviderPage[], columns: number): string[] {
  const names = pages.map(shortName);
  const taken = pages.map(modelsOf);
  const rows = operations.map(({ name }) => [name, ...pages.map((page, at) => mark(page, name, taken[at]))]);
  const gap = columns >= wide ? '  ' : ' ';
  const widths = names.map((name) => name.length);
  const lay = ([first = '', ...cells]: readonly string[]) =>
    [first.padEnd(longest), ...cells.map((cell, at) => cell.padEnd(widths[at] ?? 0))].join(gap).trimEnd();
  const table = [lay(['', ...names]), ...rows.map(lay)].map((line) => `  ${line}`);
  if (table.some((line) => line.length > columns)) return asSentences(pages, columns);
  return [...table, '', ...legend(pages, taken, columns)];
}

const wide = 100;
const longest = Math.max(...operations.map(({ name }) => name.length));

/** Of each provider, what a photo costs and which key is there. */
export function stateLines(
  rows: readonly (readonly [name: string, price: string, key: string])[],
  columns: number,
): string[] {
  const table = aligned([['provider', 'a photo', 'key'], ...rows]);
  if (table.every((line) => line.length <= columns)) return table;
  return rows.flatMap(([name, price, key]) => indented(`${name}: ${price}, ${key}`, columns));
}

function shortName({ facts }: ProviderPage): string {
  return facts.id === 'openai-compatible' ? 'server' : facts.id;
}

// The models that a provider takes, each once, in the order of the operations.
function modelsOf({ modelFor }: ProviderPage): readonly string[] {
  const models = operations.map(({ name }) => modelFor[name]);
  return [...new Set(models.filter((model) => model !== undefined && model !== ''))] as string[];
}

function mark(
  { facts, operations: own, modelFor }: ProviderPage,
  name: OperationName,
  models: readonly string[] = [],
) {
  const model = modelFor[name];
  if (model === undefined) return !facts.isRemote && own.includes(name) ? 'x' : '-';
  const at = models.indexOf(model);
  return at < 0 ? 'x' : String(at + 1);
}

function legend(
  pages: readonly ProviderPage[],
  taken: readonly (readonly string[])[],
  columns: number,
): string[] {
  return pages.flatMap((page, at) => {
    const models = (taken[at] ?? []).map((model, index) => `${index + 1}${bound}${printable(model)}`);
    const { facts } = page;
    const text =
      models.length > 0 ? models.join(', ') : facts.isRemote ? 'x by the model of the server' : 'x, free';
    const name = shortName(page);
    const title = name === facts.id ? name : `${name} (${facts.id})`;
    return indented(`${title}: ${text}`, columns).map((line) => line.replaceAll(bound, ' '));
  });
}

// A space at which no line is broken.
const bound = '\u00a0';

function asSentences(pages: readonly ProviderPage[], columns: number): string[] {
  return operations.flatMap(({ name }) => {
    const who = pages.flatMap(({ facts, operations: own, modelFor }) => {
      const model = modelFor[name];
      if (model === undefined) return !facts.isRemote && own.includes(name) ? [facts.id] : [];
      return [model === '' ? facts.id : `${facts.id} ${printable(model)}`];
    });
    return indented(`${name}: ${who.join(', ') || 'nobody'}`, columns);
  });
}
