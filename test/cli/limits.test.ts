// Spending limits as a user meets them: pictures, a service that bills, several programs, days that pass.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines, newHome, program } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhoto, writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

const enhance = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--quality', 'low', '--yes'];
const bought = () => server.journal.billed().length;
const usage = (...args: string[]) => imgsys(home, ['usage', ...args]);

async function standing(): Promise<Record<string, unknown>> {
  return jsonLines((await usage('limit', 'list', '--json')).stdout)[0] ?? {};
}

// Where it is about noon now, so that no day ends in the middle of a test.
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  return ahead >= 0 ? `Etc/GMT-${ahead}` : `Etc/GMT+${-ahead}`;
}

beforeEach(async () => {
  server = await startImageServer();
  const paying = await payingHome(server);
  home = { ...paying, env: { ...paying.env, TZ: noonZone() } };
  folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 10);
  return () => server.close();
});

const faketime = (process.env.PATH ?? '')
  .split(delimiter)
  .map((path) => join(path, 'faketime'))
  .find((path) => existsSync(path));

/** The program with its clocks as libfaketime makes them. */
function at(flags: readonly string[], args: readonly string[]) {
  return execa(faketime ?? '', [...flags, process.execPath, program, ...args], {
    ...{ cwd: folder, extendEnv: false, env: home.env, stdin: 'ignore', reject: false },
  });
}

describe('a run under a limit', () => {
  it('of one of its keys goes on with the other, and ends with 8 when that has one, too', async () => {
    const keys = { 'sk-test-image-server-000a': 'org-a', 'sk-test-image-server-000b': 'org-b' };
    server.set({ keys });
    home = { ...home, env: { ...home.env, IMGSYS_PASSPHRASE: 'correct horse battery' } };
    for (const [at, secret] of Object.keys(keys).entries()) {
      const add = ['key', 'add', 'openai', '--name', at === 0 ? 'a' : 'b', '--base-url', server.baseUrl];
      expect((await imgsys(home, add, { input: secret, stdin: 'pipe' })).code).toBe(0);
    }
    const both = [...enhance, '--key', 'openai/a', '--key', 'openai/b'];
    await usage('limit', 'set', '--daily', '0.000001', '--key', 'openai/a');
    const { code, stderr } = await imgsys(home, [...both, '--limit', '3'], { cwd: folder });
    expect([code, bought()], stderr).toEqual([0, 3]);
    expect(
      lines(stderr).filter((line) => line.includes('the key openai/a is not used any more')),
    ).toHaveLength(1);
    await usage('limit', 'set', '--daily', '0.000001', '--key', 'openai/b');
    const ended = await imgsys(home, both, { cwd: folder });
    expect([ended.code, bought()]).toEqual([8, 3]);
    expect(ended.stderr).toContain('hint: it opens again at');
  });

  it('ends with 8, says why and how to go on, and goes on when it is raised', async () => {
    const set = await usage('limit', 'set', '--daily', '0.06', '--soft', '80%');
    expect(set.code).toBe(0);
    const { code, stderr } = await imgsys(home, enhance, { cwd: folder });
    expect(code).toBe(8);
    const made = bought();
    expect(made).toBeGreaterThanOrEqual(2);
    expect(made).toBeLessThan(6);
    expect(lines(stderr).filter((line) => line.includes('comes near'))).toHaveLength(1);
    expect(stderr).toMatch(
      /warning: the spending limit of \$0\.06 a day is reached: spent \$0\.0\d+, .*left \$0\.0\d+; the next picture may cost \$0\.0\d+\n/,
    );
    expect(stderr).toMatch(
      /hint: it opens again at \d{4}-\d\d-\d\d 00:00, local time; raise it: imgsys usage limit set --daily DOLLARS\n/,
    );
    expect(stderr).toContain('run the same command again to go on');
    const { limitMicrousd, spentMicrousd } = await standing();
    expect(limitMicrousd).toBe(60_000);
    expect(spentMicrousd).toBeGreaterThan(0);
    expect(spentMicrousd).toBeLessThanOrEqual(60_000);
    const again = await imgsys(home, [...enhance, '--json'], { cwd: folder });
    expect(again.code).toBe(8);
    expect(bought()).toBe(made);
    const summary = jsonLines(again.stdout).at(-1);
    expect(summary).toMatchObject({ stoppedBy: 'spending-limit', exitCode: 8, enhanced: 0, left: 10 - made });
    await usage('limit', 'set', '--daily', '1');
    expect((await imgsys(home, enhance, { cwd: folder })).code).toBe(0);
    expect(bought()).toBe(10);
  });

  it.skipIf(faketime === undefined)(
    'goes on the next day, but not by a jump of the wall clock (needs faketime)',
    async () => {
      await usage('limit', 'set', '--daily', '0.06');
      expect((await imgsys(home, enhance, { cwd: folder })).code).toBe(8);
      const first = bought();
      const jumped = await at(['--exclude-monotonic', '-f', '+1d'], enhance);
      expect([jumped.exitCode, bought()]).toEqual([8, first]);
      const back = await at(['--exclude-monotonic', '-f', '-1d'], enhance);
      expect([back.exitCode, bought()]).toEqual([8, first]);
      const next = await at(['-f', '+1d'], enhance);
      expect(next.exitCode).toBe(8);
      expect(bought()).toBeGreaterThan(first);
      const second = bought();
      expect((await at(['-f', '+1d'], enhance)).exitCode).toBe(8);
      expect(bought()).toBe(second);
      const { stdout } = await at(['-f', '+1d'], ['usage', '--by', 'day', '--json']);
      const days = jsonLines(stdout).filter(({ by }) => by === 'day');
      expect(days.map(({ paid }) => paid)).toEqual([first, second - first]);
    },
  );
});

