// What a keychain's refusal means, told from its words: no platform gives codes.

export type KeyringCode =
  | 'LOAD'
  | 'NO_BUS'
  | 'NO_SERVICE'
  | 'NO_COLLECTION'
  | 'LOCKED'
  | 'TIMEOUT'
  | 'NOT_FOUND'
  | 'READBACK'
  | 'CRASH'
  | 'OTHER';

/**
 * Sorts the text of an error of the keychain module, by exact phrases: "the message bus security policy blocked the
 * reply" is not a locked keychain.
 */
export function classifyKeyringError(text: string): KeyringCode {
  return phrases.find(([pattern]) => pattern.test(text))?.[1] ?? 'OTHER';
}

const phrases: readonly (readonly [RegExp, KeyringCode])[] = [
  [/Cannot find native binding|Cannot find module|Cannot find package|ERR_DLOPEN_FAILED/, 'LOAD'],
  [/prompt was dismissed|\bIsLocked\b|\blocked (?:object|collection)\b/, 'LOCKED'],
  [/autolaunch|\bFailed to connect to socket\b|\bNot connected to D-Bus\b/, 'NO_BUS'],
  [/was not provided by any \.service files/, 'NO_SERVICE'],
  [/Did not receive a reply|\bTimeout was reached\b/, 'TIMEOUT'],
  [/Secret Service: no result found|Object does not exist at path/, 'NO_COLLECTION'],
];

/** The reason as people read it, without the words of the bus. */
export function describeKeyringCode(code: KeyringCode): string {
  return descriptions[code];
}

/** Whether this machine, or this session, has no keychain at all; else there is one that does not open. */
export function isAbsent(code: KeyringCode): boolean {
  return code === 'LOAD' || code === 'NO_BUS' || code === 'NO_SERVICE';
}

const descriptions: Readonly<Record<KeyringCode, string>> = {
  LOAD: `the keychain module for ${process.platform}-${process.arch} is not installed; install imgsys without --omit=optional`,
  NO_BUS: 'Secret Service: no D-Bus session',
  NO_SERVICE: 'Secret Service: no keyring program in this session',
  NO_COLLECTION: 'Secret Service: there is no keyring yet',
  LOCKED: 'the keyring is locked and was not unlocked',
  TIMEOUT: 'the keyring did not answer in time',
  NOT_FOUND: 'the keyring does not hold the key of this store',
  READBACK: 'the keyring did not keep what was put into it',
  CRASH: 'the keychain module crashed',
  OTHER: 'the keychain failed',
};
