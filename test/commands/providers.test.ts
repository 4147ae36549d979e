import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { configRun } from '../../src/commands/config.ts';
import type { EnhanceFlags } from '../../src/commands/enhance/flags.ts';
import { checkFlags, type Then } from '../../src/commands/enhance/options.ts';
import { askedOf } from '../../src/commands/enhance/sent.ts';
import { providersCommand } from '../../src/commands/providers.ts';
import { operations } from '../../src/operations.ts';
import { enhanceProviders } from '../../src/providers/enhance-providers.ts';
import { openaiModels } from '../../src/providers/openai/models.ts';
import { fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

const clock = fakeClock();
const row = { provider: 'openai-compatible', model: '*', unit: 'picture', usd: 0.02, asOf: '2026-11' };
let home: string;

beforeEach(async () => {
  home = await tempFolder();
});

interface Given {
  readonly env?: NodeJS.ProcessEnv;
  readonly nowMs?: number;
  readonly columns?: number;
}

async function both(args: readonly string[], { env = {}, nowMs, columns }: Given = {}) {
  const at = nowMs === undefined ? clock : fakeClock(nowMs);
  const context = fakeContext({ home, env, clock: at, tty: columns !== undefined });
  if (columns !== undefined) Object.assign(context.streams.stdout, { columns });
  await providersCommand(context).exitOverride().parseAsync(args, { from: 'user' });
  return { out: context.stdoutText(), err: context.stderrText() };
}

const write = (rows: unknown, name = 'prices.json') => {
  writeFileSync(join(home, name), JSON.stringify(rows));
  return join(home, name);
};

describe('imgsys providers', () => {
  const ids = ['local', ...enhanceProviders.map(({ id }) => id)];

  it.each([80, 120])('shows who does what with which model, on %i columns', async (columns) => {
    const { out } = await both([], { columns });
    expect(out.split('\n').filter((line) => line.length > columns)).toEqual([]);
    const header = out.split('\n').find((line) => /^ +local +openai/.test(line));
    expect(header?.trim().split(/ +/)).toEqual(ids.map((id) => (id === 'openai-compatible' ? 'server' : id)));
    for (const { name } of operations) {
      const row = out.split('\n').find((line) => line.startsWith(`  ${name} `));
      const cells = row?.trim().split(/ +/).slice(1);
      for (const [at, { id, modelFor }] of enhanceProviders.entries()) {
        const cell = cells?.[at + 1];
        const model = modelFor[name];
        if (model === undefined) expect([name, id, cell]).toEqual([name, id, '-']);
        else if (model === '') expect([name, id, cell]).toEqual([name, id, 'x']);
        else expect(out.replaceAll(/\n {2}/g, ' ')).toContain(`${cell} ${model}`);
      }
    }
    expect(out).toMatch(/^ {2}local +free +none needed$/m);
    expect(out).toMatch(/^ {2}openai +7\.7-7\.9 cents +none yet$/m);
    expect(out).toMatch(/^ {2}replicate +0\.3 cents \(upscale\) +none yet$/m);
  });

  it.each([20, 40, 60])('is readable on %i columns, with no word lost', async (columns) => {
    const { out } = await both([], { columns });
    const words = new Set(out.split(/[\s,:;()]+/));
    for (const { id, modelFor } of enhanceProviders) {
      for (const name of [id, ...Object.values(modelFor)]) if (name !== '') expect(words).toContain(name);
    }
    for (const { name } of operations) expect(words).toContain(name);
  });

  it('shows one on 80 columns, with what a photo costs and until when', async () => {
    const { out, err } = await both(['openai']);
    expect(err).toBe('');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await both(['local'])).out).toMatch(/^local: this processor\n(?: {2}.*\n)*? {2}price {4}free\n/);
    expect(out).toMatch(/^ {2}model +low +medium +high +xhigh +max {2}price of$/m);
    expect(out).toMatch(
      /^ {2}gpt-image-2\.5-sunburst \* +2\.0-2\.2 +2\.9-3\.1 +7\.7-7\.9 +13 +27 {2}2026-09$/m,
    );
    expect(out).toMatch(/^ {2}gpt-image-2 +2\.0-2\.2 +7\.7-7\.9 +27 +2026-09$/m);
    expect(out).toMatch(/shut down on 2026-12-01: gpt-image-1\.5, gpt-image-1-mini, chatgpt-image-latest/);
    expect(out).toContain('5, 20, 50, 150, 250 pictures a minute');
    expect((await both(['openai-compatible'])).out).toMatch(/ price {4}unknown; state it/);
  });

  it('names models without a known price in one line where a table does not fit', async () => {
    const { out } = await both(['fal'], { columns: 80 });
    expect(out).toMatch(/^ {2}fal-ai\/topaz\/upscale\/image\n {4}a picture 32, price of 2026-09-26$/m);
    expect(out).toMatch(/^ {2}price unknown: fal-ai\/seedvr\/upscale\/image,/m);
    expect(out).not.toContain('price of unknown');
  });

  it.each([20, 40, 60])('shows one on %i columns, with no word lost', async (columns) => {
    const { out } = await both(['openai'], { columns });
    const words = (text: string) => new Set(text.split(/[\s,]+/));
    for (const { id } of openaiModels.filter((one) => !/\d{4}-\d\d-\d\d$/.test(one.id)))
      expect(words(out)).toContain(id);
    expect(words(out).has('7.7-7.9')).toBe(true);
  });

  it('says which key is there, and unlocks nothing', async () => {
    const { out } = await both(['openai'], {
      env: { OPENAI_API_KEY: 'sk-proj-CANARY-providers-0123456789' },
    });
    expect(out).toMatch(/key {6}OPENAI_API_KEY: from the environment/);
    expect(out).not.toContain('sk-proj');
    expect((await both(['openai'])).out).toContain('none yet; add one: imgsys key add openai');
  });

  it('shows one in full, with what each unit costs and from where', async () => {
    const { out } = await both(['openai']);
    expect(out).not.toMatch(/^local/m);
    expect(out).toContain('gpt-image-2.5-flare, gpt-image-2.5-flare-2026-09-08');
    expect(out).toMatch(
      /text_input \$5\.00, image_input \$8\.00, output \$30\.00 a million tokens\s+\(2026-09,/,
    );
    expect(out).toMatch(/output_picture high 1024x1024\s+\$0\.133/);
  });

  it('leaves out models that are gone', async () => {
    const { out } = await both(['openai'], { nowMs: Date.UTC(2026, 11, 1) });
    expect(out).not.toMatch(/^ {2}gpt-image-1\.5 /m);
    expect(out).toContain('shut down since 2026-12-01: gpt-image-1.5,');
  });

  it('speaks JSON Lines, one provider a line', async () => {
    const lines = (await both(['--json'])).out.trimEnd().split('\n');
    const pages = lines.map((line) => JSON.parse(line));
    expect(pages.map(({ type, provider, needsKey }) => [type, provider, needsKey])).toEqual(
      ids.map((id) => ['provider', id, id !== 'local']),
    );
    for (const { id, modelFor } of enhanceProviders) {
      expect(pages.find(({ provider }) => provider === id)?.modelFor).toEqual(modelFor);
    }
    expect(pages[1]).toMatchObject({
      ...{ key: null, defaultModel: 'gpt-image-2.5-sunburst', defaultQuality: 'high' },
      tiers: expect.arrayContaining([{ name: '1', imagesPerMinute: 5, tokensPerMinute: 100_000 }]),
    });
    expect(pages[1].models[0]).toMatchObject({
      ...{
        model: 'gpt-image-2.5-sunburst',
        datedAs: ['gpt-image-2.5-sunburst-2026-09-08'],
        shutdownDate: null,
      },
      photo: { sentAs: { width: 2336, height: 1552 }, prices: expect.any(Array) },
      prices: expect.arrayContaining([expect.objectContaining({ unit: 'output', microusd: 30_000_000 })]),
    });
  });

  it('reckons with a file, and shows the models it names', async () => {
    const file = write([row, { ...row, model: 'flux', usd: 0.000_01 }]);
    const { out } = await both(['openai-compatible', '--prices', file]);
    expect(out).toMatch(/^ {2}\* +2\.0 {2}2026-11$/m);
    expect(out).toMatch(/^ {2}flux +<0\.1 {2}2026-11$/m);
    const page = JSON.parse((await both(['openai-compatible', '--prices', file, '--json'])).out);
    expect(page.models[0].photo.prices).toEqual([
      { quality: null, lowMicrousd: 20_000, highMicrousd: 20_000, mostMicrousd: 20_000 },
    ]);
  });

  it('warns of old prices of the one that is shown, once, by the names of its models', async () => {
    const later = { nowMs: Date.UTC(2027, 5, 1) };
    const { err } = await both(['gemini'], later);
    expect(err.match(/they may have changed/g)).toHaveLength(1);
    expect(err).toMatch(/the prices of gemini-\S+, .* at gemini are of \d{4}-\d\d/);
    expect(err).toContain('imgsys: hint: ');
    expect((await both(['local'], later)).err).toBe('');
    expect((await both([], later)).err).toBe('');
  });

  it('names the provider that was meant', async () => {
    await expect(both(['opanai'])).rejects.toMatchObject({ exitCode: 2, hint: 'did you mean openai?' });
  });
});

