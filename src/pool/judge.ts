import type { CallError } from '../providers/enhance.ts';

/** What is to be done about an attempt that failed. */
export type Judgement =
  /** The job is over. */
  | { readonly kind: 'fail' }
  /** Free and may succeed: again after `backoffMs` (before jitter), on whichever slot may start first then. */
  | { readonly kind: 'again'; readonly backoffMs: number }
  /** Nothing more on this slot in this run; the job goes on with another. */
  | { readonly kind: 'bench'; readonly why: 'account' | 'no-key' | 'permission' };

/** How often a job has been tried, this attempt included. */
export interface Tries {
  /** Refused for being too fast. */
  readonly rate: number;
  /** Failed for trouble of the service or the network, broken uploads not among them. */
  readonly trouble: number;
  /** Uploads that broke off. */
  readonly broken: number;
}

const mostTroubles = 6;
const mostBrokenUploads = 20;

/** Decides by the error alone and by how often the job failed; knows no time and no slot. */
export function judge(error: CallError, tries: Tries): Judgement {
  if (error.charge !== 'none') return { kind: 'fail' };
  switch (error.kind) {
    case 'quota':
      return { kind: 'bench', why: 'account' };
    case 'auth':
      return { kind: 'bench', why: 'no-key' };
    case 'permission':
      return { kind: 'bench', why: 'permission' };
    case 'rate':
      // The slot paces itself; only a job that is refused again and again steps back.
      return { kind: 'again', backoffMs: tries.rate <= 2 ? 0 : doubled(250, tries.rate - 3, 15_000) };
    case 'busy':
    case 'network':
      return judgeTrouble(error, tries);
    case 'refused':
    case 'invalid':
    case 'protocol':
    case 'cancelled':
      return { kind: 'fail' };
  }
}

// An upload that broke off is a hidden "too fast" as a rule, so it is forgiven longer, but not for ever.
function judgeTrouble(error: CallError, tries: Tries): Judgement {
  const isOver = error.uploadBroken ? tries.broken >= mostBrokenUploads : tries.trouble >= mostTroubles;
  if (isOver) return { kind: 'fail' };
  const backoffMs = error.uploadBroken
    ? doubled(500, tries.broken - 1, 30_000)
    : doubled(1000, tries.trouble - 1, 30_000);
  return { kind: 'again', backoffMs };
}

function doubled(firstMs: number, times: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.max(0, times));
}

/** Adds the try that failed with `error`. */
export function countTry({ rate, trouble, broken }: Tries, error: CallError): Tries {
  if (error.kind === 'rate') return { rate: rate + 1, trouble, broken };
  if (error.uploadBroken) return { rate, trouble, broken: broken + 1 };
  return error.kind === 'busy' || error.kind === 'network'
    ? { rate, trouble: trouble + 1, broken }
    : { rate, trouble, broken };
}
