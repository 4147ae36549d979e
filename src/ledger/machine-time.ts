// Time that all processes of the machine share and that a changed wall clock does not move.
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { systemCode } from '../errors.ts';

export interface MachineTime {
  /** Names the time since the machine was started. */
  bootId(): string;
  /** Milliseconds; only differences within one boot mean anything. */
  nowMs(): number;
  /** The same, where time goes on while the machine sleeps; to some ten milliseconds. */
  uptimeMs(): number;
}

export const machineTime: MachineTime = {
  bootId() {
    boot ??= readBootId() ?? `at ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
    return boot;
  },
  // The system's own monotonic clock, unlike performance.now(), which begins with the process:
  // https://docs.libuv.org/en/v1.x/misc.html#c.uv_hrtime
  nowMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  uptimeMs: () => uptime() * 1000,
};

let boot: string | undefined;
const minutesApart = 5;

/** Whether two ids name the same boot. Where it is known by the wall clock alone, that may have been set meanwhile. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((id) => Number(/^at (\d+)$/.exec(id)?.[1]));
  return Math.abs((a ?? Number.NaN) - (b ?? Number.NaN)) <= minutesApart;
}

function readBootId(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}
