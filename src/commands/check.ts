import { Command } from 'commander';
import type { Context } from '../context.ts';
import { defaultLockName } from '../lock/lock.ts';
import { runCheck } from './check/run.ts';
import { notes } from './help.ts';

export interface CheckFlags {
  lock: string;
  json?: boolean;
  quiet?: boolean;
}

const examples = `
It needs no key, no network and no ledger, and writes nothing: it compares hashes with the lock file that
imgsys enhance --lock keeps, and is to be committed with the pictures.

Reasons: new (not enhanced), changed (the picture is another one than was enhanced), missing-output, output-changed
(somebody else wrote it), source-gone (its output still stands), in-review (its result waits in _review), unreadable.

Examples:
  imgsys enhance photos -o enhanced --lock   writes imgsys.lock.jsonl; commit it
  imgsys check                               in CI: exit 20 when something is new, changed or missing
  imgsys check photos/rooms --json           of one folder, as JSON Lines

Exit codes: 0 all is as it was enhanced, 2 no lock file or a damaged one, 20 something is stale. In GitHub Actions the
first problems are also annotations of the pull request.`;

/** `imgsys check`: parses only; `runCheck` acts. */
export function checkCommand(context: Context): Command {
  return new Command('check')
    .description('compare pictures and outputs with the lock file: which are new, changed or missing')
    .argument('[paths...]', 'only what lies here; without any, all that the lock knows')
    .option('--lock <file>', 'the lock file', defaultLockName)
    .option('--json', 'JSON Lines on standard output: one problem a line, the summary last')
    .option('-q, --quiet', 'the exit code alone')
    .addHelpText('after', notes(examples))
    .action((paths: string[], flags: CheckFlags) => runCheck(paths, flags, context));
}
