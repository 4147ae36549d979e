// Where a command's file is. Looked for by ourselves, so that the folder the program is started in is never searched.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { systemCode } from '../errors.ts';

export interface CommandSearch {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly isCommand?: (file: string) => Promise<boolean>;
}

const windowsExtensions = ['.exe', '.com', '.cmd', '.bat'];

/** The full path of `command` (a name, or a full path already), or undefined where there is no such file. */
export async function findCommand(command: string, search: CommandSearch): Promise<string | undefined> {
  const { isCommand = isExecutableFile } = search;
  for (const file of candidates(command, search)) {
    if (await isCommand(file)) return file;
  }
  return undefined;
}

// `cmd.exe` reads a batch file's arguments once more as commands (CVE-2024-27980): only these characters are safe.
const safeBatchArgument = /^[\w.:/@-]+$/;

/** Whether `file` is a batch file of Windows that may not be given `args`. */
export function isUnsafeBatch(file: string, args: readonly string[], platform: NodeJS.Platform): boolean {
  const isBatch = platform === 'win32' && /\.(?:cmd|bat)$/i.test(file);
  return isBatch && !args.every((argument) => safeBatchArgument.test(argument));
}

function candidates(command: string, { env, platform }: CommandSearch): string[] {
  const path = platform === 'win32' ? win32 : posix;
  const folders = path.isAbsolute(command) ? [''] : searchPath(env, platform).split(path.delimiter);
  const files = folders
    .filter((folder) => (folder === '' ? path.isAbsolute(command) : path.isAbsolute(folder)))
    .map((folder) => path.join(folder, command));
  if (platform !== 'win32' || windowsExtensions.includes(path.extname(command).toLowerCase())) return files;
  return files.flatMap((file) => windowsExtensions.map((extension) => file + extension));
}

function searchPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const name = platform === 'win32' ? Object.keys(env).find((key) => key.toUpperCase() === 'PATH') : 'PATH';
  return (name === undefined ? undefined : env[name]) ?? '';
}

async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch (error) {
    if (isNotThere.has(systemCode(error) ?? '')) return false;
    throw error;
  }
}

const isNotThere: ReadonlySet<string> = new Set([
  'ENOENT',
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
]);
