// The prompt for a key, at a real terminal: nothing that is typed may show.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHome, program } from '../helpers/cli.ts';
import { type ModelServer, startModelServer } from '../providers/model-server.ts';

const key = 'sk-proj-CANARY-prompt-0123456789-aaaa';
const hasTmux = spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) console.warn('skipped: the prompt at a real terminal (tmux is not installed)');

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer([key]);
});
afterAll(() => server.stop());

let count = 0;

class Terminal {
  readonly #socket = `imgsys-key-${process.pid}-${count++}`;
  readonly #all: string[] = [];

  constructor(command: string, env: Readonly<Record<string, string>>, columns = 80) {
    const set = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    const line = `env -i TERM=screen ${set.join(' ')} ${command}; echo ENDED=$?; sleep 600`;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', '60', line);
  }

  /** Waits until the screen shows the pattern and gives it, without line ends. */
  async until(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 5_000; tries += 1) {
      const shown = this.#tmux('capture-pane', '-p', '-S', '-');
      this.#all.push(shown);
      const text = shown.replaceAll(/ *\n/g, '');
      if (pattern.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the screen never showed ${pattern}:\n${this.#all.at(-1)}`);
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  press(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** As a terminal does it: in one piece, bracketed if the program asked for that. */
  paste(text: string): void {
    spawnSync('tmux', ['-L', this.#socket, 'load-buffer', '-b', 'key', '-'], { input: text });
    this.#tmux('paste-buffer', '-p', '-b', 'key');
  }

  /** Everything that was ever seen on the screen. */
  seen(): string {
    return [...this.#all, this.#tmux('capture-pane', '-p', '-S', '-')].join('\n').replaceAll('\n', '');
  }

  end(): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: string[]): string {
    return spawnSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' }).stdout;
  }
}

async function at(
  use: (terminal: Terminal, home: string) => Promise<void>,
  { args = 'key add openai', env = {}, columns = 80, redirect = '', before = '', script = '' } = {},
): Promise<void> {
  const home = await newHome();
  const all = {
    ...home.env,
    IMGSYS_PASSPHRASE: 'correct horse battery',
    IMGSYS_BASE_URL_OPENAI: server.baseUrl,
    ...env,
  };
  const inner = `${process.execPath} ${program} ${args} ${redirect}`;
  const piped = before === '' ? inner : `sh -c '${before} | ${inner}'`;
  const command = script === '' ? piped : `sh -c '${script} key list'`;
  const terminal = new Terminal(command, all, columns);
  try {
    await use(terminal, home.folder);
    expect(terminal.seen()).not.toContain('CANARY');
    expect(terminal.seen()).not.toMatch(/\bat .*\.js:\d+/);
  } finally {
    terminal.end();
  }
}

const asked = /Key for openai: \(hidden\)/;

describe.skipIf(!hasTmux)('the prompt for a key', () => {
  it.each([40, 80, 160])('takes a pasted key in %i columns and shows nothing of it', async (columns) => {
    await at(
      async (terminal) => {
        expect(await terminal.until(asked)).toContain('nowhere else');
        terminal.paste(key);
        terminal.press('Enter');
        expect(await terminal.until(/ENDED=/)).toContain('saved openai/default, ending in aaaa');
        expect(await terminal.until(/ENDED=/)).toContain('ENDED=0');
      },
      { columns },
    );
  });

  it('takes a typed key with its mistakes mended, and Ctrl-T shows nothing', async () => {
    await at(async (terminal) => {
      await terminal.until(asked);
      terminal.type(`CANARY${key}xy`);
      terminal.press('BSpace', 'BSpace');
      terminal.press('C-t');
      terminal.press('C-a', ...Array.from({ length: 6 }, () => 'DC'));
      terminal.press('Enter');
      expect(await terminal.until(/ENDED=/)).toContain('ENDED=0');
    });
  });

  it('shows the same for a long key as for a short one', async () => {
    await at(async (terminal) => {
      const empty = await terminal.until(asked);
      terminal.type('CANARY-with-many-characters-in-it');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await terminal.until(asked)).toBe(empty);
      terminal.press('C-c');
      await terminal.until(/ENDED=130/);
    });
  });

  it('asks again after what cannot be a key', async () => {
    await at(async (terminal) => {
      await terminal.until(asked);
      terminal.press('Enter');
      await terminal.until(/holds no key.*Key for openai: \(hidden\)/);
      terminal.type('CANARY one');
      terminal.press('Enter');
      await terminal.until(/holds blanks.*Key for openai: \(hidden\)/);
      terminal.paste(`"${key}"\n`);
      expect(await terminal.until(/ENDED=/)).toContain('ENDED=0');
    });
  });

  it.each(['C-c', 'C-d'])('ends on %s with 130 and nothing stored', async (press) => {
    await at(async (terminal, home) => {
      await terminal.until(asked);
      terminal.type('CANARY');
      terminal.press(press);
      expect(await terminal.until(/ENDED=/)).toMatch(/interrupted, nothing was changed\s*ENDED=130/);
      expect(existsSync(join(home, 'keystore.json'))).toBe(false);
    });
  });

  it('lets a provider be chosen', async () => {
    await at(
      async (terminal) => {
        await terminal.until(/Key for:.*openai-compatible/);
        terminal.press('Enter');
        await terminal.until(asked);
        terminal.paste(`${key}\n`);
        expect(await terminal.until(/ENDED=/)).toContain('saved openai/default');
      },
      { args: 'key add' },
    );
  });

  it('offers a passphrase where there is no keychain, twice the same, long enough', async () => {
    await at(
      async (terminal) => {
        await terminal.until(asked);
        terminal.paste(`${key}\n`);
        await terminal.until(/New passphrase for the key store: \(hidden\)/);
        terminal.type('CANARY');
        terminal.press('Enter');
        await terminal.until(/12 characters or more.*New passphrase for the key store: \(hidden\)/);
        for (const [text, next] of [
          ['CANARY passphrase one', /The same again: \(hidden\)/],
          ['CANARY passphrase two', /the two differ.*New passphrase for the key store: \(hidden\)/],
        ] as const) {
          terminal.type(text);
          terminal.press('Enter');
          await terminal.until(next);
        }
        terminal.type('CANARY passphrase one');
        terminal.press('Enter');
        await terminal.until(/the two differ.*The same again: \(hidden\)/);
        terminal.type('CANARY passphrase one');
        terminal.press('Enter');
        expect(await terminal.until(/ENDED=/)).toContain('saved openai/default');
      },
      { env: { IMGSYS_PASSPHRASE: '' } },
    );
  });

  it('asks the terminal for the passphrase when the key comes through a pipe', async () => {
    const home = await newHome();
    const file = join(home.folder, 'key.txt');
    writeFileSync(file, key);
    await at(
      async (terminal) => {
        for (const question of [
          /New passphrase for the key store: \(hidden\)/,
          /The same again: \(hidden\)/,
        ]) {
          await terminal.until(question);
          terminal.type('CANARY passphrase one');
          terminal.press('Enter');
        }
        expect(await terminal.until(/ENDED=/)).toMatch(/saved openai\/default.*ENDED=0/);
      },
      { env: { IMGSYS_PASSPHRASE: '' }, before: `cat ${file}` },
    );
  });

  it('asks before a key is removed; no is the answer unless yes is given', async () => {
    const run = `${process.execPath} ${program}`;
    const file = join((await newHome()).folder, 'key.txt');
    writeFileSync(file, key);
    // Adds it through a pipe, then removes it at the terminal, twice.
    const script = `${run} key add openai <${file}; for i in 1 2; do ${run} key remove openai; done; ${run}`;
    await at(
      async (terminal) => {
        await terminal.until(/Remove openai\/default, ending in aaaa\? \(y\/N\)/);
        terminal.press('Enter');
        await terminal.until(/openai\/default was kept.*Remove openai\/default, ending in aaaa\? \(y\/N\)/);
        terminal.press('y', 'Enter');
        expect(await terminal.until(/ENDED=/)).toContain('openai/default was removed');
      },
      { script },
    );
  });

  it.each([
    ['</dev/null', { redirect: '</dev/null' }, /standard input holds no key.*ENDED=2/],
    ['CI', { env: { CI: '1' } }, /asked for at a terminal only.*ENDED=2/],
    ['--no-input', { args: 'key add openai --no-input' }, /asked for at a terminal only.*ENDED=2/],
    [
      '--no-input without a provider',
      { args: 'key add --no-input' },
      /which provider is the key for.*ENDED=2/,
    ],
    ['errors to a file', { redirect: '2>/dev/null' }, /ENDED=2/],
  ])('is not shown with %s', async (_what, options, pattern) => {
    await at(async (terminal) => {
      const text = await terminal.until(/ENDED=/);
      expect(text).toMatch(pattern);
      expect(text).not.toMatch(asked);
    }, options);
  });
});
