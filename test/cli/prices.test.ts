// What a paid picture cost, by prices that the user states, assumes, or does not know.
import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines, newHome } from '../helpers/cli.ts';
import { type ImageServer, startImageServer, testKey } from '../helpers/image-server.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

beforeEach(async () => {
  server = await startImageServer();
  const { env, ...rest } = await newHome();
  home = { ...rest, env: { ...env, ...keyOf('OPENAI'), ...keyOf('OPENAI_COMPATIBLE') } };
  folder = await tempFolder();
  // Of a size that the service makes unasked: a server of one's own is not told any.
  for (const name of await writePhotos(join(folder, 'small'), 2)) {
    const large = sharp(join(folder, 'small', name)).resize(1536, 1024, { fit: 'fill' });
    await mkdir(join(folder, 'photos'), { recursive: true });
    await large.jpeg().toFile(join(folder, 'photos', name));
  }
  return () => server.close();
});

const keyOf = (provider: string) => ({
  [`IMGSYS_KEY_${provider}`]: testKey,
  [`IMGSYS_BASE_URL_${provider}`]: server.baseUrl,
});
const pay = (provider: string, ...args: string[]) =>
  imgsys(home, ['enhance', 'photos', '-o', 'out', '--provider', provider, '--yes', ...args], { cwd: folder });
const costsIn = (stdout: string) =>
  jsonLines(stdout)
    .filter(({ type }) => type === 'done')
    .map(({ cost }) => cost);
const write = (...rows: object[]) =>
  writeFileSync(
    join(folder, 'prices.json'),
    JSON.stringify(rows.map((row) => ({ asOf: '2026-11', ...row }))),
  );

function pricesKept(): unknown[] {
  const db = new DatabaseSync(join(home.folder, 'ledger.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT price FROM attempts').all();
  db.close();
  return rows.map(({ price }) => (price === null ? null : JSON.parse(String(price))));
}

const flux = ['--model', 'gpt-image-2.5-flare', '--json'];
const compatible = { provider: 'openai-compatible', model: '*', unit: 'picture' };

describe('the cost of a paid picture', () => {
  it('follows the prices of a file, which are kept with the call', async () => {
    write({ provider: 'openai', model: 'gpt-image-2.5-sunburst', unit: 'output', usd: 60 });
    const { code, stdout } = await pay('openai', '--prices', 'prices.json', '--json');
    expect(code).toBe(0);
    const billed = server.journal.billed().map(({ usage }) => {
      const { text_tokens = 0, image_tokens = 0 } = usage?.input_tokens_details ?? {};
      return text_tokens * 5 + image_tokens * 8 + (usage?.output_tokens ?? 0) * 60;
    });
    expect(costsIn(stdout)).toEqual(
      billed.map(() => expect.objectContaining({ kind: 'measured', microusd: billed[0] })),
    );
    expect(pricesKept()[0]).toEqual({
      microusd: { text_input: 5_000_000, image_input: 8_000_000, output: 60_000_000 },
      ...{ asOf: '2026-09', source: 'file', fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('is unknown, not nothing, where nobody told the price', async () => {
    const { code, stdout } = await pay('openai-compatible', ...flux);
    expect(code).toBe(0);
    expect(costsIn(stdout)).toEqual(
      [0, 1].map(() => expect.objectContaining({ kind: 'unknown', microusd: null })),
    );
    expect(pricesKept()).toEqual([null, null]);
  });

  it('is what the file says of a picture', async () => {
    write({ ...compatible, usd: 0.02 });
    const { stdout, stderr } = await pay('openai-compatible', '--prices', 'prices.json', ...flux);
    expect(costsIn(stdout)).toEqual(
      [0, 1].map(() => expect.objectContaining({ kind: 'derived', microusd: 20_000 })),
    );
    expect(stderr).not.toContain('assumed');
  });

  it('is what was assumed, and the run says so after its first line', async () => {
    const { stdout, stderr } = await pay(
      ...(['openai-compatible', '--assume-price', '0.05', '--model', 'gpt-image-2.5-flare'] as const),
    );
    expect(lines(stdout)).toHaveLength(2);
    expect(lines(stderr)[0]).toMatch(/^imgsys: payer: /);
    expect(stderr.match(/is not known: \$0\.05 a picture is assumed/g)).toHaveLength(1);
    expect(pricesKept()[0]).toEqual({ microusd: { picture: 50_000 }, asOf: null, source: 'assumed' });
    const dry = await pay('openai-compatible', '--assume-price', '0.05', '--dry-run', '--force', '-v');
    expect(dry.stderr).toContain('$0.05 assumed');
  });

  it('is not asked for of a file that is wrong: nothing is sent', async () => {
    write({ ...compatible, usd: -1 });
    const { code, stderr } = await pay('openai-compatible', '--prices', 'prices.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^imgsys: error: the price file prices\.json: row 1: the field "usd" must be /);
    expect(server.journal.entries).toEqual([]);
  });
});
