// Opens what does the work of a run, and stands between it and whoever pays.
import type { BatchParts } from '../../batch/run.ts';
import type { Stops } from '../../batch/stops.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { isRecord } from '../../json.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Run } from '../../ledger/runs.ts';
import type { Reporter } from '../../report/events.ts';
import type { Found } from '../../sources/source.ts';
import { warner } from '../../streams.ts';
import { type Approval, createApproval } from './approval.ts';
import { openLocalEngine, openRemote } from './engine.ts';
import type { Enhancement } from './options.ts';
import type { Continuation } from './run.ts';
import { askToRetry, neverAgain } from './unsettled.ts';

export interface OpeningParts {
  readonly find: () => AsyncIterable<Found>;
  readonly enhancement: Enhancement;
  readonly reporter: Reporter;
  readonly stops: Stops;
  readonly context: KeyContext;
  /** Files there are, where they were counted. */
  readonly pictures: number | null;
  readonly more: Continuation;
}

export interface Opened extends Pick<BatchParts, 'engine' | 'money'> {
  /** Pictures a minute that a service lets through, as far as is known; absent where nobody is asked. */
  readonly perMinute?: () => Promise<number | undefined>;
}

export interface Opening {
  readonly reporter: Reporter;
  open(ledger: Ledger, run: Run | undefined): Promise<Opened>;
  /** In the order they are to be taken; to be walked when `open` is done. */
  sources(): AsyncIterable<Found>;
}

export function createOpening(parts: OpeningParts): Opening {
  const { find, enhancement, reporter, stops, context, pictures, more } = parts;
  let approval: Approval | undefined;

  async function open(ledger: Ledger, run: Run | undefined): Promise<Opened> {
    const { work, spending } = enhancement;
    if (work.kind === 'local') return { engine: await openLocalEngine(enhancement, context) };
    const { bought } = more;
    // Where nothing is bought, there is nothing to ask.
    const asked = bought === undefined ? await askToRetry(work.recipe, ledger, context) : neverAgain;
    const repeat = more.useless ? { ...asked, useless: true } : asked;
    const remote = await openRemote(enhancement, context, {
      ...{ ledger, run, stops, bought, repeat, pictures },
      warn: warner(context.streams),
    });
    const { engine, payer, charges, balance, perMinute } = remote;
    if (run === undefined || bought !== undefined) {
      const pays = bought === undefined ? { payer } : {};
      const money = { ...pays, charges, approve: async () => true, putOff: () => {}, left: () => 0 };
      return { engine, money, perMinute };
    }
    const isFamiliar = wasUsed(ledger, enhancement);
    const made = createApproval({
      ...{ find, enhancement, spending, context, ledger, stops, reporter, perMinute, charges, isFamiliar },
    });
    approval = made;
    if (remote.status !== undefined) reporter.money(remote.status);
    return {
      engine,
      money: {
        payer,
        charges,
        balance,
        approve: (emit) => made.approve(engine, emit),
        putOff: made.putOff,
        left: made.left,
      },
    };
  }

  async function* sources(): AsyncIterable<Found> {
    yield* approval?.sources() ?? find();
  }

  const watching: Reporter = {
    ...reporter,
    async event(event) {
      await reporter.event(event);
      approval?.watch(event);
    },
  };
  return { reporter: watching, open, sources };
}

const runsLookedAt = 1000;

// Whether pictures were bought with this preset from this provider before.
function wasUsed(ledger: Ledger, { batch }: Enhancement): boolean {
  return ledger.runs(runsLookedAt).some(({ recipe, counts }) => {
    if (!isRecord(recipe) || !isRecord(counts) || !isRecord(counts.charges)) return false;
    const isSame = recipe.provider === batch.provider && recipe.preset === batch.preset;
    return isSame && Number(counts.charges.paid) > 0;
  });
}
