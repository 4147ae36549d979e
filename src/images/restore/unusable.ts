import { ItemError } from '../../errors.ts';

/** What a service made cannot become the picture that was asked for. */
export function unusable(message: string, cause?: unknown): ItemError {
  return new ItemError('answer-unusable', message, {
    hint: 'what came is kept; buy the picture again with imgsys runs retry',
    ...(cause !== undefined && { cause }),
  });
}
