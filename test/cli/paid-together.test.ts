// Several processes that pay for the same pictures, and runs that are stopped while calls are under way.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, inLedger, payingHome, startImgsys, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => server.close());

const command = (out: string, ...args: string[]) => [
  ...['enhance', 'photos', '-o', out, '--provider', 'openai', '--json', ...args],
];
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};
const sum = (runs: readonly { stdout: string }[], of: (summary: Record<string, unknown>) => unknown) =>
  runs.reduce((total, { stdout }) => total + Number(of(summaryOf(stdout))), 0);

describe('two processes with one folder and one home', () => {
  let names: string[];
  beforeEach(async () => {
    server = await startImageServer({ imagesPerMinute: 600, burst: 20, answer: 'fixed' });
    home = await payingHome(server);
    names = await writePhotos(join(folder, 'photos'), 36);
  });

  it.each([
    ['one output folder', ['out', 'out']],
    ['a folder each', ['out', 'other']],
  ])('%s: every picture is bought once, and all outputs stand', async (_, outs) => {
    const runs = await Promise.all(outs.map((out) => imgsys(home, command(out), { cwd: folder })));
    expect(runs.map(({ code, stderr }) => [code, stderr.includes('unexpected')])).toEqual([
      [0, false],
      [0, false],
    ]);
    for (const out of outs) expect(readdirSync(join(folder, out)).sort()).toEqual(names);
    expect(server.journal.billed()).toHaveLength(36);
    expect(server.journal.boughtTwice()).toEqual([]);
    expect(sum(runs, ({ enhanced }) => enhanced)).toBe(36 * new Set(outs).size);
    expect(sum(runs, ({ charges }) => (charges as { paid: number }).paid)).toBe(36);
    expect(await inLedger(home, (ledger) => ledger.check().problems)).toEqual([]);
  });
});

it('a process that dies leaves what it had under way to the user, not to the other one', async () => {
  const held = holdAnswers();
  server = await startImageServer({ answer: held.answer });
  home = await payingHome(server);
  const names = await writePhotos(join(folder, 'photos'), 3);
  const first = startImgsys(home, command('out', '--concurrency', '1'), folder);
  await until(() => server.journal.billed().length === 1);
  const second = startImgsys(home, command('other', '--concurrency', '1'), folder);
  await once(second.stdout, 'data');
  first.kill('SIGKILL');
  expect((await first).signal).toBe('SIGKILL');
  held.letGo();
  const { exitCode, stdout } = await second;
  expect(exitCode).toBe(14);
  expect(summaryOf(stdout)).toMatchObject({ enhanced: 2, failed: 1, failedBy: { unsettled: 1 } });
  expect(server.journal.boughtTwice()).toEqual([]);
  const always = await imgsys(home, command('other', '--retry-unsettled', 'always'), { cwd: folder });
  expect(summaryOf(always.stdout)).toMatchObject({ enhanced: 1, exitCode: 0 });
  expect(readdirSync(join(folder, 'other')).sort()).toEqual(names);
  expect(server.journal.boughtTwice()).toHaveLength(1);
});

describe('a run that is stopped with calls under way', () => {
  const atOnce = 3;

  async function start() {
    const held = holdAnswers();
    server = await startImageServer({ answer: held.answer });
    home = await payingHome(server);
    await writePhotos(join(folder, 'photos'), 8);
    const child = startImgsys(home, command('out', '--concurrency', String(atOnce)), folder);
    await until(() => server.journal.billed().length === atOnce);
    return { ...held, child };
  }

  it('once: they end and are kept, nothing else begins, and the rest is bought later', async () => {
    const { child, letGo } = await start();
    const said = new Promise<void>((resolve) => {
      child.stderr.on('data', (text) => String(text).includes('stopping') && resolve());
    });
    child.kill('SIGINT');
    await said;
    letGo();
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(summaryOf(stdout)).toMatchObject({
      ...{ enhanced: atOnce, failed: 0, left: 8 - atOnce, stoppedBy: 'interrupt' },
      charges: { paid: atOnce, unsettled: 0 },
    });
    expect(server.journal.billed()).toHaveLength(atOnce);
    const later = await imgsys(home, command('out'), { cwd: folder });
    expect(summaryOf(later.stdout)).toMatchObject({ enhanced: 8 - atOnce, exitCode: 0 });
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it('twice: it ends at once, and what was under way waits for a word', async () => {
    const { child, letGo } = await start();
    child.stderr.on('data', (text) => String(text).includes('stopping') && child.kill('SIGINT'));
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await child;
    expect([exitCode, stderr.includes('unexpected')]).toEqual([130, false]);
    expect(summaryOf(stdout)).toMatchObject({
      ...{ enhanced: 0, failed: 0, stoppedBy: 'interrupt' },
      charges: { paid: 0, unsettled: atOnce },
    });
    letGo();
    const never = await imgsys(home, command('out', '--retry-unsettled', 'never'), { cwd: folder });
    expect(never.code).toBe(14);
    expect(summaryOf(never.stdout)).toMatchObject({
      enhanced: 8 - atOnce,
      failedBy: { unsettled: atOnce },
    });
    expect(server.journal.boughtTwice()).toEqual([]);
    const always = await imgsys(home, command('out', '--retry-unsettled', 'always'), { cwd: folder });
    expect(summaryOf(always.stdout)).toMatchObject({ enhanced: atOnce, exitCode: 0 });
    expect(server.journal.boughtTwice()).toHaveLength(atOnce);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(8);
  });
});
