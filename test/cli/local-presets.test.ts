// What users see of what `local` does and does not do.
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, imgsys, jsonLines, lines, newHome } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('what local cannot do', () => {
  it.each([
    ['deblur', 'local cannot remove blur: ', /--provider openai \(or .*\) -p sharpen$/],
    ['cutout', 'local cannot remove a background: ', /--provider stability \(or .*\) -p remove-background$/],
    ['restore', 'local cannot restore old prints: ', /-p restore$/],
    ['food', 'local cannot do the preset food: ', /--provider openai \(or .*\) -p food$/],
    ['outpaint', 'local cannot paint beyond the edges: ', /-p expand --expand 20%$/],
    ['dehase', 'there is no preset dehase', /did you mean dehaze\?$/],
  ])('is refused by name before anything is read: %s', async (preset, words, hint) => {
    const out = join(await tempFolder(), 'out');
    const ran = await imgsys(await newHome(), ['enhance', '/nowhere/at/all', '-o', out, '-p', preset]);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    const [error, hinted, ...more] = lines(ran.stderr);
    expect(error).toContain(`imgsys: error: ${words}`);
    expect(hinted).toContain('imgsys: hint: ');
    expect(hinted).toMatch(hint);
    expect(more).toEqual([]);
    await expect(access(out)).rejects.toThrow();
  });

  it("gives way to the user's own preset of that name", async () => {
    const home = await newHome();
    await mkdir(join(home.folder, 'presets'));
    await writeFile(join(home.folder, 'presets', 'deblur.json'), '{"look": "sharpen", "strength": 1}');
    const ran = await imgsys(home, ['enhance', examples, '-o', 'out', '-p', 'deblur', '--dry-run']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('imgsys: preset deblur, on this processor');
  });
});

describe('a preset of local alone', () => {
  it('does what its steps say, and no other', async () => {
    const home = await newHome();
    const folder = await tempFolder();
    const file = join(folder, 'crisp.json');
    const fields = { '//': 'crisp, and nothing else', look: 'sharpen', steps: { sharpen: 1.5 } };
    await writeFile(file, JSON.stringify(fields));
    const ran = await imgsys(home, ['enhance', examples, '-o', join(folder, 'out'), '-p', file, '--json']);
    expect(ran.code).toBe(0);
    const done = jsonLines(ran.stdout).filter(({ type }) => type === 'done');
    const names = done.flatMap(({ plan }) => (plan as { name: string }[]).map(({ name }) => name));
    expect(new Set(names)).toEqual(new Set(['sharpen']));
  });
});

describe('the plan of a picture', () => {
  it.each([[['--dry-run']], [[]]])('is told step by step with -v %j', async (flags) => {
    const out = join(await tempFolder(), 'out');
    const photo = join(examples, 'night/field-noisy.jpg');
    const ran = await imgsys(await newHome(), ['enhance', photo, '-o', out, '-v', ...flags]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^imgsys: .*field-noisy\.jpg[^:]*$/m);
    expect(ran.stderr).toMatch(/^imgsys: {3}denoise [\d.]+ +noise of deviation [\d.]+ of 255$/m);
    expect(ran.stderr).toMatch(/^imgsys: {3}left out: sharpen +noise of deviation /m);
  });

  it.each([[['--dry-run']], [[]]])('is in the JSON with what was left out %j', async (flags) => {
    const out = join(await tempFolder(), 'out');
    const photo = join(examples, 'night/field-noisy.jpg');
    const ran = await imgsys(await newHome(), ['enhance', photo, '-o', out, '--json', ...flags]);
    const told = jsonLines(ran.stdout).find(({ type }) => type === 'planned' || type === 'done');
    expect(told).toMatchObject({
      plan: expect.arrayContaining([
        expect.objectContaining({
          name: 'denoise',
          text: expect.stringMatching(/^denoise [\d.]+$/),
          why: expect.stringContaining('noise of deviation'),
        }),
      ]),
      skipped: expect.arrayContaining([{ name: 'sharpen', why: expect.any(String) }]),
    });
  });
});
