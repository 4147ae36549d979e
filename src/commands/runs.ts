import { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { CommandError, exitCodes } from '../errors.ts';
import { parseWhole } from '../quantities.ts';
import { formatNames, onDriftNames } from '../settings/keys.ts';
import { writeResult } from '../streams.ts';
import { notes } from './help.ts';
import { type FinishFlags, finishRun, type RetryFlags, retryRun } from './runs/again.ts';
import { runJson, runLine } from './runs/line.ts';
import { type ReportFlags, reportRun } from './runs/report.ts';
import { type ShowFlags, showRun } from './runs/show.ts';

interface ListFlags {
  limit: string;
  json?: boolean;
}

const examples = `
Examples:
  imgsys runs list             the newest runs, newest first
  imgsys runs show             what failed or drifted in the newest run, and why
  imgsys runs show RUN --all   what became of each picture that was not done before
  imgsys runs show RUN --json  the same as JSON Lines
  imgsys runs report           the contact sheet of the newest run: before and after, in a browser
  imgsys runs retry            try once more what failed in the newest run
  imgsys runs finish RUN --format webp -o web    other files of what was bought, for nothing`;

/** `imgsys runs list|show|report|retry|finish`: what earlier runs did, from the ledger. */
export function runsCommand(context: Context): Command {
  const command = new Command('runs')
    .description('list earlier runs and what failed in them, and go on with them')
    .addHelpText('after', notes(examples));
  command
    .command('list')
    .description('the newest runs')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'JSON Lines')
    .action((flags: ListFlags) => listRuns(flags, context));
  command
    .command('show')
    .description('what failed or drifted in a run')
    .argument('[run]', 'its name; the newest without one')
    .option('--all', 'all pictures but those that were done before')
    .option('--json', 'JSON Lines')
    .action((run: string | undefined, flags: ShowFlags) => showRun(run, flags, context));
  command
    .command('report')
    .description('the contact sheet of a run: one page with all its pictures, before and after')
    .argument('[run]', 'its name; the newest without one')
    .option('-o, --output <file.html>', 'where to write it (default: contact-sheet-RUN.html)')
    .option('--json', 'JSON Lines')
    .action((run: string | undefined, flags: ReportFlags) => reportRun(run, flags, context));
  command
    .command('retry')
    .description('try once more what failed in a run, as it was asked for then')
    .argument('[run]', 'its name; the newest without one')
    .addOption(
      new Option('--retry-unsettled <when>', 'buy again what may have been charged (default: ask)').choices([
        'never',
        'ask',
        'always',
      ]),
    )
    .option('--no-input', 'never ask, also on a terminal')
    .option('--json', 'JSON Lines')
    .option('-q, --quiet', 'on standard error, failures only')
    .option('-v, --verbose', 'the plan of each picture')
    .action((run: string | undefined, flags: RetryFlags) => retryRun(run, flags, context));
  command
    .command('finish')
    .description(
      'make the outputs of a paid run again from what was bought: no network, no key, nothing is paid',
    )
    .argument('[run]', 'its name; the newest without one')
    .option('-o, --output <dir>', 'another folder')
    .addOption(new Option('--format <format>', 'another format').choices(formatNames))
    .option('--output-quality <1..100>', 'quality of JPEG, WebP and AVIF results')
    .addOption(new Option('--metadata <policy>', 'EXIF, IPTC and XMP').choices(['keep', 'strip']))
    .addOption(new Option('--gps <policy>', 'place of the picture').choices(['keep', 'strip']))
    .addOption(new Option('--disclose <policy>', 'say in each how it was made').choices(['auto', 'off']))
    .addOption(
      new Option('--on-exists <what>', 'when an output exists that is not known as done').choices([
        'skip',
        'overwrite',
        'rename',
        'fail',
      ]),
    )
    .addOption(
      new Option('--on-drift <what>', 'when one has moved too far from its picture').choices(onDriftNames),
    )
    .option('--json', 'JSON Lines')
    .option('-q, --quiet', 'on standard error, failures only')
    .option('-v, --verbose', 'what each picture was made of')
    .action((run: string | undefined, flags: FinishFlags) => finishRun(run, flags, context));
  return command;
}

async function listRuns({ limit, json }: ListFlags, { streams, ledger }: Context): Promise<void> {
  const count = parseWhole(limit, 1);
  if (count === undefined) {
    throw new CommandError(`--limit ${limit} is not a whole number of at least 1`, {
      exitCode: exitCodes.usage,
    });
  }
  for (const run of (await ledger()).runs(count)) {
    await writeResult(streams, json ? runJson(run) : `${runLine(run)}\n`);
  }
}
