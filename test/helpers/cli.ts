// The built program as a user runs it: its own process, its own home, real files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { expect } from 'vitest';
import { tempFolder } from './temp.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = join(root, 'bin/imgsys.js');
export const examples = join(root, 'examples/photos');

if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('build first: npm run build');

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: string | undefined;
}

export interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A user who never ran the program before. */
export async function newHome(): Promise<Home> {
  const folder = await tempFolder();
  return { folder, env: { IMGSYS_HOME: folder, PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1' } };
}

/** Runs the program to its end. A warning of Node's own fails the test. */
export async function imgsys(home: Home, args: readonly string[], options: Options = {}): Promise<Ran> {
  const { env, ...others } = options;
  const ran = await execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    ...others,
    env: { ...home.env, ...env },
  });
  const stderr = String(ran.stderr ?? '');
  expect(stderr).not.toMatch(/\(node:\d+\)|ExperimentalWarning|DeprecationWarning/);
  return { code: ran.exitCode, stdout: String(ran.stdout ?? ''), stderr, signal: ran.signal };
}

/** What was said, but for how far it was: that is told every while, so by a slow machine alone. */
export const withoutProgress = (stderr: string) =>
  stderr.replaceAll(/^imgsys: \d+(?: of \d+)? files, .* failed.*\n/gm, '');

export const lines = (text: string) => text.split('\n').filter((line) => line !== '');

export const jsonLines = (text: string) =>
  lines(text).map((line) => JSON.parse(line) as Record<string, unknown>);
