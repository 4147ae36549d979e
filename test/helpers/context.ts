// A context without a process: real settings and ledger below `home`, streams that are kept as text.
import { Readable, Writable } from 'node:stream';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import type { ExitCode } from '../../src/errors.ts';
import { openLedger, openLedgerToRead } from '../../src/ledger/open-ledger.ts';
import { findPaths } from '../../src/settings/paths.ts';
import { openSettings } from '../../src/settings/settings.ts';

export interface FakeContext extends Context {
  /** What was written so far. */
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
  readonly exitCode: () => ExitCode | undefined;
}

export interface FakeOptions {
  /** A temporary folder; all of the program's own files lie below it. */
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly stdin?: Readable;
  /** True makes both outputs terminals of 80 columns. */
  readonly tty?: boolean;
  /** Members that the test provides itself: `localEngine`, `reporter` … */
  readonly parts?: Partial<Context>;
}

export function fakeContext(options: FakeOptions): FakeContext {
  const { home, cwd = home, clock = systemClock, tty = false } = options;
  const env = { ...options.env, IMGSYS_HOME: home };
  const paths = findPaths(env, process.platform, home);
  const [stdout, stderr] = [capture(tty), capture(tty)];
  let exitCode: ExitCode | undefined;
  let ledger: ReturnType<typeof openLedger> | undefined;
  return {
    streams: { stdin: options.stdin ?? Readable.from([]), stdout: stdout.stream, stderr: stderr.stream },
    env,
    cwd,
    clock,
    paths,
    settings: () => openSettings(paths.config),
    ledger() {
      ledger ??= openLedger(paths.ledger, clock);
      return ledger;
    },
    ledgerToRead: () => openLedgerToRead(paths.ledger, clock),
    workers: () => absent('workers'),
    localEngine: () => absent('localEngine'),
    killWorkers() {},
    reporter: () => absent('reporter'),
    onStopSignal: () => () => {},
    setExitCode(code) {
      exitCode = code;
    },
    async close() {
      const [opened] = await Promise.allSettled([ledger]);
      if (opened.status === 'fulfilled') opened.value?.close();
    },
    ...options.parts,
    stdoutText: stdout.text,
    stderrText: stderr.text,
    exitCode: () => exitCode,
  };
}

function capture(tty: boolean) {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return {
    stream: Object.assign(stream, tty ? { isTTY: true, columns: 80 } : {}),
    text: () => chunks.join(''),
  };
}

function absent(part: string): never {
  throw new Error(`this test's context has no ${part}: give it in parts`);
}
