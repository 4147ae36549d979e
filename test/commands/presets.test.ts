import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { presetsCommand } from '../../src/commands/presets.ts';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { loadPreset } from '../../src/presets/load.ts';
import { stepNames } from '../../src/presets/own-look.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

let home: string;
const names = builtInPresets.map(({ name }) => name);

beforeEach(async () => {
  home = await tempFolder();
});

async function both(...args: string[]) {
  const context = fakeContext({ home });
  await presetsCommand(context).parseAsync(args, { from: 'user' });
  return { stdout: context.stdoutText(), stderr: context.stderrText() };
}

async function run(...args: string[]): Promise<string> {
  return (await both(...args)).stdout;
}

function keep(name: string, text: string): void {
  mkdirSync(join(home, 'presets'), { recursive: true });
  writeFileSync(join(home, 'presets', `${name}.json`), text);
}

describe('imgsys presets', () => {
  it('lists one a line, with who does it', async () => {
    const lines = (await run('list')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
    expect(lines.find((line) => line.startsWith('auto'))).toMatch(/^auto +local, ai +exposure/);
    expect(lines.find((line) => line.startsWith('upscale'))).toMatch(/^upscale +local, ai +two/);
    expect(lines.find((line) => line.startsWith('food'))).toMatch(/^food +ai +dishes/);
  });

  it("lists the user's own last, and goes on past a damaged one with a warning", async () => {
    keep('cold', '{"promt": "x"}');
    keep('warm', '{"prompt": "x", "summary": "warm tones"}');
    const { stdout, stderr } = await both('list');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^warm +ai +warm tones$/);
    expect(stderr).toBe(
      `imgsys: warning: the preset file ${home}/presets/cold.json: the field "promt" is unknown\n` +
        'imgsys: hint: did you mean "prompt"?\n',
    );
  });

  it('shows one in full, with what each provider does', async () => {
    const text = await run('show', 'upscale');
    expect(text).toMatch(/^upscale: /);
    expect(text).toContain('--size 2x|4x');
    expect(text).toContain('operation upscale');
    expect(text).toMatch(/What stability, replicate, fal, imagine are asked:\n {2}A clear, sharp/);
    expect(await run('show', 'expand')).toContain('mirrors what is at the edges');
    expect(await run('show', 'food')).toContain('cannot do it');
    expect(await run('show', 'draft')).toContain('quality low, model gpt-image-2.5-flare at openai');
  });

  it('shows what local does, step by step', async () => {
    const lines = (await run('show', 'sharpen')).split('\n');
    expect(lines).toContain('  local    strength 0.65 (--strength 0..1), size keep');
    expect(lines).toContain('             sharpen  1, at least 0.8');
    for (const { name, local } of builtInPresets) {
      const text = await run('show', name);
      for (const [step, { share }] of Object.entries(local?.look ?? {}))
        expect(text).toMatch(new RegExp(`^ {11}  ${step} +${share}(,.*)?$`, 'm'));
    }
    expect(await run('show', 'upscale')).toContain('enlarges; light and colours stay');
  });

  it('says what only AI providers can do', async () => {
    await expect(run('show', 'cutout')).rejects.toMatchObject({
      message: expect.stringContaining('local cannot remove a background'),
      hint: expect.stringMatching(/--provider stability \(or .*\) -p remove-background$/),
    });
  });

  it('shows the prompt word for word', async () => {
    const text = await run('show', 'portrait');
    for (const line of builtInPresets
      .find(({ name }) => name === 'portrait')
      ?.generative?.prompt.split('\n') ?? ['none'])
      expect(text).toContain(line);
  });

  it('shows a file by its path', async () => {
    writeFileSync(join(home, 'sky.json'), '{"prompt": "Blue."}');
    expect(await run('show', './sky.json')).toContain(`file     ${home}/sky.json\n`);
  });

  it('speaks JSON Lines', async () => {
    const lines = (await run('list', '--json')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      builtInPresets.map((preset) => ({ type: 'preset', doneBy: expect.any(Array), ...preset })),
    );
    expect(JSON.parse(await run('show', 'auto', '--json'))).toMatchObject({
      doneBy: ['local', 'ai'],
      name: 'auto',
      local: { look: { exposure: { share: 1 } } },
      generative: { quality: 'high' },
    });
  });

  it('names the preset that was meant', async () => {
    await expect(run('show', 'upscal')).rejects.toMatchObject({ exitCode: 2, hint: 'did you mean upscale?' });
  });
});

