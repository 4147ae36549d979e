// A signal while a question is open on a real terminal: the command ends, and the terminal is as it was.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { program } from '../helpers/cli.ts';
import { startImageServer } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const hasTmux = spawnSync('tmux', ['-V']).status === 0 && process.platform === 'linux';
if (!hasTmux) console.warn('skipped: signals at questions (tmux is not installed)');

const questions = {
  'key add openai --name other --no-verify': /Key for openai/,
  'enhance photos -o out --provider openai': /make 3 pictures first/,
};

// The process of the program itself, not of the shell around it.
function programIn(place: string): number {
  const isIt = (pid: string) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return readlinkSync(`/proc/${pid}/cwd`) === place && words[1] === program;
    } catch {
      // It has ended meanwhile, or is another user's.
      return false;
    }
  };
  return Number(readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isIt(pid)));
}

describe.skipIf(!hasTmux)('a signal at a question', () => {
  it.each([
    ['key add openai --name other --no-verify', 'SIGTERM', 143],
    ['key add openai --name other --no-verify', 'SIGINT', 130],
    ['enhance photos -o out --provider openai', 'SIGHUP', 143],
  ] as const)('%s: %s ends it with %i', async (command, signal, code) => {
    const server = await startImageServer();
    const { env } = await payingHome(server);
    const place = await tempFolder();
    await writePhotos(join(place, 'photos'), 4);
    const socket = `imgsys-question-${process.pid}-${signal}`;
    const tmux = (...words: string[]) =>
      spawnSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' }).stdout;
    const shows = async (pattern: RegExp) => {
      while (!pattern.test(tmux('capture-pane', '-p'))) await sleep(50);
    };
    const set = Object.entries({ ...env, IMGSYS_PASSPHRASE: 'CANARY of the question' });
    const run = `env -i TERM=screen ${set.map(([name, value]) => `${name}='${value}'`).join(' ')} ${process.execPath} ${program} ${command}`;
    const line = `cd ${place}; stty -a > before; ${run}; echo ENDED=$?; stty -a > after; echo LOOKED; sleep 60`;
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '100', '-y', '40', line);
    try {
      await shows(questions[command]);
      process.kill(programIn(place), signal);
      await shows(/LOOKED/);
      expect(tmux('capture-pane', '-p')).toContain(`ENDED=${code}`);
      expect(readFileSync(join(place, 'after'), 'utf8')).toBe(readFileSync(join(place, 'before'), 'utf8'));
      expect(server.journal.billed()).toEqual([]);
    } finally {
      tmux('kill-server');
      await server.close();
    }
  });
});
