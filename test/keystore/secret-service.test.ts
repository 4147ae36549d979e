import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const tools = ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool', 'bash'];
const missing = tools.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe(`a real Secret Service${missing.length > 0 ? ` (skipped, not installed: ${missing.join(', ')})` : ''}`, () => {
  it.skipIf(missing.length > 0)(
    'keeps the master key, and when it is locked the store says so in words and ends with 12',
    async () => {
      const session = [
        '--',
        'bash',
        here('with-keyring.sh'),
        process.execPath,
        here('secret-service-session.ts'),
      ];
      const { stdout } = await promisify(execFile)('dbus-run-session', session, {
        timeout: 50_000,
        env: { PATH: process.env.PATH ?? '' },
      });
      const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      expect(seen).toMatchObject({
        slot: 'keyring',
        masterLength: 44,
        revealed: true,
        holds: false,
        listed: ['openai/default'],
        unchanged: true,
      });
      for (const failure of [seen.lockedSecret, seen.lockedAdd]) {
        expect(failure).toMatchObject({
          exitCode: 12,
          message: expect.stringContaining('the keyring is locked and was not unlocked'),
          hint: expect.stringContaining('unlock the keyring'),
        });
      }
    },
  );
});
