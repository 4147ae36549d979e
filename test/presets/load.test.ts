import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { loadPreset, ownPresetNames } from '../../src/presets/load.ts';
import { tempFolder } from '../helpers/temp.ts';

let folder: string;
let cwd: string;
const load = (name: string) => loadPreset(name, { folder, cwd });

beforeAll(async () => {
  [folder, cwd] = [await tempFolder(), await tempFolder()];
  mkdirSync(join(folder, 'presets'));
  keep('warm', { prompt: 'Make it warm.' });
  keep('cold', { name: 'icy', prompt: 'x' });
  keep('auto', { prompt: 'Not the built-in one.' });
  keep('My Preset', { prompt: 'x' });
  writeFileSync(join(folder, 'secret.json'), JSON.stringify({ prompt: 'outside' }));
  writeFileSync(join(cwd, 'sky.json'), JSON.stringify({ prompt: 'Blue.', summary: 'blue', version: 3 }));
  writeFileSync(join(cwd, 'My Sky.JSON'), JSON.stringify({ prompt: 'Blue.', name: 'my-sky' }));
});

function keep(name: string, fields: object): void {
  writeFileSync(join(folder, 'presets', `${name}.json`), JSON.stringify(fields));
}

describe('loadPreset', () => {
  it('takes the built-in preset first', async () => {
    expect(await load('auto')).toBe(builtInPresets[0]);
  });

  it("takes the user's own by name", async () => {
    expect(await load('warm')).toEqual({
      name: 'warm',
      version: 1,
      summary: 'your own preset',
      description: 'your own preset',
      file: join(folder, 'presets', 'warm.json'),
      generative: { prompt: 'Make it warm.' },
    });
  });

  it.each(['sky.json', './sky.json'])('takes %j from the current folder', async (path) => {
    expect(await load(path)).toMatchObject({
      name: 'sky',
      version: 3,
      summary: 'blue',
      file: join(cwd, 'sky.json'),
    });
  });

  it('takes an absolute path and a name of its own', async () => {
    expect(await load(join(cwd, 'My Sky.JSON'))).toMatchObject({ name: 'my-sky' });
  });

  it('follows a symbolic link, as dot files are kept', async () => {
    symlinkSync(join(cwd, 'sky.json'), join(cwd, 'linked.json'));
    expect(await load('./linked.json')).toMatchObject({ name: 'linked', summary: 'blue' });
  });

  it.each([
    ['wram', 'did you mean warm?'],
    ['aut', 'did you mean auto?'],
    ['sky', expect.stringMatching(/^the presets are: auto, .*, warm$/)],
    ['', expect.stringContaining('the presets are: ')],
    ['..', expect.anything()],
    ['__proto__', expect.anything()],
  ])('refuses the name %j with a hint', async (name, hint) => {
    await expect(load(name)).rejects.toMatchObject({
      name: 'CommandError',
      exitCode: 2,
      message: expect.stringMatching(/^there is no preset /),
      hint,
    });
  });

  it.each([
    ['gone.json', 'the preset file gone.json: no such file or folder'],
    ['./', 'the preset file ./: not a regular file'],
    ['/dev/zero', 'the preset file /dev/zero: not a regular file'],
    ['sky.json/x', 'part of the path is a file'],
    ['a\u0000.json', 'the name holds a zero byte'],
    ['evil\u001b[2J.json', 'evil\\e[2J.json'],
    [`${'x'.repeat(300)}.json`, 'longer than the system allows'],
  ])('refuses the path %j in words', async (path, words) => {
    await expect(load(path)).rejects.toMatchObject({
      name: 'CommandError',
      exitCode: 2,
      message: expect.stringContaining(words),
    });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a FIFO', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe.json')]);
    await expect(load('pipe.json')).rejects.toMatchObject({
      message: 'the preset file pipe.json: not a regular file',
    });
  });

  it('holds a file found by its name to that name', async () => {
    await expect(load('cold')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('the field "name" says icy'),
    });
  });

  it('gives no file the name of a built-in preset', async () => {
    writeFileSync(join(cwd, 'portrait.json'), JSON.stringify({ prompt: 'x' }));
    await expect(load('./portrait.json')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('portrait is the name of a built-in preset'),
    });
  });
});

describe('ownPresetNames', () => {
  it('lists what can be chosen by name, sorted', async () => {
    expect(await ownPresetNames(folder)).toEqual(['cold', 'warm']);
  });

  it('is empty where there is no folder', async () => {
    expect(await ownPresetNames(join(folder, 'none'))).toEqual([]);
  });

  it('says so when a file is in its place', async () => {
    const other = await tempFolder();
    writeFileSync(join(other, 'presets'), '');
    await expect(ownPresetNames(other)).rejects.toMatchObject({ name: 'CommandError', exitCode: 2 });
  });
});
