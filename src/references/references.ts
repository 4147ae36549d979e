// References stored instead of keys: where the key is, in the user's own words, and the way from there to the key.
import type { Clock } from '../clock.ts';
import { redactor } from '../redact.ts';
import type { Secret } from '../secret.ts';
import { counted, printable } from '../text.ts';
import type { CommandQuestion } from './command.ts';
import { findManager, type Manager } from './managers.ts';
import { parseReference } from './parse.ts';
import { noKey } from './problem.ts';
import type { EnvReference, ExecReference, ManagerReference, Reference } from './reference.ts';
import type { RunLimits } from './run.ts';
import { readValue } from './value.ts';

export type { Reference };
export { parseReference };

export interface ResolveOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Whether somebody is there to answer a tool that asks (30 s instead of 10 s). */
  readonly interactive: boolean;
  readonly signal?: AbortSignal;
  /** For tests: this process's own, and 10 s or 30 s, 300 ms and 64 KiB, unless given. */
  readonly platform?: NodeJS.Platform;
  readonly limits?: Partial<RunLimits>;
}

/** The reference as it may be printed: of a command only its name, since its arguments are anybody's. */
export function describeReference(reference: Reference): string {
  if (reference.kind !== 'exec') return printable(reference.text);
  return `exec:${printable(reference.command)} (${counted(reference.args.length, 'argument')})`;
}

/** The key the reference leads to, known to the redactor. Throws CommandError 4, or the signal's reason. */
export async function resolveReference(reference: Reference, options: ResolveOptions): Promise<Secret> {
  const secret = await read(reference, options);
  redactor.learn(secret);
  return secret;
}

async function read(reference: Reference, options: ResolveOptions): Promise<Secret> {
  const { env, platform = process.platform } = options;
  const from = describeReference(reference);
  switch (reference.kind) {
    case 'env':
      return readVariable(reference, from, env);
    case 'file': {
      const { readSecretFile } = await import('./secret-file.ts');
      const around = { from, env, platform, userId: process.getuid?.() };
      const bytes = await readSecretFile(reference.path, around);
      return readValue(bytes, { from, hint: 'the file holds the key alone, on one line' });
    }
    case 'exec': {
      const bytes = await ask(questionOfCommand(reference, from), options);
      return readValue(bytes, { from, hint: 'the command prints the key alone, on one line' });
    }
    case 'manager':
      return askManager(reference, from, options);
  }
}

function readVariable({ name }: EnvReference, from: string, env: NodeJS.ProcessEnv): Secret {
  const value = env[name];
  const hint = `set ${name} to the key in the environment this program is started in`;
  if (value === undefined) throw noKey(from, 'the variable is not set', hint);
  return readValue(Buffer.from(value), { from, hint });
}

async function askManager(
  reference: ManagerReference,
  from: string,
  options: ResolveOptions,
): Promise<Secret> {
  const { parts, scheme } = reference;
  const manager = findManager(scheme);
  if (manager === undefined) throw new Error(`no manager for ${scheme}`);
  const bytes = await ask(questionOfManager(manager, reference, from), options);
  const hint = `look at the secret in ${manager.label}, and at how it is named: ${manager.shape}`;
  const text = { from, hint, lines: manager.answer };
  const nothing = manager.nothing?.(parts);
  const { field } = parts;
  const takesField = manager.pattern.source.includes('(?<field>');
  if (nothing !== undefined && readValue(bytes, { ...text, lines: 'first-line' }).reveal() === nothing.text) {
    throw noKey(from, nothing.reason, hint);
  }
  return readValue(bytes, { ...text, field, takesField });
}

function questionOfManager(manager: Manager, { parts }: ManagerReference, from: string): CommandQuestion {
  const { tools, args, environment, install, signIn } = manager;
  return { from, commands: tools, args: args(parts), environment, install, signIn };
}

function questionOfCommand({ command, args }: ExecReference, from: string): CommandQuestion {
  return {
    ...{ from, commands: [command], args, environment: [] },
    install: `install ${printable(command)}, or correct the reference`,
    signIn: 'run the command yourself: it has to print the key alone, on one line',
  };
}

async function ask(question: CommandQuestion, options: ResolveOptions): Promise<Buffer> {
  const { askCommand } = await import('./command.ts');
  const { env, clock, interactive, signal, platform = process.platform } = options;
  const usual = { timeoutMs: interactive ? 30_000 : 10_000, graceMs: 300, maxOutputBytes: 65_536 };
  const around = { env, clock, platform, limits: { ...usual, ...options.limits } };
  return askCommand(question, signal === undefined ? around : { ...around, signal });
}
