// Where a passphrase comes from, and what one must be like.
import { constants, readFileSync, type Stats, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { systemCode } from '../errors.ts';
import { redactor } from '../redact.ts';
import { Secret } from '../secret.ts';
import { printable } from '../text.ts';
import { normalised } from './derive.ts';
import { type Remedies, readOwnFile } from './read-file.ts';
import { quoted, refused, unsafe } from './refusals.ts';

/** A passphrase that the user supplied on purpose, and where. */
export interface GivenPassphrase {
  readonly secret: Secret;
  readonly source: 'IMGSYS_PASSPHRASE_FILE' | 'IMGSYS_PASSPHRASE';
}

const minCharacters = 12;
const maxBytes = 4096;
const remedies: Remedies = {
  seen: 'choose another passphrase: imgsys key store add-passphrase',
  notFile: () =>
    'set IMGSYS_PASSPHRASE_FILE to a file of yours (mode 600) that holds the passphrase on one line',
};

/**
 * The passphrase of the environment, if there is one; both names are deleted from `env`, so that no child process
 * gets them. Throws CommandError 2 or 12 for a file that is not there, not private or not one line.
 */
export function takePassphrase(env: NodeJS.ProcessEnv): GivenPassphrase | undefined {
  const { IMGSYS_PASSPHRASE_FILE: file, IMGSYS_PASSPHRASE: text, CREDENTIALS_DIRECTORY: credentials } = env;
  delete env.IMGSYS_PASSPHRASE_FILE;
  delete env.IMGSYS_PASSPHRASE;
  const source = file ? 'IMGSYS_PASSPHRASE_FILE' : 'IMGSYS_PASSPHRASE';
  const secret = file ? learnt(oneLine(readSecretFile(file, credentials), file)) : text && learnt(text);
  return secret ? { secret, source } : undefined;
}

/** Throws CommandError 2 for a passphrase too short to be set. */
export function checkNewPassphrase(passphrase: Secret): void {
  const length = [...normalised(passphrase)].length;
  if (length < minCharacters) {
    throw refused(
      `the passphrase has fewer than ${minCharacters} characters`,
      'four or five words taken at random are long enough and easy to keep',
    );
  }
}

function learnt(text: string): Secret {
  const secret = new Secret(text);
  redactor.learn(secret);
  return secret;
}

function readSecretFile(file: string, credentials: string | undefined): Buffer {
  const path = resolve(file);
  const content = isServiceSecret(path, credentials) ? readServiceSecret(path) : readOwnFile(path, remedies);
  if (content !== undefined) return content;
  throw refused(
    `there is no file ${printable(file)}`,
    'IMGSYS_PASSPHRASE_FILE names the file of the passphrase',
  );
}

// Container and service managers keep secrets in folders of their own, owned by root and readable by a group, often
// behind a link that they exchange.
function isServiceSecret(path: string, credentials: string | undefined): boolean {
  return ['/run/secrets', credentials].some(
    (folder) => folder && path.startsWith(`${resolve(folder)}${sep}`),
  );
}

function readServiceSecret(path: string): Buffer | undefined {
  const stats = existing(path);
  if (stats === undefined) return undefined;
  const me = process.geteuid?.();
  if (!stats.isFile() || (stats.uid !== 0 && stats.uid !== me) || (stats.mode & 0o022) !== 0) {
    throw unsafe(path, 'others than root may change it', `run: chmod go-w ${quoted(path)}`);
  }
  return readFileSync(path, { flag: constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) });
}

function existing(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

// Without a byte order mark and the newline that editors add.
function oneLine(content: Buffer, file: string): string {
  const text = content
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r?\n$/, '');
  if (text !== '' && !/[\r\n]/.test(text) && content.length <= maxBytes) return text;
  throw refused(
    `${printable(file)} does not hold a passphrase on one line`,
    'write the passphrase, and nothing else, into it',
  );
}
