import { describe, expect, it } from 'vitest';
import { imgsys, newHome } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('what is wrong on the command line', () => {
  it.each([
    [['enhance', 'photos'], 'where should the pictures go', '-o'],
    [['enhance', 'photos', '-o', 'photos'], 'the output folder is the input folder', '--in-place'],
    [['enhance', 'photos', '-o', 'out', '--preset', 'atuo'], 'atuo', 'auto'],
    [['enhance', 'photos', '-o', 'out', '--provider', 'remote'], 'no provider remote', 'local'],
    [['enhance', 'photos', '-o', 'out', '--strength', '2'], '--strength 2', 'from 0 to 1'],
    [['enhance', 'photos', '-o', 'out', '--size', '2x'], 'does not go with the preset auto', 'upscale'],
    [['enhance', 'photos', '-o', 'out', '--output-quality', '0'], '--output-quality 0', ''],
    [['enhance', 'photos', '-o', 'out', '--max-memory', 'lots'], '--max-memory lots', '2G'],
    [['enhance', 'photos', '-o', 'out', '--max-duration', 'soon'], '--max-duration soon', '30m'],
    [['enhance', 'photos', '-o', 'out', '--concurrency', '0'], '--concurrency 0', ''],
    [['enhance', 'photos', '-o', 'out', '--name', '{nmae}'], 'nmae', ''],
    [['enhance', 'photos', '-o', 'out', '--in-place'], '--in-place', ''],
    [['enhance', 'photos', '-o', 'out', '--backup-dir', 'b'], '--backup-dir', ''],
    [['enhance', 'photos', '-o', ''], '-o is empty', 'variable'],
    [['enhance', '.'], 'where should the pictures go', '-o'],
    [['enhance', 'photos', '--in-place', '--backup-dir', '.'], 'holds the originals', 'beside'],
    [['enhance', 'photos', '-o', 'out', '--fromat', 'png'], "unknown option '--fromat'", '--format'],
    [['enhnace'], "unknown command 'enhnace'", 'enhance'],
    [['config', 'set', 'strenght', '1'], 'strenght', 'strength'],
  ])('%j exits 2 and says what to do', async (args, message, way) => {
    const ran = await imgsys(await newHome(), args, { cwd: await tempFolder() });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^imgsys: error: /);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(way);
    expect(ran.stdout).toBe('');
  });

  it('exits 6 without input', async () => {
    const home = await newHome();
    const ran = await imgsys(home, ['enhance', '-o', 'out'], { stdin: 'pipe', input: '' });
    expect(ran.code).toBe(6);
    const missing = await imgsys(home, ['enhance', 'nowhere', '-o', 'out'], { cwd: await tempFolder() });
    expect(missing.code).toBe(6);
    expect(missing.stderr).toContain('nowhere');
  });
});

describe('help', () => {
  it.each([
    [['--help'], 'enhance'],
    [['enhance', '--help'], '--dry-run'],
    [['help', 'enhance'], '--dry-run'],
    [['presets', '--help'], 'Examples:'],
    [['config', '--help'], 'Examples:'],
    [['runs', '--help'], 'Examples:'],
    [['doctor', '--help'], 'Examples:'],
    [['completion', '--help'], 'To load it'],
  ])('%j goes to standard output and exits 0', async (args, word) => {
    const ran = await imgsys(await newHome(), args);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain(word);
  });

  it('prints the version', async () => {
    const ran = await imgsys(await newHome(), ['--version']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
