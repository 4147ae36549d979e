import { existsSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { configCommand } from '../../src/commands/config.ts';
import { settingNames } from '../../src/settings/keys.ts';
import { type FakeContext, fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

let home: string;

beforeEach(async () => {
  home = await tempFolder();
});

async function config(...args: string[]): Promise<FakeContext> {
  const context = fakeContext({ home });
  await configCommand(context).parseAsync(args, { from: 'user' });
  return context;
}

const stdout = async (...args: string[]) => (await config(...args)).stdoutText();

describe('imgsys config', () => {
  it('gets the default until a value is set, and again when it is unset', async () => {
    expect(await stdout('get', 'preset')).toBe('auto\n');
    expect(await stdout('set', 'preset', 'sharpen')).toBe('');
    expect(await stdout('get', 'preset')).toBe('sharpen\n');
    expect(await stdout('unset', 'preset')).toBe('');
    expect(await stdout('get', 'preset')).toBe('auto\n');
  });

  it('says when there is nothing to get or unset', async () => {
    const got = await config('get', 'strength');
    expect(got.stdoutText()).toBe('');
    expect(got.stderrText()).toMatch(/^imgsys: strength is not set \(.+\)\n$/);
    expect((await config('unset', 'strength')).stderrText()).toBe('imgsys: strength was not set\n');
  });

  it('lists every setting, and which are yours', async () => {
    await config('set', 'max-memory', '2G');
    const lines = (await stdout('list')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(settingNames);
    expect(lines.filter((line) => line.endsWith('yours'))).toEqual(['max-memory      2G          yours']);
  });

  it('speaks JSON Lines', async () => {
    const json = async (...args: string[]) =>
      (await stdout(...args, '--json'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect(await json('set', 'output-quality', '85')).toEqual([
      { type: 'setting', key: 'output-quality', value: 85, source: 'set' },
    ]);
    expect(await json('get', 'strength')).toEqual([
      { type: 'setting', key: 'strength', value: null, source: 'unset' },
    ]);
    expect(await json('list')).toHaveLength(settingNames.length);
    expect(await json('path')).toEqual([{ type: 'path', path: `${home}/config.json` }]);
    expect(await json('unset', 'output-quality')).toEqual([
      { type: 'setting', key: 'output-quality', value: 90, source: 'default' },
    ]);
  });

  it.each([
    [['get', 'strenght'], 'did you mean strength?'],
    [['set', 'strenght', '1'], 'did you mean strength?'],
    [['set', 'preset', 'sharpne'], 'did you mean sharpen?'],
    [['set', 'provider', 'opanai'], 'did you mean openai?'],
    [['set', 'format', 'jpg'], 'did you mean jpeg?'],
  ])('%j is refused with a hint and writes nothing', async (args, hint) => {
    await expect(config(...args)).rejects.toMatchObject({ exitCode: 2, hint });
    expect(existsSync(`${home}/config.json`)).toBe(false);
  });

  it('path works while the file is damaged, all else names it', async () => {
    writeFileSync(`${home}/config.json`, '{');
    expect(await stdout('path')).toBe(`${home}/config.json\n`);
    for (const args of [['list'], ['get', 'preset'], ['set', 'preset', 'auto'], ['unset', 'preset']]) {
      await expect(config(...args)).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining(home),
      });
    }
  });
});
