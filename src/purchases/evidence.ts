// What is kept of an answer without a picture: a service may repeat the key it was asked with.
import { isUtf8 } from 'node:buffer';
import { redactor } from '../redact.ts';

/** The answer without the secrets that this process knows, all else byte for byte; the bytes of a picture as they are. */
export function withoutSecrets(answer: Buffer): Buffer {
  if (answer.subarray(0, headBytes).includes(0)) return answer;
  // A text that broke off within a letter is none in UTF-8; by its bytes nothing of it changes.
  const encoding = isUtf8(answer) ? 'utf8' : 'latin1';
  const text = answer.toString(encoding);
  const clean = redactor.redactKnown(text);
  return clean === text ? answer : Buffer.from(clean, encoding);
}

/** Every format of pictures has a zero byte so early, and no text has. */
const headBytes = 1024;
