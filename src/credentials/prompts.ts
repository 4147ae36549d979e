// Questions at a terminal, asked on standard error; Ctrl-C and Ctrl-D end the command with 130 and nothing done, as do
// signals, with the code of theirs. The terminal is as it was in any case.
import { openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { confirm, input, password, select } from '@inquirer/prompts';
import type { Context, StopSignal } from '../context.ts';
import { CommandError, exitCodes } from '../errors.ts';
import type { Streams } from '../streams.ts';

export interface Prompts {
  /** What is typed or pasted shows neither itself nor its length. */
  hidden(message: string): Promise<string>;
  choose(message: string, choices: readonly Choice[]): Promise<string>;
  /** What Enter alone stands for is no, unless `standard` says otherwise. */
  confirm(message: string, standard?: boolean): Promise<boolean>;
  line(message: string): Promise<string>;
}

export interface Choice {
  readonly value: string;
  readonly name: string;
}

/** `terminal` is for standard input that is not the terminal itself but the data of the command. */
export function createPrompts(asking: Asking, terminal: 'stdin' | 'controlling' = 'stdin'): Prompts {
  const own = { stream: asking.streams.stdin };
  const ask = <Answer>(question: (context: Asked) => Promise<Answer>) =>
    askOn(terminal === 'stdin' ? own : openControllingTerminal(), asking, question);
  return {
    hidden: (message) =>
      ask((context) =>
        password({ message, toggleMask: false, theme: { style: { maskedText: '(hidden)' } } }, context),
      ),
    choose: (message, choices) => ask((context) => select({ message, choices: [...choices] }, context)),
    confirm: (message, standard = false) =>
      ask((context) => confirm({ message, default: standard }, context)),
    line: (message) => ask((context) => input({ message }, context)),
  };
}

/** Whether a person at a terminal can be asked although standard input is something else. */
export function hasControllingTerminal(): boolean {
  if (process.platform === 'win32') return false;
  try {
    openControllingTerminal().close();
    return true;
  } catch {
    // Whatever the reason: there is none that could be used.
    return false;
  }
}

type Asking = Pick<Context, 'streams' | 'onStopSignal'>;

interface Asked {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

interface Terminal {
  readonly stream: Readable;
  readonly close?: () => void;
}

async function askOn<Answer>(
  { stream, close }: Terminal,
  { streams, onStopSignal }: Asking,
  question: (context: Asked) => Promise<Answer>,
): Promise<Answer> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  // A closed input would leave the question open for ever, and the process would end as if all were well.
  const onKey = (_text: unknown, key?: { ctrl?: boolean; name?: string }) => {
    if (key?.ctrl && key.name === 'd') stop();
  };
  let signalled: StopSignal = 'SIGINT';
  const unheed = onStopSignal((signal) => {
    signalled = signal;
    stop();
  });
  stream.on('keypress', onKey).once('end', stop).once('close', stop);
  try {
    return await question({ input: stream, output: outputTo(streams.stderr), signal: controller.signal });
  } catch (error) {
    if (!(error instanceof Error && /^(?:Exit|Abort)PromptError$/.test(error.name))) throw error;
    const exitCode = signalled === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    throw new CommandError('interrupted, nothing was changed', { exitCode });
  } finally {
    unheed();
    stream.off('keypress', onKey).off('end', stop).off('close', stop);
    close?.();
  }
}

// A question ends its output when it is answered; standard error goes on.
function outputTo(target: Streams['stderr']): Writable {
  const output = new Writable({
    decodeStrings: false,
    // Not after the target has taken it: what is said next must not overtake it.
    write: (chunk, encoding, done) => {
      target.write(chunk, encoding);
      done();
    },
  });
  return Object.assign(output, { isTTY: target.isTTY === true, columns: target.columns ?? 80 });
}

function openControllingTerminal(): Required<Terminal> {
  const stream = new ReadStream(openSync('/dev/tty', 'r'));
  return { stream, close: () => stream.destroy() };
}
