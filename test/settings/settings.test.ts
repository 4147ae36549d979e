import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  findSetting,
  parseSetting,
  type SettingName,
  settingKeys,
  settingNames,
} from '../../src/settings/keys.ts';
import { openSettings } from '../../src/settings/settings.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('parseSetting', () => {
  it.each<[SettingName, string, unknown]>([
    ['provider', 'local', 'local'],
    ['strength', '0.5', 0.5],
    ['strength', '0', 0],
    ['concurrency', 'auto', 'auto'],
    ['concurrency', '4', 4],
    ['output-quality', '100', 100],
    ['format', 'webp', 'webp'],
    ['gps', 'strip', 'strip'],
    ['on-exists', 'rename', 'rename'],
    ['max-pixels', '200', 200],
    ['max-memory', ' 2G', '2G'],
  ])('%s %s', (name, text, value) => {
    expect(parseSetting(name, text)).toBe(value);
  });

  it.each<[SettingName, string]>([
    ['provider', 'Local One'],
    ['provider', ''],
    ['strength', '1.01'],
    ['strength', '-0.1'],
    ['strength', ''],
    ['strength', 'half'],
    ['concurrency', '0'],
    ['concurrency', '257'],
    ['concurrency', '1.5'],
    ['output-quality', '0'],
    ['format', 'bmp'],
    ['metadata', 'KEEP'],
    ['max-pixels', '1e3'],
    ['max-memory', '0'],
    ['max-memory', 'lots'],
  ])('refuses %s %j and says what is expected', (name, text) => {
    const expects = expect.stringContaining(`is not ${settingKeys[name].expects}`);
    expect(() => parseSetting(name, text)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expects }),
    );
  });

  it('names the value that was meant', () => {
    expect(() => parseSetting('format', 'jpg')).toThrow(
      expect.objectContaining({ hint: 'did you mean jpeg?' }),
    );
  });

  it('takes every default', () => {
    for (const name of settingNames) {
      const value = settingKeys[name].default;
      if (value !== undefined) expect(parseSetting(name, String(value))).toBe(value);
    }
  });
});

describe('findSetting', () => {
  it.each([
    ['strenght', 'did you mean strength?'],
    ['toString', expect.stringMatching(/^the settings are: provider, /)],
  ])('refuses %s with a hint', (name, hint) => {
    expect(() => findSetting(name)).toThrow(expect.objectContaining({ exitCode: 2, hint }));
  });
});

describe('openSettings', () => {
  let file: string;

  beforeEach(async () => {
    file = join(await tempFolder(), 'imgsys', 'config.json');
  });

  function write(text: string) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  it('without a file knows nothing and writes nothing', async () => {
    const settings = await openSettings(file);
    expect([settings.get('preset'), settings.all()]).toEqual([undefined, {}]);
    expect(await settings.unset('preset')).toBe(false);
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('keeps what is set, for the next process too', async () => {
    const settings = await openSettings(file);
    await settings.set('strength', 0.25);
    await settings.set('output-quality', 80);
    expect(settings.get('strength')).toBe(0.25);
    expect((await openSettings(file)).all()).toEqual({ strength: 0.25, 'output-quality': 80 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ strength: 0.25, 'output-quality': 80 });
    expect(await settings.unset('strength')).toBe(true);
    expect((await openSettings(file)).all()).toEqual({ 'output-quality': 80 });
  });

  it.skipIf(process.platform === 'win32')('writes for its owner only', async () => {
    await (await openSettings(file)).set('preset', 'sharpen');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not lose what another process set meanwhile', async () => {
    const [one, other] = [await openSettings(file), await openSettings(file)];
    await one.set('preset', 'sharpen');
    await other.set('strength', 1);
    expect((await openSettings(file)).all()).toEqual({ preset: 'sharpen', strength: 1 });
  });

  it('reads a file that a person wrote', async () => {
    write('\ufeff{ "concurrency": "4", "strength": 0.5 }');
    expect((await openSettings(file)).all()).toEqual({ concurrency: 4, strength: 0.5 });
  });

  it.each([
    ['nothing', '', 'is not valid JSON'],
    ['a cut file', '{"preset": "au', 'is not valid JSON'],
    ['a list', '[1]', 'is not valid JSON'],
    ['a word', 'null', 'is not valid JSON'],
    ['an unknown setting', '{"prest": "auto"}', 'has an unknown setting: prest'],
    ['a wrong value', '{"strength": 7}', 'has a wrong value: strength: 7 is not a number from 0 to 1'],
    ['a wrong type', '{"provider": true}', 'has a wrong value: provider: must be text or a number'],
  ])('refuses %s, naming the file, and leaves it as it is', async (_, text, says) => {
    write(text);
    await expect(openSettings(file)).rejects.toMatchObject({
      name: 'CommandError',
      exitCode: 2,
      message: `the settings file ${file} ${says}`,
      hint: expect.any(String),
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a folder in its place', async () => {
    mkdirSync(file, { recursive: true });
    await expect(openSettings(file)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is a folder'),
    });
  });
});
