// What a paid run says before it costs anything, and what it asks.
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

const pay = (...args: string[]) =>
  imgsys(home, ['enhance', 'photos', '-o', 'out', '--provider', 'openai', ...args], { cwd: folder });
const event = (stdout: string, type: string) => jsonLines(stdout).find((line) => line.type === type) ?? {};

beforeEach(async () => {
  server = await startImageServer();
  home = await payingHome(server);
  folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 6);
  return () => server.close();
});

describe('the plan', () => {
  it('is told before the first picture, in words and as an event', async () => {
    const { stderr } = await pay();
    expect(lines(stderr)[0]).toContain('imgsys: payer: openai');
    expect(stderr).toMatch(/to buy: 6 pictures for about \$0\.\d+ to \$0\.\d+ \(at most \$0\.\d+\)/);
    const { stdout } = await pay('--json', '-o', 'other');
    expect(event(stdout, 'plan')).toMatchObject({ pictures: 6, toBuy: 0, boughtBefore: 6, failing: 0 });
  });

  it('covers what the run then costs', async () => {
    const { stdout } = await pay('--json');
    const plan = event(stdout, 'plan') as Record<string, number>;
    const { charges } = event(stdout, 'summary') as { charges: { microusd: number } };
    expect(charges.microusd).toBeGreaterThanOrEqual((plan.lowMicrousd ?? 0) * 0.95);
    expect(charges.microusd).toBeLessThanOrEqual(plan.mostMicrousd ?? 0);
  });

  it('looks at a list, too', async () => {
    const { stdout } = await imgsys(home, ['enhance', '-o', 'out', '--provider', 'openai', '--json'], {
      cwd: folder,
      stdin: 'pipe',
      input: 'photos/000.jpg\nphotos/001.jpg\n',
    });
    expect(event(stdout, 'plan')).toMatchObject({ toBuy: 2 });
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 2 });
  });
});

describe('a sample', () => {
  it('is made first; without anybody to ask, the run ends there and says how to go on', async () => {
    const { code, stdout, stderr } = await pay('--sample', '2');
    expect([code, lines(stdout).length]).toEqual([0, 2]);
    expect(stderr).toMatch(/the sample is made: \$0\.\d+ a picture/);
    expect(stderr).toContain('run the same command again without --sample');
    expect(server.journal.billed()).toHaveLength(2);
    const rest = await pay('--json');
    expect(event(rest.stdout, 'summary')).toMatchObject({ enhanced: 4, charges: { paid: 4 } });
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it('lets the rest follow by itself when a picture costs little enough', async () => {
    const { code, stdout } = await pay('--sample', '2', '--approve-under', '0.50', '--json');
    expect(code).toBe(0);
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 6, charges: { paid: 6 } });
  });

  it('ends the run with 8 when a picture costs more', async () => {
    const { code, stdout } = await pay('--sample', '2', '--approve-under', '0.01', '--json');
    expect(code).toBe(8);
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 2, charges: { paid: 2 } });
  });

  it('goes on at once with --yes', async () => {
    const { stdout } = await pay('--sample', '2', '--yes', '--json');
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 6 });
  });

  it('makes every picture of a list that names one twice', async () => {
    const { stdout } = await imgsys(
      home,
      ['enhance', '-o', 'out', '--provider', 'openai', '--sample', '3', '--yes', '--json'],
      {
        cwd: folder,
        stdin: 'pipe',
        input: [0, 0, 0, 1, 2, 3, 4, 5].map((at) => `photos/00${at}.jpg\n`).join(''),
      },
    );
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 6, skippedBy: { 'listed-twice': 2 } });
  });

  it('counts what went wrong as what a picture cost', async () => {
    server.set({ faults: { script: ['malformed', 'drop', 'none'] } });
    const { code, stdout } = await pay('--sample', '3', '--approve-under', '0.06', '--json');
    const { eachMicrousd, bought } = event(stdout, 'sample') as Record<string, number>;
    expect(bought).toBe(1);
    expect(eachMicrousd).toBeGreaterThan(100_000);
    expect(code).toBe(8);
    expect(event(stdout, 'summary')).toMatchObject({ enhanced: 1, left: 3, stoppedBy: 'spending-limit' });
  });

  it('does not take a price that is not known for a low one', async () => {
    const { IMGSYS_KEY_OPENAI: key, IMGSYS_BASE_URL_OPENAI: url, ...env } = home.env;
    const own = {
      ...env,
      IMGSYS_KEY_OPENAI_COMPATIBLE: key ?? '',
      IMGSYS_BASE_URL_OPENAI_COMPATIBLE: url ?? '',
    };
    const args = [
      'enhance',
      'photos',
      '-o',
      'out',
      '--provider',
      'openai-compatible',
      '--model',
      'gpt-image-2',
    ];
    const { code, stdout } = await imgsys(
      { ...home, env: own },
      [...args, '--sample', '2', '--approve-under', '0.5', '--json'],
      { cwd: folder },
    );
    expect(code).toBe(8);
    expect(event(stdout, 'sample')).toMatchObject({ eachMicrousd: null, unknown: 2 });
    expect(server.journal.billed()).toHaveLength(2);
  });

  it('says in a dry run how long it takes at a limit that is stated', async () => {
    const { stdout } = await pay('--dry-run', '--ipm', '2', '--json');
    expect(event(stdout, 'plan')).toMatchObject({ toBuy: 6, seconds: 180 });
  });

  it.each([
    [['--approve-under', '0.05'], '--approve-under goes with --sample'],
    [['--sample', '0'], '--sample 0'],
    [['--max-cost', 'five'], '--max-cost five'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await pay(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('what is asked for', () => {
  it.each([
    [['--upload-pixels', '100'], 'it takes 0.66 to 8.29 megapixels'],
    [['--upload-pixels', '0.01'], 'it takes 0.66 to 8.29 megapixels'],
    [['--upload-pixels', 'many'], 'is not a number of megapixels'],
    [['--prompt', 'a\u001b[31mred'], 'the prompt holds control characters'],
  ])('%j is refused', async (args, words) => {
    const { code, stderr } = await pay(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('--max-cost', () => {
  it('ends the run with 8 before it costs more, and the next one goes on', async () => {
    const { code, stdout, stderr } = await pay('--max-cost', '0.15', '--json');
    expect(code).toBe(8);
    const { charges, left } = event(stdout, 'summary') as { charges: { microusd: number }; left: number };
    expect(charges.microusd).toBeGreaterThan(0);
    expect(charges.microusd).toBeLessThanOrEqual(150_000);
    expect(left).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`).toMatch(/max-cost/);
    const rest = await pay('--json');
    expect(event(rest.stdout, 'summary')).toMatchObject({ exitCode: 0, failed: 0 });
    expect(server.journal.boughtTwice()).toEqual([]);
  });

  it.each([
    '__proto__=1',
    'constructor=1',
    'nonsense=1',
  ])('an option %s is refused in words', async (pair) => {
    const { code, stderr } = await pay('--option', pair);
    expect(code).toBe(2);
    expect(stderr).toContain('does not take');
  });
});
