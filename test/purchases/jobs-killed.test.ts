// kill -9 while a service works on jobs: the next process collects them, and none is ordered again.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { AttemptRow } from '../../src/ledger/attempts.ts';
import { openLedgerToRead } from '../../src/ledger/open-ledger.ts';
import { type ReplicateServer, startReplicateServer } from '../helpers/replicate-server.ts';
import { tempFolder } from '../helpers/temp.ts';

const buyer = fileURLToPath(new URL('./job-buyer.ts', import.meta.url));
const count = 20;
const jobKey = 'r8_CANARY-jobs-0001';
const patience = { timeout: 250_000, interval: 10 };
const servers: ReplicateServer[] = [];

// No job is done before the service is told so.
async function start() {
  const server = await startReplicateServer({ keys: [jobKey], makeMs: Number.POSITIVE_INFINITY });
  servers.push(server);
  const folder = await tempFolder();
  const buy = () =>
    execa(process.execPath, [buyer, folder, server.baseUrl, jobKey, String(count)], { reject: false });
  const attempts = async (): Promise<AttemptRow[]> => {
    const ledger = await openLedgerToRead(join(folder, 'ledger.sqlite'), systemClock);
    try {
      return [...ledger.purchases.report({})];
    } finally {
      ledger.close();
    }
  };
  const goOn = async () => {
    const { stdout, stderr } = await buy();
    expect(stderr).toBe('');
    return Map.groupBy(JSON.parse(stdout) as string[], (end) => end);
  };
  const jobs = async () => (await attempts()).filter(({ job }) => job !== undefined).length;
  const asked = () => server.asked.filter(({ method }) => method === 'GET').length;
  const letGo = () => server.set({ makeMs: 0 });
  return { server, buy, attempts, jobs, goOn, asked, letGo };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe('a process that is killed', () => {
  it('while all its jobs are out: all are collected by the next', async () => {
    const { server, buy, attempts, jobs, goOn, letGo } = await start();
    const child = buy();
    await vi.waitUntil(async () => (await jobs()) === count, patience);
    child.kill('SIGKILL');
    await child;
    expect(await attempts()).toHaveLength(count);
    letGo();
    const ends = await goOn();
    expect(ends.get('collected')).toHaveLength(count);
    expect(server.submissions).toHaveLength(count);
    const rows = await attempts();
    expect(rows.every(({ state, costMicrousd }) => state === 'paid' && costMicrousd === 50_000)).toBe(true);
    expect(new Set(rows.map(({ job }) => job)).size).toBe(count);
    // Twice is no news.
    expect((await goOn()).get('collected')).toHaveLength(count);
    expect(server.submissions).toHaveLength(count);
  });

  it('while it collects: nothing is lost, and nothing is ordered again', async () => {
    const { server, buy, attempts, jobs, goOn, asked, letGo } = await start();
    const first = buy();
    await vi.waitUntil(async () => (await jobs()) === count, patience);
    first.kill('SIGKILL');
    await first;
    const before = asked();
    const second = buy();
    await vi.waitUntil(() => asked() > before + 2 * count, patience);
    second.kill('SIGKILL');
    await second;
    letGo();
    expect((await goOn()).get('collected')).toHaveLength(count);
    expect([server.submissions.length, (await attempts()).length]).toEqual([count, count]);
  });

  it('while it orders: what was answered is collected, what was not asks for a word', async () => {
    const answered = 8;
    const { server, buy, attempts, jobs, goOn, letGo } = await start();
    // Later orders are billed, and never answered.
    server.set({
      instead: (_, isOrdered) => (isOrdered && server.submissions.length > answered ? 'hang' : undefined),
    });
    const child = buy();
    await vi.waitUntil(
      async () => server.submissions.length === count && (await jobs()) === answered,
      patience,
    );
    child.kill('SIGKILL');
    await child;
    letGo();
    const ends = await goOn();
    expect(ends.get('collected')).toHaveLength(answered);
    expect(ends.get('unsettled')).toHaveLength(count - answered);
    expect(server.submissions).toHaveLength(count);
    expect((await attempts()).filter(({ state }) => state === 'paid')).toHaveLength(answered);
  });
});
