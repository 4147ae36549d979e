// One damage, the commands that meet it, and what may not come of it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DamageLab, enhance } from './damage-home.ts';
import { type Area, bytesOf, type Damage } from './damage-kinds.ts';
import { breachesOf, firstLineOf, type Outcome, runTrial } from './network-trial.ts';

export type Baseline = ReadonlyMap<string, string>;

export interface Judged {
  readonly breaches: readonly string[];
  /** Whether any of the commands said that something is wrong. */
  readonly isTold: boolean;
  readonly says: string;
}

const looks: Readonly<Record<Area, readonly (readonly string[])[]>> = {
  ledger: [['usage', '--csv'], ['usage', 'limit', 'list'], enhance('again'), ['doctor']],
  paid: [enhance('again'), ['doctor']],
  keystore: [['key', 'list', '--json'], ['key', 'verify', '--json'], ['doctor']],
  config: [['config', 'list'], ['doctor']],
};

/** What the commands print for a sound home. */
export async function baselineOf(lab: DamageLab): Promise<Baseline> {
  const home = lab.copy();
  const said = new Map<string, string>();
  for (const args of new Set(Object.values(looks).flat())) {
    const { code, stdout, stderr } = await look(lab, home, args);
    if (code !== 0)
      throw new Error(`${args.join(' ')} ended with ${code} in a sound home: ${stderr}${stdout}`);
    said.set(args.join(' '), gist(args, stdout));
  }
  return said;
}

/** Tries a damage on a copy of the home. What is no breach was told, or changed nothing of what the commands answer. */
export async function tryDamage(lab: DamageLab, damage: Damage, baseline: Baseline): Promise<Judged> {
  const home = lab.copy();
  damage.apply(home);
  const damaged = bytesOf(damage.area, home);
  const billed = lab.server.journal.billed().length;
  const breaches: string[] = [];
  const told: string[] = [];
  const different: string[] = [];
  let isRefused = true;
  for (const args of looks[damage.area]) {
    const ran = await look(lab, home, args);
    const name = args.slice(0, 2).join(' ');
    breaches.push(...breachesOf(ran).map((words) => `${name}: ${words} (${firstLineOf(ran).slice(0, 200)})`));
    if (ran.code !== 0) told.push(firstLineOf(ran));
    else if (args[0] !== 'doctor') {
      isRefused = false;
      if (/^imgsys: (?:warning|error)/m.test(ran.stderr)) told.push(firstLineOf(ran));
      if (gist(args, ran.stdout) !== baseline.get(args.join(' '))) different.push(name);
    }
    if (args[0] === 'doctor' && ran.code === 0 && told.length > 0 && damage.area !== 'paid' && isRefused)
      breaches.push('doctor finds nothing');
  }
  if (isRefused && bytesOf(damage.area, home) !== damaged) breaches.push('refused, and written over');
  const again = lab.server.journal.billed().length - billed;
  if (again > 0) breaches.push(`${again} bought again`);
  if (told.length === 0 && different.length > 0 && damage.isHarmless !== true)
    breaches.push(`silently different: ${different.join(', ')}`);
  rmSync(home, { recursive: true, force: true });
  return { breaches, isTold: told.length > 0, says: told[0]?.replaceAll(home, '…') ?? 'as if nothing were' };
}

async function look(lab: DamageLab, home: string, args: readonly string[]): Promise<Outcome> {
  const ran = await runTrial({ args, cwd: lab.folder, env: lab.envOf(home), hungAfterMs: 300_000 });
  rmSync(join(lab.folder, 'again'), { recursive: true, force: true });
  return ran;
}

// What a sound home and a damaged one must have in common.
function gist(args: readonly string[], stdout: string): string {
  if (args[0] === 'doctor') return '';
  if (args[0] !== 'enhance') return stdout.replace(/"(?:verdictAt|checkedAt|age)[^,}]*/g, '');
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  return JSON.stringify([summary.enhanced, summary.failed, summary.charges]);
}
