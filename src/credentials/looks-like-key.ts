// Keys in the wrong place: on the command line they are in the shell's history, in logs and in the list of processes.
import { existsSync } from 'node:fs';
import { CommandError, exitCodes } from '../errors.ts';
import { parseJson } from '../json.ts';

/**
 * Throws CommandError (2) when an argument is a key, or looks like one; it is not repeated. Behind `key`, where nothing
 * but names belongs, anything random counts and whatever an option of such a name holds; elsewhere only what has a
 * known beginning. A reference (`--ref`) is looked at piece by piece: it is stored where it can be read.
 */
export function refuseKeysInArguments(args: readonly string[]): void {
  const isAboutKeys = args[0] === 'key';
  for (const [at, arg] of args.entries()) {
    const option = optionOf(arg) ?? optionOf(args[at - 1] ?? '') ?? '';
    const value = valueIn(arg);
    const holdsKey = keyOption.test(option) && !option.startsWith('--no-');
    // Elsewhere a name that stands on the disk, or that an option takes, is a file's: `key-visuals-Summer2026-final`.
    if (!isAboutKeys && !holdsKey && (option !== '' || existsSync(arg))) continue;
    const suspect = isAboutKeys ? !ids.has(option) : holdsKey;
    const isGiven = isAboutKeys && holdsKey && arg !== option;
    if (option === '--ref' && holdsKeyInside(value)) throw refused();
    if (isGiven || looksLikeKey(value) || (suspect && looksRandom(value))) throw refused();
  }
}

/** Whether the text has the shape of a key as services hand them out today. Only ever to warn: shapes change. */
export function looksLikeKey(text: string): boolean {
  return shapes.some((shape) => shape.test(text));
}

// Of other references than commands only known beginnings count: names and ids of vaults look random.
function holdsKeyInside(reference: string): boolean {
  const argv = reference.startsWith('exec:') ? textsOf(reference.slice('exec:'.length)) : [];
  const texts = [reference.replace(/^[a-z-]+:/, ''), ...argv];
  if (texts.some((text) => piecesOf(text).some((piece) => looksLikeKey(piece) && !isMadeOfWords(piece)))) {
    return true;
  }
  return argv.flatMap((text) => text.split(/[\s"'`=,;]+/)).some((word) => !isPath(word) && looksRandom(word));
}

// What is no JSON is refused later; until then it is one text.
function textsOf(json: string): readonly string[] {
  const argv = parseJson(json);
  return Array.isArray(argv) ? argv.filter((part) => typeof part === 'string') : [json];
}

function piecesOf(text: string): readonly string[] {
  const splits = [/[^\w.:-]+/, /[\s"'`=,;[\]]+/, /[^\w.-]+/, /[^\w-]+/];
  return [text, ...splits.flatMap((at) => text.split(at))].map((piece) => piece.replace(/^-+/, ''));
}

// `key-openai-production-2026` is the name of a key, not one.
function isMadeOfWords(text: string): boolean {
  return text.split(/[-_]/).every((word) => /^(?:[A-Z]?[a-z]{1,14}\d{0,4}|[A-Z]{1,6}|\d{1,4})$/.test(word));
}

function isPath(word: string): boolean {
  return /^(?:[a-z][a-z+.-]*:\/\/|[A-Za-z]:[\\/]|\.{0,2}\/|~)/i.test(word);
}

function refused(): CommandError {
  return new CommandError('a key does not belong on the command line, where others can read it', {
    exitCode: exitCodes.usage,
    hint: 'it may now be in the history of your shell and in logs: revoke it, make a new one, and give that when asked, or pipe it in: imgsys key add PROVIDER',
  });
}

function optionOf(arg: string): string | undefined {
  return /^(--?[^=]+)/.exec(arg)?.[1];
}

function valueIn(arg: string): string {
  const value = /^-/.test(arg) ? arg.slice(arg.indexOf('=') + 1) : arg;
  return value.trim().replace(/^["'`]+|["'`]+$/g, '');
}

const keyOption = /^--?[a-z-]*(?:key|token|secret|password)$/i;
// What these name is random, but no secret.
const ids = new Set(['--org', '--project', '--ref', '--base-url', '--model']);

// A digit or a capital has to be there: `sk-portrait-of-a-lady` is a folder.
const mixed = '(?=[^/]*[0-9A-Z])';
const shapes: readonly RegExp[] = [
  new RegExp(`^(?:sk|rk|vk|pk)[-_]${mixed}[A-Za-z0-9_-]{16,}$`),
  /^AIza[0-9A-Za-z_-]{30,}$/,
  /^AQ\.[A-Za-z0-9_.-]{20,}$/,
  new RegExp(`^(?:r8|hf|bfl|gsk|xai|key|fal|tgp|nvapi)[-_]${mixed}[A-Za-z0-9_-]{20,}$`),
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{16,}$/i,
  /^Bearer\s+\S{16,}$/i,
];

// 32 or more hexadecimal digits, or 20 letters and digits in a row in which both cases and digits are mixed.
function looksRandom(text: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(text)) return true;
  const runs = text.match(/[A-Za-z0-9]{20,}/g) ?? [];
  return runs.some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run));
}
