// What a failed command said, short and clean enough to be shown.
import { stripVTControlCharacters } from 'node:util';
import { createRedactor, redactor } from '../redact.ts';
import { Secret } from '../secret.ts';
import { printable } from '../text.ts';
import type { Ran } from './run.ts';

const maxLines = 2;
const maxCharacters = 200;
const holdsSecret = /TOKEN|SECRET|PASS|KEY|SESSION|CREDENTIAL/i;

/** The last two lines of its standard error, at most 200 characters, without secrets; empty if it said nothing. */
export function complaintOf(ran: Ran, env: Readonly<Record<string, string>>): string {
  const own = createRedactor();
  for (const value of secretsOf(ran, env)) own.learn(new Secret(value));
  const clean = redactor.redact(own.redact(stripVTControlCharacters(ran.stderr)));
  const lines = clean.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== '').slice(-maxLines);
  const text = last.map(printable).join(' / ');
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
}

// A command that prints a key and then fails may say it once more; so may one that was given a key.
function* secretsOf(ran: Ran, env: Readonly<Record<string, string>>): Generator<string> {
  for (const line of ran.stdout.toString('utf8').split(/\r?\n/)) yield line.trim();
  for (const [name, value] of Object.entries(env)) if (holdsSecret.test(name)) yield value;
}
