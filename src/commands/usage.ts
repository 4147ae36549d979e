import { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { CommandError, exitCodes } from '../errors.ts';
import { notes } from './help.ts';
import { csvColumns } from './usage/csv.ts';
import { limitCommand } from './usage/limit.ts';
import { listUnsettled } from './usage/list.ts';
import { type SettleFlags, settleCalls } from './usage/settle.ts';
import { showTotals, type TotalsFlags } from './usage/totals.ts';

interface UsageFlags extends TotalsFlags {
  unsettled?: boolean;
}

const groups = ['day', 'month', 'provider', 'model', 'key', 'run', 'preset', 'tag'] as const;

const examples = `
A day is one of this machine's calendar, on which the call was made. --since 7d is today and the six days before it;
with --until all of that day or month is meant, too. Times without a zone are local.

--csv has a row a call: ${csvColumns.join(', ')}.
Dollars have six digits; what is not known is empty. A text that a spreadsheet would take for a formula (it begins with
= + - or @) has an apostrophe before it. Lines end as RFC 4180 has it (CR LF).

Examples:
  imgsys usage                          what was bought and what it cost, by month
  imgsys usage --by day --since 7d      the last seven days, with a chart
  imgsys usage --by tag --since 2026-11 --until 2026-11   each project's share of a month
  imgsys usage --run RUN --by model     one run
  imgsys usage --csv --since 2026-01-01 > calls.csv       every call, for accounting
  imgsys usage limit set --monthly 50   spending stops there
  imgsys usage --unsettled              calls that may have been charged without a picture
  imgsys usage settle --run RUN --free  the provider's usage page does not have the calls of that run
  imgsys usage settle CALL --charged    it has this one: counted at the most it can have cost`;

const settleExamples = `
Compare with the usage page of the provider first. A call settled as free may be made again by the next run; one that
was charged is made again only when you ask for it.

Examples:
  imgsys usage settle --run RUN --charged   all calls of a run
  imgsys usage settle CALL CALL --free      these two; a call settled before is settled anew
  imgsys usage settle --all --free          all there are`;

/** `imgsys usage`: what was spent, and what may have been charged. */
export function usageCommand(context: Context): Command {
  const command = new Command('usage')
    // What stands behind `settle` is its own.
    .enablePositionalOptions()
    .description('show what was bought, what it cost, and what may have been charged without a picture')
    .addOption(new Option('--by <what>', 'a line each (default: month)').choices(groups))
    .option('--since <time>', 'from then on: 7d, 24h, 2026-11-21, 2026-11, 2026-11-21T14:30')
    .option('--until <time>', 'up to then')
    .option('--run <run>', 'of one run alone')
    .option('--unsettled', 'list calls that may have been charged without a picture')
    .option('--json', 'JSON Lines, the total last')
    .option('--csv', 'one row a call, for accounting')
    .addHelpText('after', notes(examples))
    .action(({ unsettled, ...flags }: UsageFlags) => {
      checkConflicts(unsettled === true, flags);
      return unsettled ? listUnsettled(flags, context) : showTotals(flags, context);
    });
  command
    .command('settle')
    .description('say what became of calls that may have been charged')
    .argument('[calls...]', 'as imgsys usage --unsettled names them')
    .option('--run <run>', 'all of a run')
    .option('--all', 'all there are')
    .option('--charged', 'the provider charged for them (or --paid)')
    .addOption(new Option('--paid').hideHelp())
    .option('--free', 'the provider did not charge for them')
    .option('--json', 'JSON Lines')
    .addHelpText('after', notes(settleExamples))
    .action((calls: readonly string[], flags: SettleFlags) => settleCalls(calls, flags, context));
  command.addCommand(limitCommand(context));
  return command;
}

function checkConflicts(unsettled: boolean, flags: TotalsFlags): void {
  const alone = [
    ['--csv', flags.csv === true, ['by', 'json']],
    ['--unsettled', unsettled, ['by', 'since', 'until', 'csv']],
  ] as const;
  for (const [flag, given, others] of alone) {
    const other = given ? others.find((name) => flags[name] !== undefined) : undefined;
    if (other === undefined) continue;
    throw new CommandError(`${flag} and --${other} exclude each other`, {
      exitCode: exitCodes.usage,
      hint: `leave out --${other}`,
    });
  }
}
