import { dollars } from '../../money.ts';
import { headline } from '../headline.ts';
import { costChart } from './chart.ts';
import { paidFor, pictures, sheet } from './data.ts';
import { byId, countOf, make } from './dom.ts';

/** The head of the page: what the run was, what it came to, and what it cost. */
export function showSummary(chooseCosts: (least: number, most: number) => void): void {
  const { head } = sheet;
  byId('title').textContent = headline(head);
  byId('run').textContent = head.run;
  const by = [head.provider, head.model, head.quality].filter(Boolean).join(' · ');
  const facts = [by, new Date(head.startedMs).toLocaleString(), `→ ${head.output}`];
  byId('about').replaceChildren(...facts.map((text) => make('span', {}, make('bdi', {}, text))));
  const asked = byId<HTMLDetailsElement>('asked');
  asked.hidden = head.prompt === undefined;
  byId('prompt').textContent = head.prompt ?? '';
  byId('notes').replaceChildren(...notes().map((text) => make('li', {}, text)));
  const costs = pictures.map(paidFor).filter((cost) => cost !== undefined);
  byId('money').replaceChildren(...moneyWords(costs).map(([term, text]) => pair(term, text)));
  if (costs.length > 0) byId('chart').replaceChildren(costChart(costs, chooseCosts));
}

function pair(term: string, text: string): HTMLElement {
  return make('div', {}, make('dt', {}, term), make('dd', {}, text));
}

function moneyWords(costs: readonly number[]): [string, string][] {
  const { charges } = sheet.head;
  const unknown = pictures.filter(
    ({ cost }) => cost !== undefined && !cost.reused && cost.microusd === null,
  ).length;
  const reused = pictures.filter(({ cost }) => cost?.reused).length;
  const words: [string, string][] = [];
  if (costs.length > 0) {
    const sum = costs.reduce((total, cost) => total + cost, 0);
    words.push(['these pictures', dollars(sum)], ['each', dollars(Math.round(sum / costs.length))]);
  }
  if (charges !== undefined) words.push(['this run', dollars(charges.microusd)]);
  if (unknown > 0) words.push(['cost unknown', countOf(unknown, 'picture')]);
  if (reused > 0) words.push(['bought before', countOf(reused, 'picture')]);
  if (charges !== undefined && charges.useless > 0) {
    words.push(['charged for nothing', countOf(charges.useless, 'answer')]);
  }
  if (charges !== undefined && charges.unsettled > 0) {
    words.push([
      'unsettled',
      `${countOf(charges.unsettled, 'call')}, at most ${dollars(charges.unsettledMicrousd)}`,
    ]);
  }
  return words;
}

const stateWords: Readonly<Record<string, string>> = {
  interrupted: 'The run was interrupted before its end.',
  died: 'The run died before its end.',
  failed: 'The run ended with an error.',
  running: 'The run was still going on when this page was made.',
};

const skippedWords: Readonly<Record<string, string>> = {
  ...{ done: 'already done', 'not-an-image': 'not a picture', 'listed-twice': 'listed more than once' },
  ...{ 'output-exists': 'whose output exists', 'output-changed': 'whose output was changed' },
  'svg-not-asked': 'vector drawing',
};

function notes(): string[] {
  const { head, thumbnails } = sheet;
  const skipped = Object.entries(head.skipped).map(
    ([reason, count]) =>
      `${count.toLocaleString('en-US')} ${skippedWords[reason] ?? reason.replaceAll('-', ' ')}`,
  );
  const rest = pictures.length - thumbnails.pictures;
  return [
    stateWords[head.state],
    head.left > 0
      ? `${countOf(head.left, 'picture')} not begun: the same command goes on with them.`
      : undefined,
    skipped.length > 0 ? `Passed over: ${skipped.join(', ')}.` : undefined,
    rest > 0
      ? `${countOf(rest, 'picture')} without small pictures: a page holds ${thumbnails.pictures}.`
      : undefined,
  ].filter((note) => note !== undefined);
}
