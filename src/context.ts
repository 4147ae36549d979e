// The only place that constructs stores, providers, ledger and reporter; commands receive it.
import { type Clock, systemClock } from './clock.ts';
import type { ExitCode } from './errors.ts';
import type { Ledger } from './ledger/ledger.ts';
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
  /** What the process will exit with unless an error is thrown; the last call wins. */
  setExitCode(code: ExitCode): void;
}

export function createContext(setExitCode: (code: ExitCode) => void): Context {
  const env = process.env;
  const paths = findPaths(env, process.platform);
  let settings: Promise<Settings> | undefined;
  let ledger: Promise<Ledger> | undefined;
  return {
    streams: process,
    env,
    cwd: process.cwd(),
    clock: systemClock,
    paths,
    settings() {
      settings ??= import('./settings/settings.ts').then((module) => module.openSettings(paths.config));
      return settings;
    },
    ledger() {
      ledger ??= import('./ledger/ledger.ts').then((module) => module.openLedger(paths.ledger, systemClock));
      return ledger;
    },
    setExitCode,
  };
}
