import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examineCodecs } from '../doctor/codecs.ts';
import { examineFolder } from '../doctor/disk.ts';
import type { Finding } from '../doctor/finding.ts';
import { examineEnvironment, examineTerminal } from '../doctor/surroundings.ts';
import { CommandError, exitCodes, systemCode } from '../errors.ts';
import { openKeystore } from '../keystore/keystore.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ledgerGap } from '../ledger-gap.ts';
import { writeResult } from '../streams.ts';
import { counted, printable } from '../text.ts';
import { notes } from './help.ts';
import { aheadInWords, clockHint } from './usage/limit-clock.ts';

export interface DoctorOptions {
  readonly json: boolean;
}

const examples = `
Examples:
  imgsys doctor
  imgsys doctor --json | grep problem

Exit codes: 0 all is well, 2 something needs mending (each with a hint).`;

/** `imgsys doctor`: checks that everything imgsys needs works here; changes nothing. */
export function doctorCommand(context: Context): Command {
  return new Command('doctor')
    .description('check that everything imgsys needs works here')
    .option('--json', 'JSON Lines, the last one the summary')
    .addHelpText('after', notes(examples))
    .action(({ json = false }: { json?: boolean }) => doctorRun({ json }, context));
}

export async function doctorRun({ json }: DoctorOptions, context: Context): Promise<void> {
  const { streams, paths, env } = context;
  const looks: readonly (() => Promise<Finding[]>)[] = [
    async () => [examineNode()],
    examineCodecs,
    async () => [
      examineFolder('folder-config', 'settings folder', dirname(paths.config)),
      examineFolder('folder-state', 'state folder', paths.state),
    ],
    async () => [await examineSettings(context)],
    () => examineLedger(context),
    async () => [await examineKeyStore(context)],
    async () => [examineTerminal(streams, env), ...examineEnvironment(env)],
  ];
  let problems = 0;
  for (const look of looks) {
    for (const finding of await look()) {
      if (finding.state === 'problem') problems++;
      await writeResult(
        streams,
        json ? `${JSON.stringify({ type: 'check', ...finding })}\n` : asText(finding),
      );
    }
  }
  if (json)
    await writeResult(streams, `${JSON.stringify({ type: 'summary', ok: problems === 0, problems })}\n`);
  else
    await writeResult(
      streams,
      problems === 0 ? 'all is well\n' : `${counted(problems, 'problem')} to mend\n`,
    );
  if (problems > 0) context.setExitCode(exitCodes.usage);
}

function examineNode(): Finding {
  return {
    name: 'node',
    state: 'ok',
    text: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  };
}

async function examineSettings(context: Context): Promise<Finding> {
  const name = 'settings';
  const set = await attempt(name, async () => Object.keys((await context.settings()).all()));
  if ('finding' in set) return set.finding;
  const what =
    set.value.length === 0 ? 'none of your own, all defaults hold' : `yours are ${set.value.join(', ')}`;
  return { name, state: 'ok', text: `settings: ${what}` };
}

async function examineLedger(context: Context): Promise<Finding[]> {
  const name = 'ledger';
  const file = printable(context.paths.ledger);
  if (!isNamed(context.paths.ledger)) {
    return [
      { name, state: 'ok', text: `ledger: none yet, it will be ${file}` },
      ...(await examineGap(context, () => context.ledgerToRead())),
    ];
  }
  const checked = await attempt(name, async () => (await context.ledger()).check());
  if ('finding' in checked) return [checked.finding];
  const { schemaVersion, problems } = checked.value;
  if (problems.length === 0) {
    const sound = { name, state: 'ok', text: `ledger: sound, schema ${schemaVersion}, ${file}` } as const;
    const money = await attempt('ledger-sums', async () => examineMoney(await context.ledger()));
    const gaps = await examineGap(context, () => context.ledger());
    return [sound, ...('finding' in money ? [money.finding] : money.value), ...gaps];
  }
  return [
    {
      name,
      state: 'problem',
      text: `the ledger ${file} is damaged: ${printable(problems[0] ?? '')}`,
      hint: 'move the file aside to start a new ledger; what it knows of finished pictures is then forgotten',
    },
  ];
}

// Also a link to nothing.
function isNamed(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

// Whether the ledger knows all that was bought; without a line where it does.
async function examineGap({ paths }: Context, open: () => Promise<Ledger>): Promise<Finding[]> {
  const looked = await attempt('ledger-gap', async () => {
    const gap = await ledgerGap(await open(), paths);
    if (gap !== undefined) throw gap;
  });
  return 'finding' in looked ? [looked.finding] : [];
}

// What the limits and `imgsys usage` go by; without a line where all is well.
function examineMoney({ purchases, limits }: Ledger): Finding[] {
  purchases.totals('all');
  const [wrong, ...more] = limits.check();
  const ahead = limits.ahead();
  const findings: Finding[] = [];
  if (wrong !== undefined) {
    const others = more.length === 0 ? '' : `, and ${counted(more.length, 'more problem')}`;
    findings.push({
      name: 'ledger-sums',
      state: 'problem',
      text: `the ledger's sums cannot be right: ${printable(wrong)}${others}`,
      hint: 'compare imgsys usage with the usage page of the provider; a limit that counts this too high can be raised: imgsys usage limit list',
    });
  }
  if (ahead !== undefined) {
    findings.push({ name: 'ledger-clock', state: 'problem', text: aheadInWords(ahead), hint: clockHint });
  }
  return findings;
}

// With the reader of `imgsys key list`, which unlocks nothing.
async function examineKeyStore({ paths, clock }: Context): Promise<Finding> {
  const name = 'keystore';
  const file = printable(paths.keystore);
  const store = openKeystore(paths.keystore, { env: {}, say() {}, interactive: false }, clock);
  const read = await attempt(name, () => Promise.all([store.generation(), store.entries()]));
  if ('finding' in read) return read.finding;
  const [generation, entries] = read.value;
  if (generation === 0) return { name, state: 'ok', text: 'key store: none yet; local needs no key' };
  return { name, state: 'ok', text: `key store: ${counted(entries.length, 'key')} in ${file}` };
}

// An error that the program raises on purpose is a finding here, not the end.
async function attempt<T>(
  name: string,
  look: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly finding: Finding }> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { message, hint = 'see the message' } = error;
    return { finding: { name, state: 'problem', text: message, hint } };
  }
}

function asText({ state, text, hint }: Finding): string {
  const line = `${state.padEnd(9)}${text}\n`;
  return hint === undefined ? line : `${line}${' '.repeat(9)}hint: ${hint}\n`;
}
