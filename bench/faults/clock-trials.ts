// A user whose clock is wrong: buys pictures, goes on with the right one, and buys nothing twice.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ImageServer, startImageServer } from '../../test/helpers/image-server.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { breachesOf, firstLineOf, type Outcome, runTrial } from './network-trial.ts';

const key = 'sk-proj-CANARY-clock-0123456789-cccc';
const next = 'sk-proj-CANARY-clock-0123456789-dddd';
const pictures = 6;
/** What fakes the time (Debian's libfaketime). */
export const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

export interface ClockLab {
  readonly folder: string;
  readonly home: string;
  readonly server: ImageServer;
}

export interface ClockJudged {
  readonly codes: readonly (number | null)[];
  readonly billed: number;
  readonly booked: number;
  readonly says: string;
  readonly breaches: readonly string[];
}

export async function openClockLab(place: string): Promise<ClockLab> {
  const keys = { [key]: 'org-test', [next]: 'org-test' };
  const server = await startImageServer({ keys, answer: 'fixed', latencyMs: [700, 700] });
  const folder = mkdtempSync(join(place, 'clock-'));
  await writePhotos(join(folder, 'photos'), pictures);
  writeFileSync(join(folder, 'passphrase'), 'CANARY-passphrase\n', { mode: 0o600 });
  return { folder, home: join(folder, 'home'), server };
}

interface Wrong {
  /** As libfaketime reads it: `+1d`, `@2038-01-20 00:00:00`. */
  readonly time?: string;
  /** What it is set to while the program runs. */
  readonly midway?: string;
  readonly zone?: string;
  /** Whether the program stands still while its clock is set. */
  readonly asleep?: boolean;
}

const enhance = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--concurrency', '2', '--json'];

async function runAt(
  lab: ClockLab,
  args: readonly string[],
  wrong: Wrong = {},
  stdin?: string,
): Promise<Outcome> {
  const { folder, home, server } = lab;
  const { time, midway, zone, asleep } = wrong;
  const file = join(mkdtempSync(join(folder, 'ft-')), 'rc');
  writeFileSync(file, `${time ?? '+0'}\n`);
  const isFaked = time !== undefined || midway !== undefined;
  const faked = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const env = {
    ...{ IMGSYS_HOME: home, HOME: home, IMGSYS_PASSPHRASE_FILE: join(folder, 'passphrase') },
    ...{ IMGSYS_KEY_OPENAI: key, IMGSYS_BASE_URL_OPENAI: server.baseUrl, TZ: zone ?? 'UTC' },
    ...(isFaked && faked),
  };
  const meanwhile = async (pid: number) => {
    if (midway === undefined) return;
    const before = server.journal.edits().length;
    // In the middle of the run: something is out, something is still to come.
    for (let left = 300; left > 0 && server.journal.edits().length === before; left -= 1) await sleep(50);
    if (asleep) process.kill(pid, 'SIGSTOP');
    writeFileSync(file, `${midway}\n`);
    if (!asleep) return;
    await sleep(1500);
    process.kill(pid, 'SIGCONT');
  };
  return runTrial({ args, cwd: folder, env, meanwhile, ...(stdin !== undefined && { stdin }) });
}

