// Tells a service that will make nothing at all from one that does not make this picture.
import { GivenUp, type PayerStop } from '../errors.ts';
import { CallError } from '../providers/enhance.ts';

export interface Refusals {
  /** Throws GivenUp once it is clear that nothing will be made. */
  check(): void;
  /** A picture was made. */
  made(): void;
  /** Notes why a picture was not made. Throws GivenUp where that makes it clear. */
  failed(error: unknown): void;
}

interface Hopeless {
  readonly is: (error: CallError) => boolean;
  /** How many pictures in a row are enough. */
  readonly most: number;
  /** Whether one that was made before speaks against it: such a request is wrong for every picture or for none. */
  readonly isSettledByOne: boolean;
  readonly stop: PayerStop;
  readonly sentence: (error: CallError) => string;
  readonly hint: string;
}

const kinds: readonly Hopeless[] = [
  {
    is: ({ kind, charge }) => kind === 'invalid' && charge === 'none',
    most: 5,
    isSettledByOne: true,
    stop: 'refuses-all',
    sentence: ({ provider, message }) => `${provider} refuses every request: ${message}`,
    hint: 'look at the address of the service, the model and the options',
  },
  {
    is: ({ charge }) => charge === 'paid',
    most: 5,
    isSettledByOne: false,
    stop: 'refuses-all',
    sentence: ({ provider, message }) => `${provider} answers, but sends no pictures: ${message}`,
    hint: 'look at the address of the service and at the proxy on the way; such answers count as charged',
  },
  {
    is: ({ kind, charge }) => kind === 'network' && charge === 'none',
    most: 3,
    isSettledByOne: false,
    stop: 'unreachable',
    sentence: ({ message }) => `the service cannot be reached: ${message}`,
    hint: 'check the network, then run the same command again',
  },
];

/** Watches one service: pictures in a row that fail alike, with none made between them, are enough. */
export function watchRefusals(): Refusals {
  let [last, inRow, isMade] = ['', 0, false];
  let closed: GivenUp | undefined;
  const check = () => {
    if (closed !== undefined) throw closed;
  };
  return {
    check,
    made() {
      isMade = true;
      inRow = 0;
    },
    failed(error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (!(cause instanceof CallError)) return;
      const found = kinds.find(({ is }) => is(cause));
      const why = `${found?.stop} ${cause.status} ${cause.code}`;
      inRow = why === last ? inRow + 1 : 1;
      last = why;
      if (found === undefined || inRow < found.most || (isMade && found.isSettledByOne)) return;
      const { stop, sentence, hint } = found;
      closed = new GivenUp(sentence(cause), { stop, hint: cause.hint ?? hint, cause });
      check();
    },
  };
}