describe('prices for imgsys enhance', () => {
  const recipeOf = async (flags: EnhanceFlags, then?: Then) => {
    const context = fakeContext({ home, clock });
    const { work } = await checkFlags(
      { output: 'out', provider: 'openai-compatible', ...flags },
      context,
      then,
    );
    if (work.kind !== 'remote') throw new Error('not remote');
    return work.recipe;
  };

  it('come from --prices, else from the setting, else are built in', async () => {
    const known = async (flags: EnhanceFlags) =>
      (await recipeOf(flags)).prices.priceOf('openai-compatible', '')?.microusd.picture;
    expect(await known({})).toBeUndefined();
    write([row]);
    const context = fakeContext({ home, clock });
    await configRun({ verb: 'set', key: 'prices', value: 'prices.json', json: false }, context);
    expect(await known({})).toBe(20_000);
    write([{ ...row, usd: 0.5 }], 'other.json');
    expect(await known({ prices: 'other.json' })).toBe(500_000);
  });

  it('are not kept as a setting when the file is wrong', async () => {
    write([{ ...row, usd: -1 }]);
    const context = fakeContext({ home, clock });
    await expect(
      configRun({ verb: 'set', key: 'prices', value: 'prices.json', json: false }, context),
    ).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('row 1: the field "usd"') });
    expect((await context.settings()).get('prices')).toBeUndefined();
  });

  it('are not needed for what was bought before', async () => {
    await expect(recipeOf({ prices: 'gone.json' })).rejects.toMatchObject({ exitCode: 2 });
    const then = { asked: { preset: 'auto', ...askedOf(await recipeOf({})) }, offline: true };
    expect((await recipeOf({ prices: 'gone.json' }, then)).prices.file).toBeUndefined();
  });

  it('hold for the providers that come after, too', async () => {
    const file = write([row]);
    const { fallback } = await recipeOf({
      ...{ provider: 'openai', fallback: 'openai-compatible', prices: file, assumePrice: '0.05' },
    });
    const [next] = fallback;
    if (next?.kind !== 'remote') throw new Error('no fallback');
    expect(next.recipe.prices.priceOf('openai-compatible', '')?.microusd).toEqual({ picture: 20_000 });
    expect(next.recipe.assumePriceMicrousd).toBe(50_000);
  });

  it.each([
    ['0.05', 50_000],
    ['$1.25', 1_250_000],
  ])('may be assumed: %s', async (text, microusd) => {
    expect((await recipeOf({ assumePrice: text })).assumePriceMicrousd).toBe(microusd);
  });

  it.each(['-1', '', '5ct', '0.0000001', '1001', 'NaN'])('cannot be assumed to be %j', async (text) => {
    await expect(recipeOf({ assumePrice: text })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--assume-price'),
    });
  });

  it.each<EnhanceFlags>([
    { prices: 'x' },
    { assumePrice: '1' },
  ])('are refused for local: %o', async (flags) => {
    await expect(recipeOf({ provider: 'local', ...flags })).rejects.toMatchObject({ exitCode: 2 });
  });
});
