import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTable } from '../../src/commands/completion/table.ts';
import { completionCommand } from '../../src/commands/completion.ts';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';

let folder: string;
const files: Record<string, string> = {};

async function print(shell: string): Promise<string> {
  const context = fakeContext({ home: folder });
  await completionCommand(context).parseAsync([shell], { from: 'user' });
  return context.stdoutText();
}

beforeAll(async () => {
  folder = await tempFolder();
  for (const shell of ['bash', 'zsh', 'fish']) {
    files[shell] = join(folder, shell);
    await writeFile(files[shell], await print(shell));
  }
});

const shellAt = (shell: string) =>
  [`/usr/bin/${shell}`, `/bin/${shell}`].find((path) => existsSync(path)) ?? '';

// Words typed so far, the last one unfinished, and what is offered for it.
const presets = builtInPresets.map(({ name }) => name).sort();
const offers: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [['conf'], ['config']],
  [
    ['config', ''],
    ['get', 'list', 'path', 'set', 'unset'],
  ],
  [['config', 'get', 'out'], ['output-quality']],
  [['presets', 'show', ''], presets],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['enhance', '-p', ''], presets],
  [['enhance', 'photos', '--format', 'j'], ['jpeg']],
  [['enhance', '-o', 'config', '--dry'], ['--dry-run']],
  [['runs', 'show', '--al'], ['--all']],
];

describe('the table', () => {
  it('has every command that the program loads', async () => {
    const program = readFileSync(fileURLToPath(new URL('../../src/cli.ts', import.meta.url)), 'utf8');
    const loaded = [
      ...program.matchAll(/load: async \(\) => \(await import\('\.\/commands\/(\w+)\.ts'\)\)/g),
    ].map(([, name]) => name);
    const { children } = await readTable(fakeContext({ home: folder }));
    expect(loaded.length).toBeGreaterThan(5);
    expect(children.map(({ path }) => path[0])).toEqual(loaded);
  });
});

describe.skipIf(shellAt('bash') === '')('bash', () => {
  it('takes the script', async () => {
    const { stderr } = await execa(shellAt('bash'), ['-n', files.bash ?? '']);
    expect(stderr).toBe('');
  });

  it.each([
    ...offers,
    [['enhance', '--format', '=', 'we'], ['webp']] as const,
  ])('%j offers %j', async (typed, offered) => {
    expect(await complete(typed)).toEqual(offered);
  });

  it('leaves files to the shell', async () => {
    expect(await complete(['enhance', 'ph'])).toEqual([]);
    expect(await complete(['enhance', '--limit', ''])).toEqual([]);
  });

  async function complete(typed: readonly string[]): Promise<string[]> {
    const script = `source "$1"; shift; COMP_WORDS=(imgsys "$@"); COMP_CWORD=$#; _imgsys; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa(shellAt('bash'), ['-c', script, 'bash', files.bash ?? '', ...typed]);
    return stdout.split('\n').filter(Boolean).sort();
  }
});

describe.skipIf(shellAt('zsh') === '')('zsh', () => {
  it('takes the script', async () => {
    const { stderr } = await execa(shellAt('zsh'), ['-n', files.zsh ?? '']);
    expect(stderr).toBe('');
  });
});

describe.skipIf(shellAt('fish') === '')('fish', () => {
  it.each(offers)('%j offers %j', async (typed, offered) => {
    const line = ['imgsys', ...typed].join(' ');
    const { stdout, stderr } = await execa(
      shellAt('fish'),
      ['-c', 'source $argv[1]; complete -C $argv[2]', files.fish ?? '', line],
      { env: { HOME: folder } },
    );
    expect(stderr).toBe('');
    const words = stdout.split('\n').map((found) => found.split('\t')[0]);
    expect(words.filter(Boolean).sort()).toEqual(offered);
  });
});

describe('the scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s hold every option of enhance', async (shell) => {
    const text = readFileSync(files[shell] ?? '', 'utf8');
    const { children } = await readTable(fakeContext({ home: folder }));
    const options = children.find(({ path }) => path[0] === 'enhance')?.options ?? [];
    expect(options.length).toBeGreaterThan(20);
    for (const { long } of options) expect(text).toContain(shell === 'fish' ? `-l ${long.slice(2)} ` : long);
  });

  it('for another shell are refused', async () => {
    const command = completionCommand(fakeContext({ home: folder }))
      .exitOverride()
      .configureOutput({ writeErr() {} });
    await expect(command.parseAsync(['csh'], { from: 'user' })).rejects.toThrow(
      'Allowed choices are bash, zsh, fish',
    );
  });
});
