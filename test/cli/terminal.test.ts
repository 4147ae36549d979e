// The screens, in a real terminal.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, lines, newHome, program } from '../helpers/cli.ts';
import { startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, payingHome, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

function tmux(socket: string, ...args: string[]): string {
  return spawnSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' }).stdout;
}

async function screen(
  columns: number,
  command: string,
  env: Readonly<Record<string, string>>,
  during: (press: (key: string) => void, shown: () => string) => Promise<void> = async () => {},
): Promise<string> {
  const socket = `imgsys-${process.pid}-${columns}`;
  const set = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  tmux(
    socket,
    'new-session',
    '-d',
    '-x',
    `${columns}`,
    '-y',
    '40',
    `env ${set.join(' ')} ${command}; echo ENDED=$?; sleep 600`,
  );
  try {
    await during(
      (key) => tmux(socket, 'send-keys', key),
      () => tmux(socket, 'capture-pane', '-p').replaceAll('\n', ''),
    );
    for (;;) {
      const shown = tmux(socket, 'capture-pane', '-p');
      if (/ENDED=\d+/.test(shown)) return shown;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    tmux(socket, 'kill-server');
  }
}

describe.skipIf(!hasTmux)('a real terminal', () => {
  it.each([40, 80, 160])('of %i columns ends with paths and a summary, no spinner left', async (columns) => {
    const { env } = await newHome();
    const out = join(await tempFolder(), 'o');
    const { NO_COLOR: _, ...coloured } = env;
    const shown = await screen(
      columns,
      `${process.execPath} ${program} enhance ${examples} -o ${out}`,
      coloured,
    );
    const text = shown.replaceAll('\n', '');
    expect(text).toContain('ENDED=0');
    expect(text).toContain('rocket-fine.jpg');
    expect(text).toMatch(/imgsys: \d pictures? enhanced/);
    expect(text).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
    // Nothing of a line that was live is left behind a path.
    const paths = lines(shown).filter((line) => line.startsWith(out));
    expect(paths.filter((line) => columns === 160 && !line.trimEnd().endsWith('.jpg'))).toEqual([]);
  });

  it('on a dumb terminal shows plain lines only', async () => {
    const { env } = await newHome();
    const out = join(await tempFolder(), 'o');
    const shown = await screen(100, `${process.execPath} ${program} enhance ${examples} -o ${out}`, {
      ...env,
      TERM: 'dumb',
    });
    expect(shown).toContain('ENDED=0');
    expect(shown).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });

  it('stops at once at the second Ctrl-C, and still says what may have been charged', async () => {
    const held = holdAnswers();
    const server = await startImageServer({ answer: held.answer });
    const { folder, env } = await payingHome(server);
    await writePhotos(join(folder, 'photos'), 2);
    const command = `${process.execPath} ${program} enhance ${folder}/photos -o ${folder}/o --provider openai --yes`;
    const shown = await screen(101, command, env, async (press, shownNow) => {
      await until(() => server.journal.billed().length === 2);
      press('C-c');
      await until(() => shownNow().includes('again to stop now'));
      press('C-c');
    });
    held.letGo();
    await server.close();
    expect(shown).toContain('ENDED=130');
    expect(shown).toMatch(/unsettled: 2 calls may have been charged/);
    expect(shown).toMatch(/imgsys usage settle --run/);
  });
});
