import { relative, resolve, sep } from 'node:path';
import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../errors.ts';
import { defaultLockName, type LockFolder } from '../../lock/lock.ts';
import { reviewName } from '../../review-folder.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { counted, printable } from '../../text.ts';
import type { CheckFlags } from '../check.ts';
import type { LockPlace } from '../enhance/lock-flag.ts';
import { annotation, inert, inertJson } from './annotation.ts';
import { mendedByEnhancing, type Note, type Stale, type StaleReason } from './problem.ts';

export interface Teller {
  /** Counts one entry of the lock. */
  checked(): void;
  tell(item: Stale | Note): Promise<void>;
  /** Tells the summary and answers the exit code. */
  close(): Promise<ExitCode>;
}

// GitHub shows no more of one step.
const mostAnnotations = 10;
const mostHints = 3;

export function createTeller(place: LockPlace, { json, quiet }: CheckFlags, context: Context): Teller {
  const { streams, env, cwd } = context;
  const onGitHub = env.GITHUB_ACTIONS === 'true';
  const asText = (text: string) => (onGitHub ? inert(text) : text);
  const asData = (json: string) => (onGitHub ? inertJson(json) : json);
  const staleBy: Partial<Record<StaleReason, number>> = {};
  const toMend = new Map<LockFolder, Set<StaleReason | 'review'>>();
  let [pictures, stale] = [0, 0];

  async function tell(item: Stale | Note): Promise<void> {
    if (item.type === 'stale') count(item);
    if (quiet) return;
    if (json) {
      const { folder: _, ...shown } = { folder: undefined, ...item };
      return writeResult(streams, `${asData(JSON.stringify(shown))}\n`);
    }
    if (item.type === 'note') return say(streams, asText(`note: ${printable(item.source)} ${item.message}`));
    const line = `${item.reason.padEnd(14)}  ${printable(item.source)}: ${item.message}`;
    await writeResult(streams, `${asText(line)}\n`);
  }

  function count(item: Stale): void {
    stale += 1;
    if (item.reason === 'new') pictures += 1;
    staleBy[item.reason] = (staleBy[item.reason] ?? 0) + 1;
    if (item.folder !== undefined && mendedByEnhancing.has(item.reason)) {
      const reasons = toMend.get(item.folder) ?? new Set();
      if (item.output?.split('/').includes(reviewName)) reasons.add('review');
      toMend.set(item.folder, reasons.add(item.reason));
    }
    if (!onGitHub || stale > mostAnnotations) return;
    const path = resolve(place.folder, item.source);
    const file = relative(env.GITHUB_WORKSPACE || cwd, path)
      .split(sep)
      .join('/');
    streams.stderr.write(annotation(printable(file), 'imgsys check', `${item.reason}: ${item.message}`));
  }

  async function close(): Promise<ExitCode> {
    const exitCode = stale > 0 ? exitCodes.stale : exitCodes.done;
    if (json) {
      const summary = { type: 'summary', lock: place.shown, pictures, stale, staleBy, exitCode };
      await writeResult(streams, `${JSON.stringify(summary)}\n`);
    }
    if (json || quiet) return exitCode;
    const of = counted(pictures, 'picture');
    const by = Object.entries(staleBy).map(([reason, n]) => `${n} ${reason}`);
    say(
      streams,
      stale === 0 ? `${of}: all as in ${place.shown}` : `${stale} stale of ${of}: ${by.join(', ')}`,
    );
    for (const [folder, reasons] of [...toMend].slice(0, mostHints)) {
      const where = place.folder === cwd ? '' : `in the folder of ${place.shown}: `;
      const command = `${commandFor(folder, place)}${reasons.has('review') ? ' --on-drift review' : ''}`;
      for (const first of firstSteps(reasons)) hint(streams, first);
      hint(streams, asText(`${where}${command}, then commit the outputs and the lock file`));
    }
    return exitCode;
  }

  return {
    checked: () => {
      pictures += 1;
    },
    tell,
    close,
  };
}

// What has to be done by hand before the command helps.
function firstSteps(reasons: ReadonlySet<string>): string[] {
  const steps: string[] = [];
  if (reasons.has('in-review')) {
    steps.push(
      `look at what is in ${reviewName}; to take one, move it to its place;` +
        ' all: imgsys runs finish RUN --on-drift keep; then',
    );
  }
  if (reasons.has('output-changed')) {
    steps.push('enhance leaves changed outputs alone: delete them first, or add --on-exists overwrite; then');
  }
  return steps;
}

/** The command that enhances what is new or changed, as far as the lock knows it. */
function commandFor(folder: LockFolder, { file }: LockPlace): string {
  const { paths, output, backup, preset, provider, model, include, exclude, maxDepth, hidden, svg } = folder;
  const name = file.split(sep).at(-1) ?? '';
  const words = [
    ...['imgsys', 'enhance', ...paths.map((path) => (path.startsWith('-') ? `./${path}` : path))],
    ...(output === null ? ['--in-place'] : ['-o', output]),
    ...(backup === null ? [] : ['--backup-dir', backup]),
    ...['-p', preset, ...(provider === 'local' ? [] : ['--provider', provider])],
    ...(model === null ? [] : ['--model', model]),
    ...include.flatMap((pattern) => ['--include', pattern]),
    ...exclude.flatMap((pattern) => ['--exclude', pattern]),
    ...(maxDepth === null ? [] : ['--max-depth', String(maxDepth)]),
    ...(hidden ? ['--hidden'] : []),
    ...(svg ? ['--svg'] : []),
    name === defaultLockName ? '--lock' : `--lock=${name}`,
  ];
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=,+-]+$/.test(word) ? word : `'${printable(word).replaceAll("'", "'\\''")}'`;
}
