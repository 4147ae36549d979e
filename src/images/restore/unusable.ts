import { type AnswerFault, ItemError } from '../../errors.ts';
import { uselessHint } from '../../settle-hints.ts';

/** What a service made cannot become the picture that was asked for. */
export function unusable(message: string, fault: AnswerFault, cause?: unknown): ItemError {
  return new ItemError('answer-unusable', message, {
    ...{ hint: uselessHint, fault },
    ...(cause !== undefined && { cause }),
  });
}
