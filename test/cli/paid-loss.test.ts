// Paid pictures that cannot be kept where they belong: known before anything is bought, or kept elsewhere.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, inLedger, payingHome, startImgsys, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;
let paid: string;
const held = { current: holdAnswers() };

beforeEach(async () => {
  held.current = holdAnswers();
  server = await startImageServer({ answer: held.current.answer });
  home = await payingHome(server);
  paid = join(home.folder, 'paid');
  folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 6);
});
afterEach(() => server.close());

const command = ['enhance', 'photos', '-o', 'out', '--provider', 'openai'];
const attempts = () => inLedger(home, (ledger) => ledger.purchases.attemptsOf(ledger.lastRun()?.id ?? ''));

describe('a store of paid pictures', () => {
  it('that cannot be written: nothing is bought', async () => {
    held.current.letGo();
    writeFileSync(paid, '');
    const ran = await imgsys(home, command, { cwd: folder });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`what was paid for cannot be kept in ${paid}`);
    expect(ran.stderr).toContain('nothing was bought');
    expect(server.journal.entries).toEqual([]);
    expect(await attempts()).toEqual([]);
  });

  it('that breaks meanwhile: what comes is kept elsewhere and named, nothing more is bought, and it can be put back', async () => {
    const child = startImgsys(home, [...command, '--concurrency', '2'], folder);
    await until(() => server.journal.billed().length === 2);
    if (existsSync(paid)) rmSync(paid, { recursive: true });
    writeFileSync(paid, '');
    held.current.letGo();
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(2);
    expect(server.journal.billed()).toHaveLength(2);
    const rows = await attempts();
    const sums = rows.filter(({ state }) => state === 'paid');
    expect(sums).toMatchObject([{ costKind: 'measured' }, { costKind: 'measured' }]);
    expect(rows.filter(({ state }) => state !== 'paid' && state !== 'released')).toEqual([]);
    rmSync(paid);
    for (const { id } of sums) {
      const place = join(home.folder, `imgsys-${id}.img`);
      expect(stderr).toContain(`a paid picture was kept as ${place}`);
      expect(readFileSync(place).length).toBeGreaterThan(0);
    }
    expect((await imgsys(home, command, { cwd: folder })).code).toBe(3);
    for (const { id } of sums) {
      const [run, letters] = [id.slice(0, id.lastIndexOf('-')), id.slice(id.lastIndexOf('-') + 1)];
      mkdirSync(join(paid, run), { recursive: true });
      renameSync(join(home.folder, `imgsys-${id}.img`), join(paid, run, `${letters}.img`));
    }
    expect((await imgsys(home, command, { cwd: folder })).code).toBe(0);
    expect(server.journal.billed()).toHaveLength(6);
    expect(server.journal.boughtTwice()).toEqual([]);
  });
});
