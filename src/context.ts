// The only place that constructs stores, providers, ledger and reporter; commands receive it.
import type { Engine } from './batch/engine.ts';
import { type Clock, systemClock } from './clock.ts';
import { CommandError, type ExitCode, exitCodes } from './errors.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { LocalEngineOptions } from './local-engine.ts';
import type { LocalWorkers } from './local-workers.ts';
import type { Reporter } from './report/events.ts';
import type { TextOptions } from './report/text.ts';
import { findPaths, type Paths } from './settings/paths.ts';
import type { Settings } from './settings/settings.ts';
import type { Streams } from './streams.ts';

export interface Context {
  readonly streams: Streams;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly clock: Clock;
  readonly paths: Paths;
  /** The user's own settings, read on first use. */
  settings(): Promise<Settings>;
  /** The ledger, opened (and migrated) on first use. */
  ledger(): Promise<Ledger>;
  /** The ledger for a dry run, which writes nothing: empty where there is none. */
  ledgerToRead(): Promise<Ledger>;
  /** Worker processes for pictures, which end with the context. */
  workers(concurrency: number, memoryBudgetBytes: number): Promise<LocalWorkers>;
  /** The provider `local`. */
  localEngine(options: EngineOptions): Promise<Engine>;
  /** Ends all worker processes at once; what is in work is given up. */
  killWorkers(): void;
  reporter(options: ReporterOptions): Promise<Reporter>;
  /** Calls `listener` for each signal that asks to stop, until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** What the process will exit with unless an error is thrown; the last call wins. */
  setExitCode(code: ExitCode): void;
  close(): Promise<void>;
}

export interface EngineOptions extends LocalEngineOptions {
  readonly concurrency: number;
  readonly memoryBudgetBytes: number;
}

export interface ReporterOptions extends Omit<TextOptions, 'live'> {
  readonly json: boolean;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new CommandError('the current folder is gone', {
      exitCode: exitCodes.usage,
      hint: 'change to another folder',
      cause: error,
    });
  }
}

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export function createContext(streams: Streams, setExitCode: (code: ExitCode) => void): Context {
  const { env } = process;
  const paths = findPaths(env, process.platform);
  let settings: Promise<Settings> | undefined;
  let ledger: Promise<Ledger> | undefined;
  const pools: { close(): void }[] = [];
  // Asked only where a process died in the middle of a purchase.
  const findPaid = async (id: string) => (await import('./paid/store.ts')).openPaidStore(paths.paid).find(id);
  const workers = async (concurrency: number, memoryBudgetBytes: number) => {
    const { startLocalWorkers } = await import('./local-workers.ts');
    const started = startLocalWorkers(concurrency, memoryBudgetBytes, env);
    pools.push(started.pool);
    return started;
  };
  return {
    streams,
    env,
    cwd: currentFolder(),
    clock: systemClock,
    paths,
    settings() {
      settings ??= import('./settings/settings.ts').then((module) => module.openSettings(paths.config));
      return settings;
    },
    ledger() {
      ledger ??= import('./ledger/open-ledger.ts').then((module) =>
        module.openLedger(paths.ledger, systemClock, undefined, findPaid),
      );
      return ledger;
    },
    ledgerToRead() {
      ledger ??= import('./ledger/open-ledger.ts').then((module) =>
        module.openLedgerToRead(paths.ledger, systemClock, undefined, findPaid),
      );
      return ledger;
    },
    workers,
    async localEngine({ concurrency, memoryBudgetBytes, ...options }) {
      const { createLocalEngine } = await import('./local-engine.ts');
      const { pool, budget } = await workers(concurrency, memoryBudgetBytes);
      return createLocalEngine(pool, budget, options);
    },
    killWorkers() {
      for (const pool of pools) pool.close();
    },
    async reporter({ json, ...options }) {
      if (json) return (await import('./report/json.ts')).createJsonReporter(streams);
      const { createTextReporter } = await import('./report/text.ts');
      const live = streams.stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
      return createTextReporter(streams, systemClock, { ...options, live });
    },
    onStopSignal(listener) {
      for (const signal of stopSignals) process.on(signal, listener);
      return () => {
        for (const signal of stopSignals) process.off(signal, listener);
      };
    },
    setExitCode,
    async close() {
      for (const pool of pools.splice(0)) pool.close();
      if (ledger !== undefined) {
        const [opened] = await Promise.allSettled([ledger]);
        if (opened.status === 'fulfilled') await opened.value.close();
      }
    },
  };
}
