// Small programs that stand in for the tools of secret managers: they write down how they were called.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { parseReference, type ResolveOptions, resolveReference } from '../../src/references/references.ts';
import { tempFolder } from '../helpers/temp.ts';

export interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** How many bytes were on its standard input. */
  readonly stdinBytes: number;
}

export interface StandIns {
  /** A search path with the stand-ins first. */
  readonly path: string;
  /** A program of this name that prints `stdout` (and `stderr`), then ends with `exitCode`. */
  tool(name: string, does?: { stdout?: string; stderr?: string; exitCode?: number }): Promise<void>;
  /** A shell script of this name. */
  script(name: string, body: string): Promise<string>;
  calls(name: string): Promise<Call[]>;
}

export async function standIns(): Promise<StandIns> {
  const folder = join(await tempFolder(), 'bin');
  await mkdir(folder);
  const put = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text);
    await chmod(file, 0o755);
    return file;
  };
  return {
    path: `${folder}:/usr/local/bin:/usr/bin:/bin`,
    async tool(name, { stdout = '', stderr = '', exitCode = 0 } = {}) {
      await put(name, program({ stdout, stderr, exitCode }));
    },
    script: (name, body) => put(name, `#!/bin/sh\n${body}\n`),
    async calls(name) {
      const text = await readFile(join(folder, `${name}.calls`), 'utf8').catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return '';
          throw error;
        },
      );
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Call);
    },
  };
}

/** Resolves a reference as a user who wrote it down, with limits that no test has to wait for. */
export function resolveText(text: string, env: NodeJS.ProcessEnv, options: Partial<ResolveOptions> = {}) {
  const usual = { env, clock: systemClock, interactive: false, limits: { timeoutMs: 20_000, graceMs: 300 } };
  return resolveReference(parseReference(text), { ...usual, ...options });
}

function program(does: { stdout: string; stderr: string; exitCode: number }): string {
  return `#!${process.execPath}
const fs = require('node:fs');
const call = { argv: process.argv.slice(2), env: process.env, cwd: process.cwd(), stdinBytes: fs.readFileSync(0).length };
fs.appendFileSync(__filename + '.calls', JSON.stringify(call) + '\\n');
fs.writeSync(1, ${JSON.stringify(does.stdout)});
fs.writeSync(2, ${JSON.stringify(does.stderr)});
process.exitCode = ${does.exitCode};
`;
}
