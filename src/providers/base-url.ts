import { CommandError, exitCodes } from '../errors.ts';
import { printable } from '../text.ts';

/**
 * The address of a service, without a slash at its end. Keys and pictures go there: it is https, or on this machine.
 * Throws CommandError (2); a user name, password or query is refused without repeating it, since it may be a key.
 */
export function parseBaseUrl(text: string, from: string): string {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw refused(`${from} is not an address such as https://host.example/v1`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw refused(
      `${from} may hold neither a name or password, nor anything behind a ? or #`,
      'keys are asked for, and sent in a header',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw refused(
      `${from} ${printable(url.origin)} is not encrypted: anybody on the way could read the key`,
      'use https; plain http only reaches this machine (localhost, 127.0.0.1, [::1])',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Host and port of a base URL, for people. */
export function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

function refused(message: string, hint?: string): CommandError {
  const options = { exitCode: exitCodes.usage };
  return new CommandError(message, hint === undefined ? options : { ...options, hint });
}
