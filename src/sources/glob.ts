// Globs that we expand ourselves, so that 'photos/**/*.jpg' works in quotes, in lists of hundreds of thousands of
// files, and on Windows, whose shells expand nothing.
import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemCode } from '../errors.ts';
import { compilePattern, isPattern } from './pattern.ts';
import type { Pick } from './walk.ts';

export interface Glob {
  /** The fixed leading part as the user wrote it; empty for the current folder. */
  readonly base: string;
  readonly pick: Pick;
}

/**
 * Splits a glob into the folder to walk and what to pick below it. Leading parts that exist under their literal name
 * (`photos [2024]/*.jpg`) belong to the fixed part. Hidden names match where the glob spells out the dot.
 */
export async function parseGlob(text: string, cwd: string, hidden: boolean): Promise<Glob> {
  const windows = process.platform === 'win32';
  const parts = (windows ? text.replaceAll('\\', '/') : text).split('/');
  let fixed = 0;
  while (fixed < parts.length - 1 && (await isFixed(parts, fixed, cwd))) fixed++;
  const base = withoutEscapes(parts.slice(0, fixed).join('/')) || (fixed > 0 ? '/' : '');

  const rest = parts.slice(fixed).filter((part) => part !== '' && part !== '.');
  const foldersOnly = parts.at(-1) === '';
  const ignoreCase = windows || process.platform === 'darwin';
  const matches = compilePattern(rest.join('/'), { dot: hidden, ignoreCase });
  return {
    base,
    pick: {
      matches: (path, isFolder) => (isFolder || !foldersOnly) && matches(path),
      depth: reach(rest),
      spellsOut: (name) =>
        rest.some((part) => part === name || (name.startsWith('.') && part.startsWith('.'))),
    },
  };
}

/** Whether `path` is there under just this name; what cannot be looked at counts as there and fails later, in words. */
export async function existsLiterally(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return !absent.has(code);
  }
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL']);

async function isFixed(parts: readonly string[], index: number, cwd: string): Promise<boolean> {
  const part = parts[index] as string;
  const literal = !isPattern(part.replace(/\\./gs, ''));
  return literal || (await existsLiterally(resolve(cwd, parts.slice(0, index + 1).join('/'))));
}

// How many levels down a match can lie; a brace may hold slashes of its own ({a,b/c}).
function reach(parts: readonly string[]): number {
  return parts.some((part) => part.includes('**') || /[{}]/.test(part))
    ? Number.POSITIVE_INFINITY
    : parts.length;
}

function withoutEscapes(text: string): string {
  return process.platform === 'win32' ? text : text.replace(/\\(.)/gs, '$1');
}
