import { usage } from './usage.ts';

const most = 1_000;

/** A short text that a flag gives, sent as it is. Throws CommandError (2). */
export function wordsOf(flag: string, text: string): string {
  const words = text.trim();
  if (words === '') throw usage(`${flag} is empty`, 'perhaps a variable of your script is not set');
  if ([...words].length > most) throw usage(`${flag} has more than ${most} characters`, 'say it shorter');
  if (!words.isWellFormed() || /[\u0000-\u001f\u007f-\u009f]/.test(words)) {
    throw usage(`${flag} holds control characters or line breaks`, 'write it on one line');
  }
  return words;
}
