// Asks a command for a key, and says in words why none came.
import { posix, win32 } from 'node:path';
import type { Clock } from '../clock.ts';
import type { CommandError } from '../errors.ts';
import { complaintOf } from './complaint.ts';
import { allowedEnvironment } from './environment.ts';
import { type CommandSearch, findCommand, isUnsafeBatch } from './find-command.ts';
import { noKey } from './problem.ts';
import { type Ran, type RunLimits, runCommand } from './run.ts';

export interface CommandQuestion {
  readonly from: string;
  /** The first of these that is installed is asked. */
  readonly commands: readonly string[];
  readonly args: readonly string[];
  readonly environment: readonly string[];
  readonly install: string;
  readonly signIn: string;
}

export interface CommandSurroundings extends CommandSearch {
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** What the command printed. Throws CommandError 4, or the signal's reason. */
export async function askCommand(question: CommandQuestion, around: CommandSurroundings): Promise<Buffer> {
  const { from, commands, args, environment, install } = question;
  const { env, platform } = around;
  const file = await firstInstalled(commands, around);
  if (file === undefined) {
    throw noKey(from, `there is no ${commands.join(' or ')} on this machine`, install);
  }
  if (isUnsafeBatch(file, args, platform)) {
    const reason = `${posix.basename(win32.basename(file))} is a batch file, and Windows could take a part of the reference for a command`;
    throw noKey(from, reason, 'use names of letters, digits and . _ - : / @ only, or env: or file: instead');
  }
  const allowed = allowedEnvironment(env, environment, platform);
  // The root folder: nothing that lies where the program is started can change what the tool does.
  const cwd = (platform === 'win32' ? win32 : posix).parse(file).root;
  const ran = await runCommand(file, args, { ...around, env: allowed, cwd });
  if (ran.ending !== 'exited' || ran.exitCode !== 0) throw failureOf(question, ran, allowed, around.limits);
  return ran.stdout;
}

async function firstInstalled(
  commands: readonly string[],
  around: CommandSurroundings,
): Promise<string | undefined> {
  for (const command of commands) {
    const file = await findCommand(command, around);
    if (file !== undefined) return file;
  }
  return undefined;
}

function failureOf(
  { from, install, signIn }: CommandQuestion,
  ran: Ran,
  env: Readonly<Record<string, string>>,
  { timeoutMs, maxOutputBytes }: RunLimits,
): CommandError {
  const said = complaintOf(ran, env);
  const because = said === '' ? '' : `: ${said}`;
  switch (ran.ending) {
    case 'timed-out':
      return noKey(
        from,
        `no answer within ${timeoutMs / 1000} s${because}`,
        `it may be waiting for you: ${signIn}`,
      );
    case 'too-much':
      return noKey(from, `it printed more than ${maxOutputBytes / 1024} KiB, which is no key`, signIn);
    case 'not-started':
      return noKey(from, `the command cannot be started (${ran.code ?? 'unknown reason'})`, install);
    case 'killed':
      return noKey(from, `the command was ended by a signal${because}`, signIn);
    case 'exited':
      return noKey(from, `the command ended with code ${ran.exitCode}${because}`, signIn);
  }
}