describe('imgsys presets init', () => {
  it('writes a preset that can be used at once, and prints its path', async () => {
    const { stdout, stderr } = await both('init', 'warm', '--base', 'food');
    const file = join(home, 'presets', 'warm.json');
    expect(stdout).toBe(`${file}\n`);
    expect(stderr).toContain('-p warm --provider openai');
    const food = builtInPresets.find(({ name }) => name === 'food');
    const preset = await loadPreset('warm', { folder: home, cwd: home });
    expect(preset.generative).toMatchObject(food?.generative ?? { prompt: 'none' });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(builtInPresets)('writes all that $name does, by local and by AI, to be changed', async (base) => {
    await run('init', 'mine', '--base', base.name);
    const mine = await loadPreset('mine', { folder: home, cwd: home });
    expect(mine.local).toEqual(base.local);
    expect(mine.generative?.prompt).toBe(base.generative?.prompt);
    expect(mine.generative?.quality).toBe(base.generative?.quality);
    const written = JSON.parse(readFileSync(join(home, 'presets', 'mine.json'), 'utf8'));
    expect(written['//']).toContain('This text is for you: imgsys does not read it.');
    expect(Object.keys(written.steps ?? {})).toEqual(base.local === undefined ? [] : stepNames);
  });

  it("begins with the user's own", async () => {
    keep('mine', '{"look": "sharpen", "strength": 0.3, "steps": {"sharpen": 0.5, "dehaze": 2}}');
    const { stderr } = await both('init', 'again', '--base', 'mine');
    const [mine, again] = await Promise.all(
      ['mine', 'again'].map((name) => loadPreset(name, { folder: home, cwd: home })),
    );
    expect(again?.local).toEqual(mine?.local);
    expect(again?.generative).toBeUndefined();
    expect(stderr).toMatch(/-p again$/m);
  });

  it('begins with auto, and speaks JSON', async () => {
    expect(JSON.parse(await run('init', 'mine', '--json'))).toEqual({
      type: 'preset-file',
      name: 'mine',
      file: join(home, 'presets', 'mine.json'),
    });
    expect(JSON.parse(readFileSync(join(home, 'presets', 'mine.json'), 'utf8'))).toMatchObject({
      prompt: builtInPresets[0]?.generative?.prompt,
    });
  });

  it('names the model that the base was made for', async () => {
    expect((await both('init', 'cheap', '--base', 'draft')).stderr).toContain(
      '--provider openai --model gpt-image-2.5-flare',
    );
  });

  it('never overwrites', async () => {
    keep('warm', 'precious');
    await expect(run('init', 'warm')).rejects.toMatchObject({
      exitCode: 13,
      message: `the preset file ${home}/presets/warm.json exists already`,
    });
    expect(readFileSync(join(home, 'presets', 'warm.json'), 'utf8')).toBe('precious');
  });

  it.each([
    [['init', 'Warm'], 'Warm is no name for a preset', 'use small letters, digits and hyphens'],
    [['init', '../x'], '../x is no name for a preset', 'use small letters, digits and hyphens'],
    [['init', ''], 'nothing is no name for a preset', 'use small letters, digits and hyphens'],
    [['init', 'food'], 'food is a built-in preset', 'choose another name: imgsys presets init my-food'],
    [['init', 'x', '--base', 'fod'], 'there is no preset fod', 'did you mean food?'],
    [['init', 'x', '--base', 'deblur'], expect.stringContaining('local cannot remove blur'), undefined],
  ])('%j is refused and writes nothing', async (args, message, hint) => {
    const refused = { exitCode: 2, message, ...(hint === undefined ? {} : { hint }) };
    await expect(run(...args)).rejects.toMatchObject(refused);
    expect(statSync(join(home, 'presets'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('says what is in the way', async () => {
    writeFileSync(join(home, 'presets'), '');
    await expect(run('init', 'warm', '--base', 'food')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('a file is in the way of the folder'),
    });
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('says who may not write', async () => {
    chmodSync(home, 0o500);
    await expect(run('init', 'warm')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no permission'),
    });
    chmodSync(home, 0o700);
  });
});
