// Many pictures at a service that is slow to let them through and often goes wrong: all is told, nothing is bought twice,
// and the ledger says what the service says.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type Home, imgsys, jsonLines, lines, type Ran } from '../helpers/cli.ts';
import { type Fault, type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { inLedger, payingHome } from '../helpers/paid.ts';
import { costOf } from '../helpers/paid-kill.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const pictures = 72;
const withoutAnswer: readonly (Fault | undefined)[] = ['drop', 'hang', 'gateway'];
const withoutPicture: readonly (Fault | undefined)[] = ['malformed', 'html', 'truncated-base64', 'bomb'];

describe('a run over many faults', () => {
  let server: ImageServer;
  let home: Home;
  let folder: string;
  let names: string[];
  let first: Ran;

  const billed = (faults: readonly (Fault | undefined)[]) =>
    server.journal.billed().filter(({ fault }) => faults.includes(fault));
  const attempts = () =>
    inLedger(home, (ledger) => {
      const id = ledger.lastRun()?.id ?? '';
      return {
        attempts: ledger.purchases.attemptsOf(id),
        sums: ledger.purchases.totals('all', { runId: id })[0],
      };
    });

  beforeAll(async () => {
    folder = await tempFolder();
    names = await writePhotos(join(folder, 'photos'), pictures);
    // For the service time begins with its first refusal, so that a slow machine is refused as well.
    const monotonicMs = () => (server.journal.count(429) > 0 ? systemClock.monotonicMs() : 0);
    server = await startImageServer({
      ...{ imagesPerMinute: 600, burst: 5, headers: 'text', refuse: 'during-upload' },
      ...{ answer: 'fixed', seed: 20, clock: { ...systemClock, monotonicMs } },
      faults: {
        // At the beginning, so that the others go on meanwhile.
        script: ['none', 'hang', 'none', 'hang'],
        share: {
          ...{ drop: 0.1, error500: 0.05, malformed: 0.03, html: 0.02 },
          ...{ 'truncated-base64': 0.02, bomb: 0.02, gateway: 0.02 },
        },
      },
    });
    home = await payingHome(server);
    // No call that is answered takes as long, however busy the machine is.
    const args = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--timeout', '30s', '--json'];
    first = await imgsys(home, args, { cwd: folder });
  });
  afterAll(() => server.close());

  it('meets every one of them', () => {
    const met = new Set(server.journal.edits().map(({ fault }) => fault));
    expect([...met].sort()).toEqual(['error500', undefined, ...withoutAnswer, ...withoutPicture].sort());
    expect(server.journal.count(429)).toBeGreaterThan(0);
  });

  it('ends each picture in exactly one event, with a reason where it failed', () => {
    const events = jsonLines(first.stdout);
    const ends = events.filter(({ type }) => ['done', 'failed', 'skipped'].includes(String(type)));
    expect(ends.map(({ source }) => source).sort()).toEqual(names.map((name) => join('photos', name)));
    const failed = ends.filter(({ type }) => type === 'failed');
    for (const { message, hint } of failed)
      expect([message, hint]).toEqual([expect.any(String), expect.any(String)]);
    expect(events.at(-1)).toMatchObject({
      ...{ failed: failed.length, enhanced: pictures - failed.length, left: 0, exitCode: 14 },
      failedBy: {
        unsettled: billed(withoutAnswer).length,
        'answer-unusable': billed(withoutPicture).length,
      },
    });
    expect(first.code).toBe(14);
  });

  it('buys no picture twice', () => {
    expect(server.journal.billed()).toHaveLength(pictures);
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it('says nothing that nobody meant to say', () => {
    expect(
      lines(first.stderr).filter((line) => !/^imgsys: (?:warning: |hint: )?[a-zA-Z]/.test(line)),
    ).toEqual([]);
    expect(first.stderr).not.toMatch(/unexpected|defect|\bat .+:\d+:\d+/);
  });

  it('has in the ledger what the service billed, to the micro-dollar where it told', async () => {
    const { attempts: rows, sums } = await attempts();
    const entries = new Map(server.journal.billed().map((entry) => [entry.requestId, entry]));
    expect(sums).toMatchObject({
      ...{ paid: pictures - billed(withoutAnswer).length, useless: billed(withoutPicture).length },
      ...{ unsettled: billed(withoutAnswer).length, unknown: 0, underway: 0, assumed: 0 },
    });
    const measured = rows.filter(({ state, costKind }) => state === 'paid' && costKind === 'measured');
    expect(measured.length).toBe(billed([undefined, 'bomb', 'truncated-base64']).length);
    for (const { requestId = '', costMicrousd, reservedMicrousd } of measured) {
      const entry = entries.get(requestId);
      if (entry === undefined) throw new Error(`the service knows no ${requestId}`);
      expect(costMicrousd).toBe(costOf([entry]));
      expect(reservedMicrousd).toBeGreaterThanOrEqual(costOf([entry]));
    }
    // Where the answer did not tell, the price of the list is taken, and the most where there was no answer.
    expect(sums?.costMicrousd).toBeGreaterThanOrEqual(costOf(billed([undefined, ...withoutPicture])));
    expect(sums?.unsettledMicrousd).toBeGreaterThanOrEqual(costOf(billed(withoutAnswer)));
    expect(jsonLines(first.stdout).at(-1)?.charges).toMatchObject({ microusd: sums?.costMicrousd });
  });

  it('makes all of it after a word, and buys again only what was meant', async () => {
    const again = billed([...withoutAnswer, ...withoutPicture]).length;
    server.set({ faults: {} });
    const retry = await imgsys(home, ['runs', 'retry', '--retry-unsettled', 'always', '--json'], {
      cwd: folder,
    });
    expect(jsonLines(retry.stdout).at(-1)).toMatchObject({ enhanced: again, failed: 0, exitCode: 0 });
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(names);
    expect(server.journal.boughtTwice()).toHaveLength(again);
    expect(server.journal.billed()).toHaveLength(pictures + again);
    expect((await attempts()).sums).toMatchObject({ paid: again, useless: 0, unsettled: 0 });
    expect(await inLedger(home, (ledger) => ledger.purchases.unsettled())).toEqual([]);
  });
});
