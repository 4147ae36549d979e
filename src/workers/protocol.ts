// What parent and worker process say to each other, over Node's own channel with structured clone.
import { type AnswerFault, ItemError, type ItemReason } from '../errors.ts';

export interface Request {
  readonly id: number;
  readonly task: string;
  readonly args: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown; readonly residentBytes: number }
  | { readonly id: number; readonly ok: false; readonly error: WireError; readonly residentBytes: number };

export interface WireError {
  readonly reason: ItemReason;
  readonly message: string;
  readonly hint: string | undefined;
  readonly fault?: AnswerFault;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** An error as plain data. What was not foreseen becomes `internal` and keeps its stack. */
export function toWire(error: unknown): WireError {
  if (error instanceof ItemError) {
    const { reason, message, hint, fault } = error;
    return { reason, message, hint, ...(fault && { fault }), code: undefined, stack: undefined };
  }
  const { message, stack, code }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  return { reason: 'internal', message, hint: undefined, code, stack };
}

export function fromWire(error: WireError): ItemError {
  return new ItemError(error.reason, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.fault === undefined ? {} : { fault: error.fault }),
    ...(error.stack === undefined
      ? {}
      : { cause: Object.assign(new Error(error.message), { stack: error.stack, code: error.code }) }),
  });
}
