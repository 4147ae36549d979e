// A paid run whose service works in jobs, killed or stopped while they are out: the same command collects them.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { providers } from '../../src/providers/providers.ts';
import { type Home, imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { inLedger, startImgsys } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { type ReplicateServer, startReplicateServer } from '../helpers/replicate-server.ts';
import { tempFolder } from '../helpers/temp.ts';

const count = 20;
const key = 'r8_CANARY-jobs-0001';
const isOffered = providers.some(({ id }) => id === 'replicate');
const patience = { timeout: 250_000, interval: 20 };

let server: ReplicateServer;
let home: Home;
let folder: string;
const command = [
  ...['enhance', 'photos', '-o', 'out', '-p', 'upscale', '--size', '2x', '--provider', 'replicate'],
  ...['--concurrency', String(count), '--rpm', '6000', '--json'],
];

beforeEach(async () => {
  // No job is done before the service is told so.
  server = await startReplicateServer({ keys: [key], makeMs: Number.POSITIVE_INFINITY });
  const user = await newHome();
  const env = { ...user.env, IMGSYS_KEY_REPLICATE: key, IMGSYS_BASE_URL_REPLICATE: server.baseUrl };
  home = { ...user, env };
  folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), count);
});
afterEach(() => server.close());

const attempts = () => inLedger(home, ({ purchases }) => [...purchases.report({})]);
const jobs = async () => {
  if (!existsSync(join(home.folder, 'ledger.sqlite'))) return 0;
  return (await attempts()).filter(({ job }) => job !== undefined).length;
};
const goOn = async (...more: string[]) => {
  const { code, stdout, stderr } = await imgsys(home, [...command, ...more], { cwd: folder });
  return { code, stderr, summary: jsonLines(stdout).at(-1) };
};
const outputs = () => readdirSync(join(folder, 'out')).filter((name) => !name.startsWith('.'));

describe.skipIf(!isOffered)(
  isOffered ? 'jobs of a paid run' : 'jobs (skipped: Replicate is not offered)',
  () => {
    it('are collected by the same command after kill -9, and none is ordered again', async () => {
      const child = startImgsys(home, command, folder);
      await vi.waitUntil(async () => (await jobs()) === count, patience);
      child.kill('SIGKILL');
      await child;
      server.set({ makeMs: 0 });
      const after = await goOn('--retry-unsettled', 'always');
      expect(after).toMatchObject({ code: 0, summary: { enhanced: count, failed: 0 } });
      expect(outputs()).toHaveLength(count);
      expect([server.submissions.length, server.boughtTwice(), server.breaches]).toEqual([count, [], []]);
      const rows = await attempts();
      expect(rows).toHaveLength(count);
      expect(rows.every(({ state, settled }) => state === 'paid' && settled === undefined)).toBe(true);
    });

    it('are left where they are by a second Ctrl-C, which exits 130, and collected later', async () => {
      const child = startImgsys(home, command, folder);
      await vi.waitUntil(async () => (await jobs()) === count, patience);
      const saysThatItStops = new Promise<void>((resolve) => {
        child.stderr.on('data', (text) => String(text).includes('stopping') && resolve());
      });
      child.kill('SIGINT');
      await saysThatItStops;
      child.kill('SIGINT');
      expect((await child).exitCode).toBe(130);
      expect((await attempts()).map(({ state }) => state)).toEqual(Array(count).fill('unsettled'));
      const offline = await imgsys(home, ['runs', 'finish', '--json'], { cwd: folder });
      expect(offline.stdout).toContain('its picture can still be collected');
      server.set({ makeMs: 0 });
      expect(await goOn()).toMatchObject({ code: 0, summary: { enhanced: count, failed: 0 } });
      expect(server.submissions).toHaveLength(count);
    });

    it('that are not known any more end with 14, and are ordered again by a word alone', async () => {
      const child = startImgsys(home, command, folder);
      await vi.waitUntil(async () => (await jobs()) === count, patience);
      child.kill('SIGKILL');
      await child;
      const notThere = {
        status: 404,
        body: { title: 'Not found', detail: 'no such prediction', status: 404 },
      };
      const isOld = (path: string) =>
        server.submissions.slice(0, count).some(({ id }) => path === `/predictions/${id}`);
      server.set({ makeMs: 0, instead: ({ path }) => (isOld(path) ? notThere : undefined) });
      const after = await goOn();
      expect(after).toMatchObject({ code: 14, summary: { failed: count, failedBy: { unsettled: count } } });
      expect(server.submissions).toHaveLength(count);
      expect(await goOn('--retry-unsettled', 'always')).toMatchObject({ code: 0 });
      expect(server.submissions).toHaveLength(2 * count);
    });
  },
);