// All of it is there, billed once, booked once, and the next run with the right clock buys nothing.
async function judge(lab: ClockLab, ran: readonly Outcome[], most = pictures): Promise<ClockJudged> {
  const { server, folder, home } = lab;
  const after = await runAt(lab, enhance);
  const outcomes = [...ran, after];
  const billed = server.journal.billed().length;
  const db = new DatabaseSync(join(home, 'ledger.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT state, local_day FROM attempts').all();
  db.close();
  const booked = rows.filter(({ state }) => state === 'paid').length;
  const breaches = outcomes.flatMap(breachesOf);
  if (booked !== billed) breaches.push(`${billed} billed, ${booked} booked`);
  if (rows.length !== booked) breaches.push('a call is not settled');
  if (billed > most) breaches.push(`${billed} billed, ${most} allowed`);
  if (server.journal.boughtTwice().length > 0) breaches.push('bought twice');
  if (most === pictures && (after.code !== 0 || readdirSync(join(folder, 'out')).length !== pictures)) {
    breaches.push(`the next run ends with ${after.code}: ${firstLineOf(after)}`);
  }
  const usage = await runAt(lab, ['usage', '--by', 'day', '--json']);
  breaches.push(...breachesOf(usage));
  return { codes: outcomes.map(({ code }) => code), billed, booked, says: firstLineOf(after), breaches };
}

const once = (name: string, ...wrongs: readonly Wrong[]) => ({
  name,
  async run(lab: ClockLab): Promise<ClockJudged> {
    const ran: Outcome[] = [];
    for (const wrong of wrongs) ran.push(await runAt(lab, enhance, wrong));
    return judge(lab, ran);
  },
});

// A hard limit that two pictures fit under, of a day or a month. A new one that really begins, by time or by zone, may spend
// as much again; one that is only set may not.
const limited = (name: string, period: 'daily' | 'monthly', wrong: Wrong, later: Wrong, most = 2) => ({
  name,
  async run(lab: ClockLab): Promise<ClockJudged> {
    const set = await runAt(lab, ['usage', 'limit', 'set', `--${period}`, '0.12'], withoutMidway(wrong));
    const ran = [set, await runAt(lab, enhance, wrong), await runAt(lab, enhance, later)];
    return judge(lab, ran, most);
  },
});

// Rotated at one time, rolled back at another.
const rolledBack = (name: string, rotated: Wrong, back: Wrong, codes: readonly number[]) => ({
  name,
  async run(lab: ClockLab): Promise<ClockJudged> {
    const { server } = lab;
    const add = ['key', 'add', 'openai', '--stdin', '--base-url', server.baseUrl];
    const ran = [
      await runAt(lab, add, rotated, `${key}\n`),
      await runAt(lab, ['key', 'rotate', 'openai', '--stdin'], rotated, `${next}\n`),
      await runAt(lab, ['key', 'list'], back),
      await runAt(lab, ['key', 'rotate', 'openai', '--rollback'], back),
      await runAt(lab, ['key', 'list', '--json']),
    ];
    const got = ran.map(({ code }) => code);
    const says = firstLineOf(ran[3] ?? (ran[0] as Outcome));
    const breaches = ran.flatMap(breachesOf);
    if (!codes.includes(got[3] ?? -1)) breaches.push(`rolled back with ${got[3]}`);
    return { codes: got, billed: 0, booked: 0, says, breaches };
  },
});

export const clockTrials: readonly { readonly name: string; run(lab: ClockLab): Promise<ClockJudged> }[] = [
  ...['-1m', '+1m', '-1d', '+1d', '-1y', '+1y'].map((midway) =>
    once(`set by ${midway} in mid-run`, { time: '+0', midway }),
  ),
  ...['@1970-01-01 00:00:10', '@2000-01-01 00:00:00', '@2038-01-19 03:14:05', '@2100-03-01 00:00:00'].map(
    (time) => once(`begun at ${time.slice(1)}`, { time }),
  ),
  once('2038 passed in mid-run', { time: '@2038-01-19 03:14:05' }, { time: '@2038-01-19 03:14:09' }),
  once('asleep while a day passed', { time: '+0', midway: '+1d', asleep: true }),
  once('asleep, and set back by a day', { time: '+0', midway: '-1d', asleep: true }),
  once('the hour that does not exist', { time: '@2026-03-29 01:59:58', zone: 'Europe/Berlin' }),
  once('the hour that comes twice', { time: '@2026-10-25 02:59:58', zone: 'Europe/Berlin' }),
  once(
    'another zone for each run',
    { zone: 'Pacific/Kiritimati' },
    { zone: 'Pacific/Pago_Pago' },
    { zone: 'no/such' },
  ),
  limited(
    'month passed in mid-run under a hard limit',
    'monthly',
    { time: '@2026-11-30 23:59:57' },
    { time: '@2026-11-30 23:59:59' },
    4,
  ),
  limited(
    'set to the next month under a hard limit',
    'monthly',
    { time: '+0', midway: '+20d' },
    { time: '+21d' },
  ),
  limited('set to the next day under a hard limit', 'daily', { time: '+0', midway: '+1d' }, { time: '+2d' }),
  limited(
    'another zone under a hard limit of a day',
    'daily',
    { zone: 'Pacific/Pago_Pago' },
    { zone: 'Pacific/Kiritimati' },
    4,
  ),
  {
    name: 'two at once, a year apart',
    async run(lab) {
      const ran = await Promise.all([
        runAt(lab, enhance, { time: '+1y' }),
        runAt(lab, enhance, { time: '-1y' }),
      ]);
      return judge(lab, ran);
    },
  },
  rolledBack('rolled back after 6 days', { time: '-6d' }, {}, [0]),
  rolledBack('rolled back after 8 days', { time: '-8d' }, {}, [2]),
  rolledBack('rotated a year ahead, rolled back now', { time: '+1y' }, {}, [0]),
  rolledBack('rotated in 1970, rolled back now', { time: '@1970-01-01 00:00:10' }, {}, [2]),
];

function withoutMidway({ midway: _, ...wrong }: Wrong): Wrong {
  return wrong;
}
