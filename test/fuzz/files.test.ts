// Files that users write, made untrue: accepted or refused with the field's name, and nothing of the program itself changed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { dispatch } from '../../src/cli.ts';
import { CommandError, exitCodes } from '../../src/errors.ts';
import { parseJson } from '../../src/json.ts';
import { parsePresetFile } from '../../src/presets/parse.ts';
import { parsePrices } from '../../src/prices/parse.ts';
import { enhanceProviders } from '../../src/providers/enhance-providers.ts';
import { readProblem } from '../../src/providers/http.ts';
import { openSettings } from '../../src/settings/settings.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { changed, changes, deep, hostileValues, jsonOf } from './mutate.ts';
import { patienceMs, tries } from './runs.ts';

const values = hostileValues('CANARY');
const names = [
  'name',
  'version',
  'summary',
  'prompt',
  'quality',
  'base',
  'operation',
  'prompts',
  'look',
  'strength',
  'steps',
];
const preset = {
  ...{
    '//': ['for me'],
    name: 'mine',
    version: 2,
    summary: 'my own',
    base: 'auto',
    operation: 'enhance',
    quality: 'high',
  },
  ...{
    prompt: 'brighter',
    prompts: { stability: 'sunny' },
    look: 'auto',
    strength: 0.5,
    steps: { vibrance: 0.5, denoise: 1 },
  },
};
const price = {
  provider: 'openai',
  model: 'x',
  unit: 'picture',
  usd: 0.02,
  asOf: '2026-11',
  quality: 'low',
  size: '1x1',
};

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

function refusal(act: () => unknown): CommandError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(error.exitCode).toBe(exitCodes.usage);
    expect(error.message.length).toBeLessThan(1_000);
    return error;
  }
}

// Some members left out, some untrue, and sometimes one that nobody knows.
const untrue = (value: Readonly<Record<string, unknown>>) =>
  fc
    .record({
      left: fc.subarray(Object.keys(value), { maxLength: 2 }),
      list: changes(values, 2),
      stranger: fc.constantFrom('', '', '', '', '__proto__', 'constructor', 'promt', 'toString'),
    })
    .map(({ left, list, stranger }) => {
      const members = Object.fromEntries(Object.entries(value).filter(([name]) => !left.includes(name)));
      const text = jsonOf(changed(members, list));
      if (stranger === '' || !text.endsWith('}') || text === '{}') return text;
      return `${text.slice(0, -1)},${JSON.stringify(stranger)}:{"polluted":1}}`;
    });

describe('preset files', () => {
  const facts = { file: '/p/mine.json', shown: 'mine.json', name: 'mine', named: false };

  it('are taken or refused by field, and what is taken says the same when it is shown', {
    timeout: patienceMs,
  }, async () => {
    const home = await tempFolder();
    let taken = 0;
    await mkdir(join(home, 'work'));
    await fc.assert(
      fc.asyncProperty(untrue(preset), async (text) => {
        const error = refusal(() => parsePresetFile(Buffer.from(text), facts));
        if (error !== undefined) {
          const isWhole =
            /larger than|not a JSON object|name of the file|built-in preset|no step|the step/.test(
              error.message,
            );
          expect(
            isWhole ||
              [...names, '//'].some((name) => error.message.includes(`"${name}`)) ||
              error.message.includes('the field "'),
          ).toBe(true);
          return;
        }
        taken += 1;
        const file = join(home, 'work', 'mine.json');
        await writeFile(file, text);
        const context = fakeContext({ home: join(home, 'own'), cwd: join(home, 'work') });
        await dispatch(['presets', 'show', './mine.json', '--json'], context);
        const { local, generative, version } = parsePresetFile(Buffer.from(text), facts);
        const shown = JSON.parse(context.stdoutText());
        expect(shown.version).toBe(version);
        if (generative !== undefined)
          expect(JSON.stringify(shown)).toContain(JSON.stringify(generative.prompt));
        if (local !== undefined) expect(JSON.stringify(shown)).toContain(`"strength":${local.strength}`);
      }),
      tries(250),
    );
    expect(taken).toBeGreaterThan(10);
  });
});

describe('price files', () => {
  it('are taken or refused by row and field, and no price is below nothing or without an end', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(untrue(price), { minLength: 1, maxLength: 2 }), (rows) => {
        const error = refusal(() => {
          const now = Date.UTC(2026, 11, 1);
          for (const { microusd } of parsePrices(
            Buffer.from(`[${rows}]`),
            'mine.json',
            enhanceProviders,
            now,
          )) {
            taken += 1;
            expect(Number.isSafeInteger(microusd) && microusd >= 0).toBe(true);
          }
        });
        if (error !== undefined)
          expect(error.message).toMatch(/^the price file mine\.json: (?:row \d+: |not a JSON|larger)/);
      }),
      tries(400),
    );
    expect(taken).toBeGreaterThan(5);
  });
});

describe('the settings file', () => {
  it('is read or refused by name, and never written over', { timeout: patienceMs }, async () => {
    const folder = await tempFolder();
    const settings = {
      provider: 'local',
      strength: 0.5,
      concurrency: 'auto',
      'max-pixels': 100,
      format: 'keep',
      prices: '/p',
    };
    const file = join(folder, 'config.json');
    await fc.assert(
      fc.asyncProperty(untrue(settings), async (text) => {
        await writeFile(file, text);
        const opened = await openSettings(file).catch((error: unknown) => error);
        if (opened instanceof Error) {
          expect(opened).toBeInstanceOf(CommandError);
          expect(opened).toMatchObject({ exitCode: exitCodes.usage });
        }
        expect(await readFile(file, 'utf8')).toBe(text);
      }),
      tries(20),
    );
  });
});

describe('JSON', () => {
  it('deeper than anybody writes it is none', () => {
    expect(parseJson(jsonOf(deep(50)))).toEqual(deep(50));
    for (const levels of [2_000, 20_000, 50_000]) expect(parseJson(jsonOf(deep(levels)))).toBeUndefined();
  });

  it('of an error answer is told in words, however deep it is', () => {
    for (const levels of [3, 100, 20_000]) {
      const text = jsonOf({ error: { message: deep(levels) } });
      expect(typeof readProblem(parseJson(text), text).message).toBe('string');
    }
  });
});
