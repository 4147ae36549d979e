// The only place that ends the process and prints errors.
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Command, CommanderError } from 'commander';
import { type Context, createContext } from './context.ts';
import { refuseKeysInArguments } from './credentials/looks-like-key.ts';
import { CommandError, type ExitCode, exitCodes, foremostExitCode, systemCode } from './errors.ts';
import { hint, type Streams, say } from './streams.ts';
import { describeTrouble } from './system-errors.ts';
import { printable } from './text.ts';

interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(context: Context) => Command>;
}

// Each command's module is loaded when the command is used, so that `--help` and `--version` start at once.
const commands: readonly LazyCommand[] = [
  {
    name: 'enhance',
    summary: 'enhance photographs: folders, files, globs, or a list from a pipe',
    load: async () => (await import('./commands/enhance.ts')).enhanceCommand,
  },
  {
    name: 'key',
    summary: 'add, list, verify, rotate, choose and remove API keys',
    load: async () => (await import('./commands/key.ts')).keyCommand,
  },
  {
    name: 'usage',
    summary: 'what was spent, and what may have been charged',
    load: async () => (await import('./commands/usage.ts')).usageCommand,
  },
  {
    name: 'runs',
    summary: 'list earlier runs and what failed in them, and go on with them',
    load: async () => (await import('./commands/runs.ts')).runsCommand,
  },
  {
    name: 'check',
    summary: 'with a committed lock file: which pictures are new or changed',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'presets',
    summary: 'list and show what can be done to a picture',
    load: async () => (await import('./commands/presets.ts')).presetsCommand,
  },
  {
    name: 'providers',
    summary: 'who enhances pictures: models, limits, keys, prices of a photo',
    load: async () => (await import('./commands/providers.ts')).providersCommand,
  },
  {
    name: 'config',
    summary: 'read and change your own defaults',
    load: async () => (await import('./commands/config.ts')).configCommand,
  },
  {
    name: 'doctor',
    summary: 'check that everything imgsys needs works here',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
];

const examples = `
Examples:
  imgsys enhance photos -o enhanced            on this processor, no key
  imgsys enhance photos -o enhanced --dry-run  see what would be done
  imgsys enhance '*.jpg' -o big -p upscale     enlarge twofold
  imgsys <command> --help                      its options and examples

Exit codes: 0 done, 2 usage, 3 some pictures failed, 4 no usable key, 6 no input, 130 interrupted; the whole table is in
the README.
`;

/** Runs the program on `args` (without node and script) and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  const [first = '--help', second] = args;
  if (first === '--version' || first === '-V') return print(`${version()}\n`);
  if (['--help', '-h'].includes(first) || (first === 'help' && second === undefined))
    return print(await help());
  // Reports of a crash hold the environment unless told otherwise.
  if (process.report) process.report.excludeEnv = true;
  const streams = await openStreams();
  let context: Context;
  try {
    context = createContext(streams, (code) => {
      process.exitCode = code;
    });
  } catch (error) {
    process.exitCode = report(error, streams);
    return;
  }
  // A defect outside of any command's own try: said like all others, never as a stack with foreign objects in it.
  process.on('uncaughtException', (error) => {
    context.killWorkers();
    process.exit(report(error, streams));
  });
  try {
    refuseKeysInArguments(args);
    await dispatch(args, context);
  } catch (error) {
    process.exitCode = report(error, streams);
  } finally {
    await context.close();
    await Promise.all([ended(streams.stdout), ended(streams.stderr)]);
  }
}

// Nothing that is printed shows a secret. A reader that went away (`| head`) is told to whoever writes, and does not end
// the process as an uncaught error.
async function openStreams(): Promise<Streams> {
  const { RedactionError, redactingStream, redactor } = await import('./redact.ts');
  const stdout = redactingStream(process.stdout, { redact: redactor.redactKnown });
  const stderr = redactingStream(process.stderr, redactor);
  for (const stream of [process.stdout, process.stderr, stdout, stderr]) {
    // Who writes results is told by the write itself; what cannot be said on standard error cannot be said.
    stream.on('error', (error) => {
      if (error instanceof RedactionError) failUnredacted(error);
    });
  }
  return { stdin: process.stdin, stdout, stderr, screen: process.stderr };
}

// Past the stream that failed, so in fixed words alone; whatever the command makes of it, it has not succeeded.
function failUnredacted({ message }: Error): void {
  process.stderr.write(`imgsys: error: ${message}\n`);
  process.once('exit', (code) => {
    process.exitCode = foremostExitCode([code as ExitCode, exitCodes.unexpected]);
  });
}

function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.end(resolve);
  });
}

/** Runs the command that the first word of `args` chooses; commander, which parses the rest, is loaded only then. */
export async function dispatch(args: readonly string[], context: Context): Promise<void> {
  const [first = '', ...rest] = args;
  if (first === 'help') return dispatch([...rest, '--help'], context);
  const chosen = commands.find(({ name }) => name === first);
  if (chosen === undefined) throw await unknown(first);
  const command = (await chosen.load())(context);
  await prepare(command, context.streams);
  await command.name(`imgsys ${chosen.name}`).parseAsync(rest, { from: 'user' });
}

async function help(): Promise<string> {
  const [{ helpColumns }, { layOut }] = await Promise.all([
    import('./commands/help.ts'),
    import('./commands/lay-out.ts'),
  ]);
  const rows = commands.map(({ name, summary }) => `  ${name}  ${summary}`);
  const text = [
    'Usage: imgsys <command> [options]',
    '',
    'Enhance folders of photographs, on your own processor or with your own API keys.',
    '',
    'Commands:',
    ...rows,
    '',
    'Options:',
    '  -V, --version  print the version',
    '  -h, --help  print help; also: imgsys help <command>',
    examples,
  ].join('\n');
  return `${layOut(text.trim(), helpColumns(process.stdout))}\n`;
}

async function unknown(word: string): Promise<CommandError> {
  const { nearest } = await import('./suggest.ts');
  const near = nearest(
    word,
    commands.map(({ name }) => name),
  );
  const kind = word.startsWith('-') ? 'option' : 'command';
  return new CommandError(`unknown ${kind} '${word}'`, {
    exitCode: exitCodes.usage,
    hint: near === undefined ? 'imgsys --help lists the commands' : `did you mean ${near}?`,
  });
}

function print(text: string): void {
  process.stdout.write(text);
}

// Errors of the command line are thrown, not exited on, and read like all others; also in sub-commands.
async function prepare(command: Command, streams: Streams): Promise<void> {
  const { helpColumns, shapeHelp } = await import('./commands/help.ts');
  heed(command, streams);
  shapeHelp(command, helpColumns(streams.stdout));
}

function heed(command: Command, streams: Streams): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => streams.stdout.write(text),
    writeErr: (text) => streams.stderr.write(text),
    // It repeats what was typed, which may be a file's name from a stranger that a shell put there.
    outputError: (text, write) => write(`imgsys: ${text.split('\n').map(printable).join('\n')}`),
  });
  for (const child of command.commands) heed(child, streams);
}

function report(cause: unknown, streams: Streams): number {
  const error = describeTrouble(cause) ?? cause;
  if (error instanceof CommandError) {
    say(streams, `error: ${printable(error.message)}`);
    if (error.hint !== undefined) hint(streams, error.hint);
    return error.exitCode;
  }
  if (isCommanderError(error)) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (systemCode(error) === 'EPIPE') return exitCodes.done;
  say(streams, `error: unexpected: ${printable(error instanceof Error ? error.message : String(error))}`);
  if (process.env.IMGSYS_DEBUG) streams.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  else hint(streams, 'this is a defect of imgsys; IMGSYS_DEBUG=1 shows where, please report it');
  return exitCodes.unexpected;
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'exitCode' in error && String(systemCode(error)).startsWith('commander.');
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
