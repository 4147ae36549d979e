// Errors the program raises on purpose. Anything else that reaches src/cli.ts is a defect and exits 1.
import { constants } from 'node:os';

/** Published exit codes; the table stands in the README. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  someFailed: 3,
  noKey: 4,
  temporary: 5,
  noInput: 6,
  account: 7,
  spendingLimit: 8,
  timeLimit: 10,
  locked: 11,
  keyStoreLocked: 12,
  outputExists: 13,
  unsettled: 14,
  drift: 15,
  stale: 20,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

// The first that holds is given; the summary lists all (design: "if several hold").
const precedence: readonly ExitCode[] = [130, 143, 1, 2, 12, 4, 7, 8, 10, 15, 14, 13, 3, 5, 6, 11, 20, 0];

/** The exit code of a run in which all of `codes` hold. An empty list is 0. */
export function foremostExitCode(codes: Iterable<ExitCode>): ExitCode {
  const held = new Set(codes);
  return precedence.find((code) => held.has(code)) ?? exitCodes.done;
}

/** Ends the whole command: printed as `imgsys: error: message`, then `imgsys: hint: hint`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: { exitCode: ExitCode; hint?: string; cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.exitCode = options.exitCode;
    this.hint = options.hint;
  }
}

/** Why one picture failed or was skipped; part of the JSON contract, so names never change. */
export type ItemReason =
  | 'not-an-image'
  | 'unsupported-format'
  | 'svg-not-asked'
  | 'camera-raw'
  | 'empty'
  | 'damaged'
  | 'too-many-pixels'
  | 'too-large'
  | 'needs-memory'
  | 'time-out'
  | 'worker-died'
  | 'not-found'
  | 'no-permission'
  | 'not-a-file'
  | 'symlink-loop'
  | 'name-not-utf8'
  | 'name-too-long'
  | 'collision'
  | 'output-exists'
  | 'output-changed'
  | 'disk-full'
  | 'write-failed'
  | 'read-failed'
  | 'changed-while-read'
  | 'mask-missing'
  | 'mask-unusable'
  | 'background-unusable'
  | 'wrong-shape'
  | 'answer-unusable'
  | 'drifted'
  | 'refused'
  | 'unsettled'
  | 'provider-refused'
  | 'provider-failed'
  | 'paid-lost'
  | 'not-bought'
  | 'internal';

/** What is wrong with an answer that cannot become the picture: the same word for all that are wrong alike. */
export type AnswerFault = 'no-picture' | 'undecodable' | 'blank' | 'shape';

/** Ends one picture, never the run. `hint` is the next step in words. */
export class ItemError extends Error {
  override readonly name: string = 'ItemError';
  readonly reason: ItemReason;
  readonly hint: string | undefined;
  /** Of `answer-unusable`. */
  readonly fault: AnswerFault | undefined;

  constructor(
    reason: ItemReason,
    message: string,
    options: { hint?: string; cause?: unknown; fault?: AnswerFault } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.reason = reason;
    this.hint = options.hint;
    this.fault = options.fault;
  }
}

/** `answer-unusable`, and charged just now: what is of no use was bought by this run. */
export class ChargedForNothing extends ItemError {
  override readonly name = 'ChargedForNothing';

  constructor(
    message: string,
    options: { readonly fault: AnswerFault; readonly hint: string | undefined; readonly cause: unknown },
  ) {
    const { hint, ...facts } = options;
    super('answer-unusable', message, { ...facts, ...(hint !== undefined && { hint }) });
  }
}

/** Why a paid run can go no further: the account, the key, a wait that is too long, or requests that are never right. */
export type PayerStop =
  | 'account'
  | 'no-model'
  | 'no-key'
  | 'max-wait'
  | 'spending-limit'
  | 'refuses-all'
  | 'unreachable';

/** What a run exits with that could go no further for that reason. */
export const payerStopCodes: Readonly<Record<PayerStop, ExitCode>> = {
  account: exitCodes.account,
  // There is none of that name, or not for this account: services do not tell which.
  'no-model': exitCodes.account,
  'no-key': exitCodes.noKey,
  'max-wait': exitCodes.temporary,
  'spending-limit': exitCodes.spendingLimit,
  // The address, the model or an option is wrong: to run again as it is would be refused again.
  'refuses-all': exitCodes.usage,
  unreachable: exitCodes.temporary,
};

/** Gives up the work on one picture without failing it: the run is stopping, or must (`stop` says why, in words). */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
  readonly stop: PayerStop | undefined;
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { stop?: PayerStop; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.stop = options.stop;
    this.hint = options.hint;
  }
}

/** The system's error code (`ENOSPC`, `EACCES` …) of an error, if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errno } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  return code.startsWith('Unknown system error') ? (nameOf(errno) ?? code) : code;
}

// Node has no name for a few, that of a used-up quota among them.
function nameOf(errno = 0): string | undefined {
  return Object.entries(constants.errno).find(([, number]) => number === -errno)?.[0];
}
