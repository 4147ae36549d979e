// What a service took off an account during a run, beside what is booked for it.
import { CommandError } from './errors.ts';
import type { Totals } from './ledger/totals.ts';
import { dollars } from './money.ts';
import type { EnhanceProvider } from './providers/enhance.ts';
import { ProviderError } from './providers/http.ts';
import type { Payer } from './purchases/attempt.ts';
import type { BalanceTaken } from './report/money.ts';

/** What is booked for the calls of a run with one key, which `name` is. */
export type Booked = Pick<
  Totals,
  'name' | 'costMicrousd' | 'unknown' | 'unsettledMicrousd' | 'unsettledUnknown'
>;

export interface BalanceParts {
  readonly provider: EnhanceProvider;
  readonly fetch: typeof fetch;
  /** Ends the questions. */
  readonly kill: AbortSignal;
  /** By key, for the run so far; keys without a call are left out. */
  booked(): readonly Booked[];
  warn(message: string, hint?: string): void;
}

export interface BalanceCheck {
  /** Awaited before each call that may cost money: asks for the balance of its key, once. */
  before(payer: Payer): Promise<void>;
  /**
   * To be asked once, when the last call has ended: what was taken from each key that was used; warns of what is not as
   * booked.
   */
  after(): Promise<readonly BalanceTaken[]>;
}

/**
 * Watches the balances of the keys that pay, where their service tells them, free of charge. The ledger's figures are left
 * as they are: other programs may use the same account at the same time, so that what was taken proves nothing of one call.
 * A balance that cannot be read is no error.
 */
export function watchBalances({ provider, fetch, kill, booked, warn }: BalanceParts): BalanceCheck {
  const begun = new Map<Payer, Promise<number | undefined>>();

  async function ask(payer: Payer): Promise<number | undefined> {
    const { baseUrl, organisation, project } = payer;
    try {
      const secret = await payer.secret();
      return await provider.balance?.({
        ...{ baseUrl, fetch, signal: kill, timeoutMs },
        ...(secret !== undefined && { secret }),
        ...(organisation !== undefined && { organisation }),
        ...(project !== undefined && { project }),
      });
    } catch (error) {
      if (error instanceof ProviderError || error instanceof CommandError || kill.aborted) return undefined;
      throw error;
    }
  }

  return {
    async before(payer) {
      if (provider.balance === undefined) return;
      if (!begun.has(payer)) begun.set(payer, ask(payer));
      await begun.get(payer);
    },
    async after() {
      const sums = booked().filter(({ name }) => [...begun.keys()].some(({ keyName }) => keyName === name));
      const asked = [...begun].map(async ([payer, before]): Promise<readonly BalanceTaken[]> => {
        const own = sums.find(({ name }) => name === payer.keyName);
        if (own === undefined) return [];
        const start = await before;
        const end = start === undefined ? undefined : await ask(payer);
        const takenMicrousd = start === undefined || end === undefined ? null : start - end;
        const words = takenMicrousd === null ? undefined : differenceInWords(takenMicrousd, own, sums);
        if (words !== undefined) warn(`${own.name}: ${words}`, differenceHint);
        return [{ key: own.name, takenMicrousd, bookedMicrousd: own.costMicrousd }];
      });
      return (await Promise.all(asked)).flat();
    },
  };
}

const timeoutMs = 5_000;

const differenceHint =
  'another program may use the key, or prices have changed: compare with imgsys usage, and state new ones with --prices';

/**
 * What is strange about a balance that fell by `takenMicrousd`; undefined where that is as booked. Unsettled calls may have
 * been charged or not, keys of `all` may draw on one account, and calls without a price may have cost anything.
 */
export function differenceInWords(
  takenMicrousd: number,
  own: Booked,
  all: readonly Booked[],
): string | undefined {
  const open = all.some(({ unknown, unsettledUnknown }) => unknown + unsettledUnknown > 0);
  const most = open
    ? Number.POSITIVE_INFINITY
    : all.reduce((sum, { costMicrousd, unsettledMicrousd }) => sum + costMicrousd + unsettledMicrousd, 0);
  const isLess = takenMicrousd < own.costMicrousd - roundingMicrousd;
  if (!isLess && takenMicrousd <= most + roundingMicrousd) return undefined;
  const moved = takenMicrousd < 0 ? 'rose' : 'fell';
  return `the balance ${moved} by ${dollars(Math.abs(takenMicrousd))}, booked are ${dollars(own.costMicrousd)}`;
}

// What the figures do not show, in which services and floating points round.
const roundingMicrousd = 100;
