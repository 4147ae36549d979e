// From text to reference. What is refused is never repeated: it may be a key pasted in the wrong place.

import { posix, win32 } from 'node:path';
import { CommandError, exitCodes } from '../errors.ts';
import { parseJson } from '../json.ts';
import { findManager, type Manager, managers } from './managers.ts';
import type { ExecReference, FileReference, Parts, Reference } from './reference.ts';

const maxCharacters = 4096;
const shapes = [
  'env:NAME',
  'file:/PATH',
  'exec:["COMMAND","ARGUMENT"]',
  ...managers.map(({ shape }) => shape),
];

/** Throws CommandError 2 for a scheme that is not known, or for a shape that is not the scheme's. */
export function parseReference(text: string): Reference {
  const trimmed = text.trim();
  const [, scheme = '', rest = ''] = /^([a-z][a-z-]*):(.*)$/s.exec(trimmed) ?? [];
  if (trimmed.length > maxCharacters)
    throw malformed('a reference is at most 4096 characters long', shapes.join(', '));
  if (scheme === 'env') return parseEnv(trimmed, rest);
  if (scheme === 'file') return parseFile(trimmed, rest);
  if (scheme === 'exec') return parseExec(trimmed, rest);
  const manager = findManager(scheme);
  if (manager !== undefined)
    return { kind: 'manager', text: trimmed, scheme: manager.scheme, parts: partsOf(manager, rest) };
  throw malformed('this is not a reference to a key', shapes.join(', '));
}

function parseEnv(text: string, name: string): Reference {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw malformed('env: needs the name of a variable', 'env:NAME');
  return { kind: 'env', text, name };
}

// `file:///path` is the same file as `file:/path`; a host between the slashes is refused.
function parseFile(text: string, rest: string): FileReference {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (!(posix.isAbsolute(path) || /^[A-Za-z]:[\\/]/.test(path)) || /\p{Cc}/u.test(path)) {
    throw malformed('file: needs the full path of a file', 'file:/PATH');
  }
  return { kind: 'file', text, path };
}

// A command with a relative path would be whatever lies in the folder the program is started in.
function parseExec(text: string, rest: string): ExecReference {
  const shape = 'exec:["COMMAND","ARGUMENT"]';
  const argv = parseJson(rest);
  if (!Array.isArray(argv) || !argv.every((part): part is string => typeof part === 'string')) {
    throw malformed('exec: needs a JSON array of texts', shape);
  }
  const [command = '', ...args] = argv;
  const isFound =
    posix.isAbsolute(command) || win32.isAbsolute(command) || /^[^-\\/:][^\\/:]*$/.test(command);
  if (!isFound) throw malformed('exec: needs a command by its name or its full path', shape);
  if (argv.some((part) => part.includes('\0'))) throw malformed('exec: takes no zero characters', shape);
  return { kind: 'exec', text, command, args };
}

function partsOf(manager: Manager, rest: string): Parts {
  const { query } = manager;
  const cut = query === undefined ? -1 : rest.lastIndexOf('?');
  const groups = manager.pattern.exec(cut < 0 ? rest : rest.slice(0, cut))?.groups;
  const asked = query === undefined || cut < 0 ? {} : queryOf(rest.slice(cut + 1), query);
  if (groups === undefined || asked === undefined) {
    throw malformed(`this is not how a secret of ${manager.label} is written`, manager.shape);
  }
  const given = Object.entries(groups).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(given), ...asked };
}

// Undefined for a name that is not known, is given twice, or has a value of another shape.
function queryOf(text: string, known: Readonly<Record<string, RegExp>>): Parts | undefined {
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  const isKnown = pairs.every(([name, value]) => Object.hasOwn(known, name) && known[name]?.test(value));
  return isKnown && pairs.length > 0 && names.size === pairs.length ? Object.fromEntries(pairs) : undefined;
}

function malformed(message: string, shape: string): CommandError {
  return new CommandError(message, { exitCode: exitCodes.usage, hint: `written so: ${shape}` });
}
