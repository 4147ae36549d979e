import { CommandError, exitCodes } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import { type LockEntry, type LockFolder, type LockHead, lockVersion } from './lock.ts';

/** Reads the first line of a lock file. `at` names the place in words. Throws CommandError (2). */
export function parseHead(line: string, at: string): LockHead {
  refuseMarker(line, at);
  const value = parseJson(line);
  if (!isRecord(value) || !Number.isInteger(value.version))
    throw damaged(at, 'is not the head of a lock file');
  if (value.version !== lockVersion) {
    throw new CommandError(`${at} is of version ${value.version}, and this imgsys knows ${lockVersion}`, {
      exitCode: exitCodes.usage,
      hint: 'use the imgsys that wrote it, or a newer one',
    });
  }
  const folders = Array.isArray(value.folders) ? value.folders.map(toFolder) : [undefined];
  if (!isWhole(folders)) throw damaged(at, 'does not say which folders were asked for');
  return { version: lockVersion, folders };
}

/** Reads one further line. Throws CommandError (2) naming what is wrong. */
export function parseEntry(line: string, at: string): LockEntry {
  refuseMarker(line, at);
  const value = parseJson(line);
  if (!isRecord(value)) throw damaged(at, 'is not a JSON object');
  const { source, sourceSha256, recipe, preset, provider, model, output, outputSha256, state } = value;
  const cost = value.costMicrousd;
  if (!isPlace(source)) throw damaged(at, 'names no source below the lock file');
  if (!isPlace(output)) throw damaged(at, 'names no output below the lock file');
  if (!isHash(sourceSha256) || !isHash(outputSha256) || !isHash(recipe)) {
    throw damaged(at, 'has a hash that is none');
  }
  if (state !== 'enhanced' && state !== 'unchanged' && state !== 'in-review') {
    throw damaged(at, 'has a state that is not known');
  }
  if (!isText(preset) || !isText(provider) || !(model === null || isText(model)) || !isCost(cost)) {
    throw damaged(at, 'does not say how the picture was made');
  }
  const made = { preset, provider, model };
  return { source, sourceSha256, recipe, ...made, output, outputSha256, state, costMicrousd: cost };
}

// What git leaves in a file where two branches changed the same lines.
const marker = /^(<{7}|\|{7}|={7}|>{7})(\s|$)/;

function refuseMarker(line: string, at: string): void {
  if (!marker.test(line)) return;
  throw new CommandError(`${at} is a merge conflict that nobody has resolved`, {
    exitCode: exitCodes.usage,
    hint: 'take either side of it (git checkout --ours or --theirs), then run imgsys enhance with --lock again',
  });
}

function damaged(at: string, what: string): CommandError {
  return new CommandError(`${at} ${what}`, {
    exitCode: exitCodes.usage,
    hint: 'bring the file back from version control, or delete it and run imgsys enhance with --lock again',
  });
}

function toFolder(value: unknown): LockFolder | undefined {
  if (!isRecord(value)) return undefined;
  const { paths, output, backup, include, exclude, maxDepth, hidden, svg, preset, provider, model } = value;
  const depth = maxDepth === null || (Number.isInteger(maxDepth) && Number(maxDepth) > 0);
  if (!isTexts(paths) || !paths.every(isAsked) || !isTexts(include) || !isTexts(exclude)) return undefined;
  if (!(output === null || isPlace(output)) || !(backup === null || isPlace(backup)) || !depth)
    return undefined;
  if (typeof hidden !== 'boolean' || typeof svg !== 'boolean') return undefined;
  if (!isText(preset) || !isText(provider) || !(model === null || isText(model))) return undefined;
  const chosen = { include, exclude, maxDepth: maxDepth as number | null, hidden, svg };
  return { paths, output, backup, ...chosen, preset, provider, model };
}

function isWhole(folders: readonly (LockFolder | undefined)[]): folders is LockFolder[] {
  return folders.every((folder) => folder !== undefined);
}

// Below the lock file and nowhere else: the file may come from a stranger's pull request.
function isPlace(value: unknown): value is string {
  if (!isText(value) || value.includes('\0')) return false;
  if (process.platform === 'win32' && /[\\:]/.test(value)) return false;
  return value === '.' || value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

// A glob may hold backslashes, which are gone when it is used.
function isAsked(path: string): boolean {
  return isPlace(path) && (process.platform === 'win32' || isPlace(path.replace(/\\(.)/gs, '$1')));
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isCost(value: unknown): value is number | null {
  return value === null || (Number.isSafeInteger(value) && Number(value) >= 0);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
