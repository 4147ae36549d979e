// Who owns a run, and whether that process is still alive.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../errors.ts';

/** Names one process for as long as the machine runs. */
export interface ProcessIdentity {
  /** Boot and process namespace on Linux, so that a container is a machine of its own; the host name elsewhere. */
  readonly machine: string;
  readonly pid: number;
  /** When the process began, in clock ticks since boot (Linux), so that a reused id is told apart; else empty. */
  readonly startedAt: string;
}

// A heartbeat comes every 5 s; one that is this old has stopped.
const freshMs = 30_000;
// Without a start time a living id may be another program's by now; a laptop that slept is given this long.
const reusedIdMs = 600_000;

export function thisProcess(): ProcessIdentity {
  return { machine: machineToken(), pid: process.pid, startedAt: startOf(process.pid) ?? '' };
}

/** True while `owner` runs, as far as can be told from `here`. Times are wall clock, in milliseconds. */
export function isAlive(
  owner: ProcessIdentity & { readonly heartbeatMs: number },
  here: ProcessIdentity,
  nowMs: number,
): boolean {
  const silentMs = nowMs - owner.heartbeatMs;
  if (owner.machine !== here.machine) return silentMs < freshMs;
  if (owner.startedAt !== '') return startOf(owner.pid) === owner.startedAt;
  return exists(owner.pid) && silentMs < reusedIdMs;
}

function machineToken(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    if (isHidden(error)) return hostname();
    throw error;
  }
}

// Field 22 of /proc/PID/stat, counted behind the name, which may itself hold spaces and parentheses (man 5 proc).
// Undefined for no process, and for one that has died and is only waiting to be collected.
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (isHidden(error)) return undefined;
    throw error;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // ESRCH is no such process; EPERM is one of another user.
    return systemCode(error) === 'EPERM';
  }
}

// The file is not there, the process ended while it was read, or /proc is not shown to us.
function isHidden(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '');
}
