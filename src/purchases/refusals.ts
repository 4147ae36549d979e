// Tells a service that refuses every request from one that refuses a picture.
import { GivenUp } from '../errors.ts';
import { CallError } from '../providers/enhance.ts';

export interface Refusals {
  /** Throws GivenUp once it is clear that nothing will be made. */
  check(): void;
  /** A picture was made: what is refused from now on is the picture's own matter. */
  made(): void;
  /** Notes why a picture was not made. Throws GivenUp where that makes it clear. */
  failed(error: unknown): void;
}

const most = 5;

/** Watches one service: five pictures in a row refused for the same wrong request, and none made before, are enough. */
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
    },
    failed(error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const isWrong = cause instanceof CallError && cause.kind === 'invalid' && cause.charge === 'none';
      const why = isWrong ? `${cause.status} ${cause.code} ${cause.message}` : '';
      inRow = why !== '' && why === last ? inRow + 1 : 1;
      last = why;
      if (isMade || !isWrong || inRow < most) return;
      closed = new GivenUp(`${cause.provider} refuses every request: ${cause.message}`, {
        stop: 'refuses-all',
        hint: cause.hint ?? 'look at the address of the service, the model and the options',
        cause,
      });
      check();
    },
  };
}