describe('three programs at once under one limit', () => {
  it('are never billed more together, and use most of it', async () => {
    await usage('limit', 'set', '--daily', '0.2');
    const folders = [folder, await tempFolder(), await tempFolder()];
    // Pictures of their own: what another bought is not bought again.
    for (const [index, each] of folders.entries()) {
      for (let seed = 1; seed <= 10; seed++)
        await writePhoto(join(each, 'photos', `${seed}.jpg`), 100 * index + seed);
    }
    const ended = await Promise.all(folders.map((cwd) => imgsys(home, enhance, { cwd })));
    expect(ended.map(({ code }) => code)).toEqual([8, 8, 8]);
    const { spentMicrousd, unsettledMicrousd, reservedMicrousd } = await standing();
    expect([unsettledMicrousd, reservedMicrousd]).toEqual([0, 0]);
    expect(spentMicrousd).toBeLessThanOrEqual(200_000);
    expect(spentMicrousd).toBeGreaterThanOrEqual(160_000);
    const { stdout } = await usage('--json');
    expect(jsonLines(stdout).at(-1)).toMatchObject({ paid: bought(), costMicrousd: spentMicrousd });
  });
});

describe('imgsys usage limit', () => {
  it('sets, shows, changes and lifts', async () => {
    await usage('limit', 'set', '--daily', '5', '--monthly', '$50', '--soft', '80%');
    await usage('limit', 'set', '--monthly', '20', '--key', 'openai/team', '--warn-only');
    await usage('limit', 'set', '--daily', '7.50');
    const { code, stdout, stderr } = await usage('limit');
    expect([code, stderr]).toEqual([0, '']);
    expect(lines(stdout)).toEqual([
      expect.stringMatching(/^limit +told from +spent +unsettled +reserved +left +opens again$/),
      expect.stringMatching(
        /^\$7\.50 a day +80% +\$0\.00 +\$0\.00 +\$0\.00 +\$7\.50 +\d{4}-\d\d-\d\d 00:00$/,
      ),
      expect.stringMatching(/^\$50\.00 a month +80% .*\$50\.00 +\d{4}-\d\d-01 00:00$/),
      expect.stringMatching(/^\$20\.00 a month for the key openai\/team \(warns only\) +- /),
    ]);
    await usage('limit', 'set', '--soft', '4', '--daily', '9');
    expect(jsonLines((await usage('limit', 'list', '--json')).stdout)).toMatchObject([
      { type: 'limit', scope: 'all', name: null, period: 'day', limitMicrousd: 9e6, softMicrousd: 4e6 },
      { period: 'month', softPercent: 80, softMicrousd: null, warnOnly: false },
      { scope: 'key', name: 'openai/team', softPercent: null, warnOnly: true },
    ]);
    const lifted = await usage('limit', 'clear', '--daily');
    expect(lifted.stderr).toContain('lifted: $9.00 a day\n');
    expect(lifted.stderr).toContain('imgsys usage limit list');
    expect((await usage('limit', 'clear', '--daily')).stderr).toContain('there was no such limit');
    expect(lines((await usage('limit', 'clear', '--all', '--json')).stdout)).toHaveLength(2);
    expect((await usage('limit')).stderr).toContain('no limits are set');
  });

  it.each([
    [['set'], 'how much may be spent?', '--daily 5'],
    [['set', '--soft', '50%'], 'how much may be spent?', '--daily 5'],
    [['set', '--daily', 'five'], '--daily five is not a sum of dollars', '0.50'],
    [['set', '--daily', '-1'], '--daily -1 is not a sum of dollars', '0.50'],
    [['set', '--daily', '5', '--soft', '6'], '--soft is more than the limit itself', '80%'],
    [['set', '--daily', '5', '--soft', '120%'], '--soft 120% is neither', '80%'],
    [['set', '--daily', '5', '--provider', 'opnai'], 'no provider opnai', 'openai'],
    [['set', '--daily', '5', '--key', 'team'], 'not the full name of a key', 'openai/team'],
    [['set', '--daily', '5', '--key', 'opnai/team'], 'no provider opnai', 'openai'],
    [['set', '--daily', '5', '--key', 'openai/a', '--provider', 'openai'], 'exclude one another', ''],
  ])('%j exits 2 and says what to do', async (args, message, way) => {
    const user = await newHome();
    const ran = await imgsys(user, ['usage', 'limit', ...args]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(way);
    expect((await imgsys(user, ['usage', 'limit', 'list', '--json'])).stdout).toBe('');
  });
});
