import { Command } from 'commander';
import type { Context } from '../context.ts';
import { listUnsettled } from './usage/list.ts';
import { type SettleFlags, settleCalls } from './usage/settle.ts';
import { showTotals } from './usage/totals.ts';

interface UsageFlags {
  unsettled?: boolean;
  run?: string;
  json?: boolean;
}

const examples = `
Examples:
  imgsys usage                          what was bought and what it cost, by run, key and model
  imgsys usage --run RUN                the same of one run
  imgsys usage --unsettled              calls that may have been charged without a picture
  imgsys usage settle --run RUN --free  the provider's usage page does not have the calls of that run
  imgsys usage settle CALL --charged    it has this one: counted at the most it can have cost`;

const settleExamples = `
Compare with the provider's own usage page first. A call settled as free may be made again by the next run; one that
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
    .description('Show what was bought, what it cost, and what may have been charged without a picture.')
    .option('--unsettled', 'list calls that may have been charged without a picture')
    .option('--run <run>', 'of one run alone')
    .option('--json', 'JSON Lines')
    .addHelpText('after', examples)
    .action(({ unsettled, ...flags }: UsageFlags) =>
      unsettled ? listUnsettled(flags, context) : showTotals(flags, context),
    );
  command
    .command('settle')
    .description('say what became of calls that may have been charged')
    .argument('[calls...]', 'as imgsys usage --unsettled names them')
    .option('--run <run>', 'all of a run')
    .option('--all', 'all there are')
    .option('--charged', 'the provider charged for them')
    .option('--free', 'the provider did not charge for them')
    .option('--json', 'JSON Lines')
    .addHelpText('after', settleExamples)
    .action((calls: readonly string[], flags: SettleFlags) => settleCalls(calls, flags, context));
  return command;
}
