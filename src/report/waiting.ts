import { printable } from '../text.ts';
import { duration } from './progress.ts';

/** What holds a key back. */
export interface KeyNotice {
  readonly kind: 'waiting' | 'benched';
  readonly keyName: string;
  readonly waitMs?: number;
  readonly error?: { readonly message: string; readonly hint: string | undefined };
}

const worthTellingMs = 20_000;

/** A warning with its hint; undefined for a wait that is no news: limits a minute make calls wait all the time. */
export function noticeInWords(notice: KeyNotice): readonly [string, string | undefined] | undefined {
  const name = printable(notice.keyName);
  if (notice.kind === 'benched') {
    const { error } = notice;
    return [`the key ${name} is not used any more in this run: ${error?.message ?? 'refused'}`, error?.hint];
  }
  const waitMs = notice.waitMs ?? 0;
  if (waitMs < worthTellingMs) return undefined;
  return [`the service asks the key ${name} to wait ${duration(waitMs / 1000)}`, undefined];
}
