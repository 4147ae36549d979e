import { describe, expect, it } from 'vitest';
import { presetsCommand } from '../../src/commands/presets.ts';
import { presets } from '../../src/presets/presets.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

async function run(...args: string[]): Promise<string> {
  const context = fakeContext({ home: await tempFolder() });
  await presetsCommand(context).parseAsync(args, { from: 'user' });
  return context.stdoutText();
}

describe('imgsys presets', () => {
  it('lists one a line', async () => {
    const lines = (await run('list')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['auto', 'upscale', 'sharpen']);
  });

  it('shows one in full', async () => {
    const text = await run('show', 'upscale');
    expect(text).toMatch(/^upscale: /);
    expect(text).toContain('--size 2x|4x');
  });

  it('speaks JSON Lines', async () => {
    const lines = (await run('list', '--json')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      presets.map((preset) => ({ type: 'preset', ...preset })),
    );
    expect(JSON.parse(await run('show', 'auto', '--json'))).toMatchObject({
      name: 'auto',
      operation: 'enhance',
    });
  });

  it('names the preset that was meant', async () => {
    await expect(run('show', 'upscal')).rejects.toMatchObject({ exitCode: 2, hint: 'did you mean upscale?' });
  });
});
