// A key as people hand it over: with the quotes of a config file, the newline of an editor, the mark of another system.
import { CommandError, type ExitCode, exitCodes } from '../errors.ts';
import { redactor } from '../redact.ts';
import { Secret } from '../secret.ts';

export const maxKeyBytes = 65_536;

/**
 * The key in `text` without blanks, quotes, newlines and byte order mark around it, known to the redactor. Throws
 * CommandError when none is left or it cannot be one; the text is not repeated. `from` begins the sentence.
 */
export function cleanKey(text: string, from: string, exitCode: ExitCode = exitCodes.usage): Secret {
  const value = text.replace(/^[\s"'`\ufeff]+|[\s"'`\ufeff]+$/g, '');
  const problem = problemOf(value);
  if (problem !== undefined) {
    throw new CommandError(`${from} ${problem}`, { exitCode, hint: 'give the key alone, on one line' });
  }
  const secret = new Secret(value);
  redactor.learn(secret);
  return secret;
}

function problemOf(value: string): string | undefined {
  if (value === '') return 'holds no key';
  if (Buffer.byteLength(value) > maxKeyBytes) return 'is longer than 64 KiB: that is no key';
  if (/[\r\n]/.test(value)) return 'holds more than one line';
  // What else stands in a header would break it; no service hands it out.
  return /^[\x21-\x7e]+$/.test(value) ? undefined : 'holds blanks or characters that no key has';
}
