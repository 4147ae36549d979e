import { Command } from 'commander';
import type { Context } from '../../context.ts';
import type { LimitTarget } from '../../ledger/limit-table.ts';
import { limitInWords } from '../../purchases/limit-words.ts';
import { hint, say, writeResult } from '../../streams.ts';
import { notes } from '../help.ts';
import { limitClock, tellOfClock } from './limit-clock.ts';
import { limitsAsked, type SetFlags, type TargetFlags, targetsAsked } from './limit-flags.ts';
import { warnOfUnknownKey } from './limit-key.ts';
import { limitJson, limitLines } from './limit-lines.ts';
import { openUsage } from './open.ts';

interface JsonFlag {
  readonly json?: boolean;
}

const examples = `
A day and a month are those of this machine's calendar; setting its clock opens none, but a time zone further east may
open the next one early, once and never twice: it then lasts until that day ends. What a call can cost at most is
reserved before it, for all processes of the machine together; when spent, unsettled and its own would pass a limit, the run ends with exit code 8.

Examples:
  imgsys usage limit set --daily 5 --monthly 50   for all calls together
  imgsys usage limit set --daily 5 --soft 80%     and say so once when $4.00 are reached
  imgsys usage limit set --monthly 20 --provider openai
  imgsys usage limit set --daily 2 --key openai/team
  imgsys usage limit set --daily 5 --warn-only    say so, but never stop
  imgsys usage limit list                         what is spent, reserved, unsettled and left
  imgsys usage limit clear --daily                the limit by day for all calls together is lifted
  imgsys usage limit clock --reset                after a wrong clock: the calendar is set back to now`;

/** `imgsys usage limit`: what may be spent. */
export function limitCommand(context: Context): Command {
  const command = new Command('limit')
    .description('set, show and lift spending limits by day and month')
    .addHelpText('after', notes(examples));
  forTarget(command.command('set'))
    .description('set limits, for all calls or those to a provider or with a key')
    .option('--daily <dollars>', 'what may be spent a day')
    .option('--monthly <dollars>', 'what may be spent a month')
    .option('--soft <share>', 'say so once a run from there on: 80% of the limit, or dollars')
    .option('--warn-only', 'never stop for these limits')
    .option('--json', 'JSON Lines')
    .action((flags: SetFlags & JsonFlag) => setLimits(flags, context));
  command
    .command('list', { isDefault: true })
    .description('show how all limits stand')
    .option('--json', 'JSON Lines')
    .action((flags: JsonFlag) => listLimits(flags, context));
  forTarget(command.command('clear'))
    .description('lift limits, by default those for all calls together')
    .option('--daily', 'the one by day alone')
    .option('--monthly', 'the one by month alone')
    .option('--all', 'every limit there is')
    .option('--json', 'JSON Lines')
    .action((flags: ClearFlags) => clearLimits(flags, context));
  command
    .command('clock')
    .description('show whether a wrong clock has set the calendar of the limits ahead')
    .option('--reset', 'set it back to the clock of this machine')
    .action((flags: { reset?: boolean }) => limitClock(flags, context));
  return command;
}

interface ClearFlags extends TargetFlags, JsonFlag {
  readonly daily?: boolean;
  readonly monthly?: boolean;
  readonly all?: boolean;
}

function forTarget(command: Command): Command {
  return command
    .option('--provider <provider>', 'for calls to that provider')
    .option('--key <key>', 'for calls with that key, as imgsys key list names it');
}

async function setLimits(flags: SetFlags & JsonFlag, context: Context): Promise<void> {
  const { limits } = await openUsage(undefined, context);
  const asked = limitsAsked(
    flags,
    limits.list().map(({ limit }) => limit),
  );
  const key = asked.find(({ scope }) => scope === 'key')?.name;
  if (key !== undefined) await warnOfUnknownKey(key, context);
  await limits.set(asked);
  await show((target) => asked.some((limit) => isSame(limit, target)), flags, context);
}

async function listLimits(flags: JsonFlag, context: Context): Promise<void> {
  const shown = await show(() => true, flags, context);
  tellOfClock((await openUsage(undefined, context)).limits, context);
  if (shown > 0 || flags.json) return;
  say(context.streams, 'no limits are set');
  hint(context.streams, 'set one with imgsys usage limit set --daily 5');
}

async function clearLimits(flags: ClearFlags, context: Context): Promise<void> {
  const { limits } = await openUsage(undefined, context);
  const before = limits.list();
  const targets = flags.all ? before.map(({ limit }) => limit) : targetsAsked(flags);
  const cleared = await limits.clear(targets);
  const gone = before.filter(({ limit }) => cleared.some((target) => isSame(limit, target)));
  for (const standing of flags.json ? gone : []) {
    await writeResult(context.streams, `${JSON.stringify({ ...limitJson(standing), cleared: true })}\n`);
  }
  if (flags.json) return;
  if (gone.length === 0) say(context.streams, 'there was no such limit');
  for (const { limit } of gone) say(context.streams, `lifted: ${limitInWords(limit)}`);
  const left = before.length - gone.length;
  if (left > 0) hint(context.streams, 'other limits still hold: imgsys usage limit list');
}

// How many were shown.
async function show(
  which: (target: LimitTarget) => boolean,
  { json }: JsonFlag,
  context: Context,
): Promise<number> {
  const { limits } = await openUsage(undefined, context);
  const standings = limits.list().filter(({ limit }) => which(limit));
  const lines = json ? standings.map((each) => JSON.stringify(limitJson(each))) : limitLines(standings);
  for (const line of lines) await writeResult(context.streams, `${line}\n`);
  return standings.length;
}

function isSame(one: LimitTarget, other: LimitTarget): boolean {
  return one.scope === other.scope && one.name === other.name && one.period === other.period;
}
